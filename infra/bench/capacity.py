"""What each operation asks of DynamoDB, by the engine's own figures, in small and in large tables.

Each operation is carried out through its door by a real client. Figures must stay within the
budget, be the same at both sizes, and come without a Scan.
"""

import os
from collections.abc import Iterator
from dataclasses import astuple

from infra.bench.budgets import BUDGETS
from infra.bench.filling import Past
from infra.bench.operations import Walk
from infra.bench.results import Measure, at_most
from infra.bench.world import world_of
from infra.local.stack import Stack
from infra.metering import Meter, Total

SMALL = 100
LARGE = int(os.environ.get("BENCH_ITEMS", "100000"))
FIGURES = "round trips", "read units", "write units", "index write units"


def measure(stack: Stack) -> list[Measure]:
    """Every operation's figures, the larger of both sizes, and how many differ between them."""
    meter = Meter.attach()
    walks = []
    with world_of(stack) as world:
        for size in (SMALL, LARGE):
            walk = Walk(world, meter, size)
            walk.meet()
            Past(walk.alice.user_id, walk.conversation_id, size).write(stack)
            stack.settle()
            walk.go()
            walks.append(walk)
    small, large = (walk.costs for walk in walks)
    differing = [name for name in BUDGETS if small[name] != large[name]]
    changed = f"operations whose cost is not the same at {SMALL} and {LARGE} items"
    return [
        *(each for name in BUDGETS for each in _figures(name, small[name], large[name])),
        at_most(" · ".join([changed, *differing]), len(differing), "", 0),
        at_most("Scans", sum(walk.scans for walk in walks), "", 0),
    ]


def _figures(name: str, small: Total, large: Total) -> Iterator[Measure]:
    limits = astuple(BUDGETS[name])
    for figure, one, other, limit in zip(
        FIGURES, astuple(small), astuple(large), limits, strict=True
    ):
        if one or other or limit:
            yield at_most(f"{name}: {figure}", max(one, other), "", limit)
