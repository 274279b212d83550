"""What the parts of a running stack share."""

from collections.abc import Callable
from dataclasses import dataclass

from infra.functions import Function
from infra.local.clock import StackClock
from infra.local.lambdas import Lambdas
from infra.local.queues import Queues
from infra.local.state import State


@dataclass(frozen=True)
class Runtime:
    """One stack's stage, functions and memory.

    `pause(attempt)` waits before another try, or not at all where somebody turns the stack by hand.
    """

    stage: str
    functions: list[Function]
    clock: StackClock
    lambdas: Lambdas
    state: State
    queues: Queues
    pause: Callable[[int], None]

    def physical(self, name: str) -> str:
        """The name of a table or queue, as the app's settings make it."""
        return f"pairly-{self.stage}-{name}"
