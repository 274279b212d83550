"""`python -m infra.bench [PART]`: measure, print, and write build/bench.json.

Each part runs in a process of its own. The exit code says whether every budget is kept.

    BENCH_ITEMS      how large the large tables are, 100000
    BENCH_MESSAGES   how many paid messages are sent over sockets, 20000
"""

import importlib
import shutil
import subprocess
import sys
from pathlib import Path

from infra.bench.results import Measure, load, save, show
from infra.local.stack import Stack, scratch_folder

BUILD = Path(__file__).resolve().parents[2] / "build"
PARTS = ("capacity", "discovery", "handlers", "sockets", "rest", "starting", "cold")
INSIDE = frozenset({"capacity", "discovery", "handlers"})
"""Parts that look into a stack in their own process; the others start one as `make run` does."""


def main(arguments: list[str]) -> int:
    """All parts, or one; the exit code."""
    match arguments:
        case []:
            return _all()
        case [part] if part in PARTS:
            measures = _measured(part)
            save(measures, _file(part))
            return _end(measures)
        case _:
            sys.stderr.write(f"Usage: python -m infra.bench [{'|'.join(PARTS)}]\n")
            return 2


def _all() -> int:
    for part in PARTS:
        _file(part).unlink(missing_ok=True)
        sys.stdout.write(f"\n{part}\n")
        sys.stdout.flush()
        subprocess.run([sys.executable, "-m", "infra.bench", part], check=False)
    unmeasured = [part for part in PARTS if not _file(part).exists()]
    measures = [each for part in PARTS if part not in unmeasured for each in load(_file(part))]
    save(measures, BUILD / "bench.json")
    missed = [each for each in measures if not each.ok]
    sys.stdout.write(f"\n{len(measures)} figures, {len(missed)} over budget.\n")
    show(missed)
    for part in unmeasured:
        sys.stderr.write(f"{part} could not be measured\n")
    return 1 if missed or unmeasured else 0


def _measured(part: str) -> list[Measure]:
    if part not in INSIDE:
        found: list[Measure] = importlib.import_module(f"infra.bench.{part}").measure()
        return found
    folder = scratch_folder()
    try:
        stack = Stack(folder)
        stack.clock.set_rate(0)
        with stack:
            inside: list[Measure] = importlib.import_module(f"infra.bench.{part}").measure(stack)
        return inside
    finally:
        shutil.rmtree(folder)


def _end(measures: list[Measure]) -> int:
    show(measures)
    return 0 if all(each.ok for each in measures) else 1


def _file(part: str) -> Path:
    return BUILD / "bench" / f"{part}.json"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
