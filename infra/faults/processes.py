"""Jobs shared out to a few processes, each with a world of its own."""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import SpawnProcess
from queue import Empty
from typing import Any, TypeVar

from infra.faults.jobs import Job, Outcome
from infra.faults.worker import work

T = TypeVar("T")

LOOK_SECONDS = 2.0
SPAWN = multiprocessing.get_context("spawn")


class WorkerDied(Exception):
    """A process ended before its work was done."""


def elsewhere(ask: Callable[[], T]) -> T:
    """What a function returns in a process of its own."""
    with SPAWN.Pool(1) as pool:
        return pool.apply(ask)


def done(jobs: list[Job], workers: int) -> Iterator[Outcome]:
    """Do all jobs; outcomes come as they are ready."""
    waiting: Any = SPAWN.Queue()
    outcomes: Any = SPAWN.Queue()
    for job in [*jobs, *[None] * workers]:
        waiting.put(job)
    with _running(workers, waiting, outcomes) as processes:
        for _ in jobs:
            yield _next(outcomes, processes)


@contextmanager
def _running(workers: int, waiting: Any, outcomes: Any) -> Iterator[list[SpawnProcess]]:
    processes = [SPAWN.Process(target=work, args=(waiting, outcomes)) for _ in range(workers)]
    for process in processes:
        process.start()
    try:
        yield processes
        for process in processes:
            process.join()
    finally:
        for process in processes:
            process.terminate()


def _next(outcomes: Any, processes: list[SpawnProcess]) -> Outcome:
    while True:
        try:
            outcome: Outcome = outcomes.get(timeout=LOOK_SECONDS)
            return outcome
        except Empty:
            if any(process.exitcode for process in processes):
                codes = [process.exitcode for process in processes]
                raise WorkerDied(f"exit codes {codes}") from None
