"""What is to be done besides handing work to handlers."""

import threading
from collections.abc import Callable

from infra.local.clock import StackClock
from infra.local.engine import Engine

TRIM_SECONDS = 3600


class Lookout:
    """Looks which tables changed, and wakes who reads their streams.

    It is woken by every handler that ends, but looks only as often as pumps turn: a look for each
    of them would be a sixth of the stack's work under load.
    """

    name = "lookout"
    polls = True
    batch_size = 1

    def __init__(self, engine: Engine, wake_tables: Callable[[set[str] | None], None]) -> None:
        self.wake = threading.Event()
        self._engine = engine
        self._wake_tables = wake_tables

    def turn(self) -> int:
        self._wake_tables(self._engine.changed())
        return 0

    def due_in(self) -> float | None:
        return None


class Chores:
    """Closes idle and old sockets at once, and trims old stream records every hour.

    The first trim waits an hour, so that what a stack left undone when it was stopped is done
    before its records are dropped.
    """

    name = "chores"
    polls = True
    batch_size = 1

    def __init__(self, expire: Callable[[], int], engine: Engine, clock: StackClock) -> None:
        self.wake = threading.Event()
        self._expire = expire
        self._engine = engine
        self._clock = clock
        self._trim_at = clock() + TRIM_SECONDS

    def turn(self) -> int:
        if self._clock() >= self._trim_at:
            self._engine.trim()
            self._trim_at = self._clock() + TRIM_SECONDS
        return self._expire()

    def due_in(self) -> float | None:
        return None
