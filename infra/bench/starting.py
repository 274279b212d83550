"""How long `make run` takes until everything is ready."""

import statistics
import time

from infra.bench.results import Measure, at_most
from infra.demo.process import StackProcess

STARTS = 3
SECONDS_MAX = 10.0
"""Far above what is seen: a start that a person would call slow."""


def measure() -> list[Measure]:
    """The first start, which makes the tables, and later ones on the same data."""
    first, later = [], []
    for _ in range(STARTS):
        with StackProcess() as stack:
            first.append(_seconds(stack))
            stack.stop()
            later.append(_seconds(stack))
    return [
        at_most("ready, the first time", statistics.median(first), "s", SECONDS_MAX),
        at_most("ready, on data that is there", statistics.median(later), "s", SECONDS_MAX),
    ]


def _seconds(stack: StackProcess) -> float:
    began = time.monotonic()
    stack.start()
    return time.monotonic() - began
