"""The stack clock: one time for everything that runs here, which can be played faster.

    now = stack anchor + (real time - real anchor) * rate

Invariant: time never goes back, whatever is set and however often the stack is restarted.
"""

import time
from collections.abc import Callable
from typing import NamedTuple


class Anchor(NamedTuple):
    """Where stack time and real time met, in epoch seconds, and how fast it has run since."""

    real: float
    stack: float
    rate: float


class StackClock:
    """Epoch seconds when called. A rate of 0 freezes it, which is what a test wants."""

    def __init__(
        self, anchor: Anchor | None = None, *, real_time: Callable[[], float] = time.time
    ) -> None:
        self._real_time = real_time
        real = real_time()
        self._anchor = anchor or Anchor(real, real, 1.0)
        self._listeners: list[Callable[[Anchor], None]] = []

    def __call__(self) -> float:
        anchor = self._anchor
        return anchor.stack + (self._real_time() - anchor.real) * anchor.rate

    @property
    def anchor(self) -> Anchor:
        """What another clock needs to go with this one, until this is set again."""
        return self._anchor

    @property
    def rate(self) -> float:
        """Stack seconds that pass in a real second."""
        return self._anchor.rate

    def advance(self, seconds: float) -> None:
        """Leap ahead. What falls due by it happens at the new time, not in between."""
        if seconds < 0:
            raise ValueError("the clock cannot go back")
        self._set(self() + seconds, self.rate)

    def set_rate(self, rate: float) -> None:
        """From now on let so many stack seconds pass in a real one."""
        if rate < 0:
            raise ValueError("the clock cannot run backwards")
        self._set(self(), rate)

    def listen(self, hear: Callable[[Anchor], None]) -> None:
        """Call `hear` after every leap and change of rate."""
        self._listeners.append(hear)

    def real_seconds(self, stack_seconds: float) -> float | None:
        """How long that is on a wall clock, or None while time stands still."""
        return max(0.0, stack_seconds) / self.rate if self.rate else None

    def _set(self, stack: float, rate: float) -> None:
        self._anchor = Anchor(self._real_time(), stack, rate)
        for hear in self._listeners:
            hear(self._anchor)
