"""`make faults`: play everything, and fail on any violation or surviving mutant.

    python -m infra.faults [NAME]

NAME plays only the scenes and mutants whose name contains it, and no seeds. From the environment:
SEEDS, how many random histories (20, or 200 with FULL=1); SEED, one of them alone; FULL=1, more
orders and more seeds; WORKERS, how many processes (one for each processor).
"""

import os
import sys
import time

from infra.faults.jobs import Job
from infra.faults.processes import done, elsewhere
from infra.faults.report import Report
from infra.faults.worker import full, planned

SEEDS = {False: 20, True: 200}


def main(arguments: list[str]) -> int:
    """Play; the exit code."""
    if len(arguments) > 1:
        sys.stderr.write("Usage: python -m infra.faults [NAME]\n")
        return 2
    started = time.monotonic()
    os.environ["PYTHONHASHSEED"] = "0"  # sets have one order in every process, so a seed replays
    seeds = [] if arguments else _seeds()
    jobs = [Job("simulation", str(seed)) for seed in seeds]
    if "SEED" not in os.environ:
        jobs = [
            job for job in elsewhere(planned) if not arguments or arguments[0] in job.name
        ] + jobs
    if not jobs:
        sys.stderr.write(f"Nothing is called like {arguments[0]}\n")
        return 2

    report = Report(sys.stdout, len(jobs))
    workers = min(len(jobs), int(os.environ.get("WORKERS") or os.cpu_count() or 1))
    for outcome in done(jobs, workers):
        report.add(outcome)
    return 0 if report.close(time.monotonic() - started, seeds) else 1


def _seeds() -> list[int]:
    if "SEED" in os.environ:
        return [int(os.environ["SEED"])]
    return list(range(1, 1 + int(os.environ.get("SEEDS") or SEEDS[full()])))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
