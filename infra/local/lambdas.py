"""Calling functions as Lambda does, several at a time.

What runs them is exchangeable: the app in this process, or sandboxes of a package.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

from infra.functions import Function
from infra.local.threads import WarmPool

running: ContextVar[Function | None] = ContextVar("running", default=None)
"""The function that this thread is invoking, for whoever meters what it does."""

CONCURRENCY = 32


class Unsettled(Exception):
    """Handlers were still at work when the time to wait for them was over."""


class Runner(Protocol):
    """What runs a function."""

    def run(self, function: Function, event: Any) -> Any:
        """Run it to its end; return what it returns, or raise what it raises."""

    def stop(self) -> None:
        """Run no more."""


class Lambdas:
    """Every function, ready to be invoked."""

    def __init__(self, runner: Runner) -> None:
        self.pool = WarmPool(CONCURRENCY, "lambda")
        self._runner = runner
        self._listeners: list[Callable[[], None]] = []
        self._running = 0
        self._idle = threading.Condition()

    def listen(self, hear: Callable[[], None]) -> None:
        """Call `hear` whenever a handler is done: it may have written or sent something."""
        self._listeners.append(hear)

    def invoke(self, function: Function, event: Any) -> Any:
        """Run a function, and return what it returns or raise what it raises."""
        with self.busy():
            token = running.set(function)
            try:
                return self._runner.run(function, event)
            finally:
                running.reset(token)
                for hear in self._listeners:
                    hear()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Around work that `wait_idle` has to wait for."""
        with self._idle:
            self._running += 1
        try:
            yield
        finally:
            with self._idle:
                self._running -= 1
                self._idle.notify_all()

    def wait_idle(self, seconds_max: float) -> None:
        """Return once nothing is being handled, or raise Unsettled."""
        with self._idle:
            if not self._idle.wait_for(lambda: not self._running, seconds_max):
                raise Unsettled(f"{self._running} handlers after {seconds_max} s")

    def stop(self) -> None:
        """Let running handlers end, and take no more."""
        self.pool.shutdown(wait=True)
        self._runner.stop()
