"""One process with a world of its own, which does one job after another."""

import os
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from infra.faults.jobs import Job, Outcome, Part
from infra.faults.opening import opened

ORDERS_MAX = {False: 300, True: 5000}


def full() -> bool:
    """Whether the long run is wanted."""
    return os.environ.get("FULL", "") not in ("", "0")


def work(jobs: Any, outcomes: Any) -> None:
    """Do jobs until there is None."""
    with opened() as world:
        for job in iter(jobs.get, None):
            outcomes.put(do(world, job))


def planned() -> list[Job]:
    """Every job but the seeds; asked in a worker, since naming them imports the app."""
    with opened():
        from infra.faults import stages
        from infra.faults.mutants import MUTANTS
        from infra.faults.scenes import RACES, SCENES

        if not stages.__all__:
            raise RuntimeError("no scene was declared")
        return [
            *(Job("sweep", name) for name in SCENES),
            *(Job("race", name) for name in RACES),
            *(Job("gate", mutant.name) for mutant in MUTANTS),
        ]


def do(world: Any, job: Job) -> Outcome:
    """Do one job; whatever it cannot do is a violation."""
    network, started = world.network, time.monotonic()
    requests, struck = network.requests, network.struck.copy()
    outcome = Outcome(job)
    try:
        DOES[job.part](world, job.name, outcome)
    except Exception:
        outcome.violations.append(f"{job}: not playable\n{traceback.format_exc()}")
    outcome.requests = network.requests - requests
    outcome.faults = network.struck - struck
    outcome.seconds = time.monotonic() - started
    return outcome


def _count(cases: Iterator[list[Any]], outcome: Outcome) -> None:
    for violations in cases:
        outcome.cases += 1
        outcome.violations += [str(violation) for violation in violations]


def _sweep(world: Any, name: str, outcome: Outcome) -> None:
    from infra.faults import stages, sweep

    _count(sweep.sweep(world, stages.SCENES[name]), outcome)


def _race(world: Any, name: str, outcome: Outcome) -> None:
    from infra.faults import races, scheduler, stages

    orders = scheduler.Orders(ORDERS_MAX[full()])
    _count(races.explore(world, stages.RACES[name], orders), outcome)
    outcome.note = "" if orders.exhausted else "not every order"


def _gate(world: Any, name: str, outcome: Outcome) -> None:
    from infra.faults import gate, mutants

    (mutant,) = (each for each in mutants.MUTANTS if each.name == name)
    verdict = gate.hunt(world, mutant)
    outcome.cases = verdict.cases
    outcome.killed, outcome.survived = bool(verdict.noticed), not verdict.as_expected
    outcome.note = verdict.noticed or mutants.EQUIVALENT.get(name, "")


def _simulation(world: Any, name: str, outcome: Outcome) -> None:
    from infra.faults import simulation

    _count(simulation.simulate(world, int(name)), outcome)


DOES: dict[Part, Callable[[Any, str, Outcome], None]] = {
    "sweep": _sweep,
    "race": _race,
    "gate": _gate,
    "simulation": _simulation,
}
