"""Time and chance of a simulated run: both replayable, neither real."""

import hashlib
import random
from unittest import mock

from botocore.retries.quota import RetryQuota

from chalicelib.accounts import passwords
from chalicelib.core import clock, ids, telemetry

BEGINNING = 1_924_992_000.0
"""1 January 2031: later than any real run, so that the engine itself lets nothing expire."""


class Time:
    """A wall clock that stands still unless it is advanced, and a stopwatch that sleeping moves.

    Sleeping leaves the wall clock alone, so that a run with pauses writes what one without does.
    """

    def __init__(self) -> None:
        self.wall = BEGINNING
        self._elapsed = 0.0

    def __call__(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        """Seconds on the stopwatch."""
        return self._elapsed

    def sleep(self, seconds: float) -> None:
        """Let the stopwatch run on."""
        self._elapsed += seconds


class Chance:
    """Bytes that look random, the same for the same seed."""

    def __init__(self) -> None:
        self.reset("")

    def reset(self, seed: str) -> None:
        """Begin again from a seed, also for the SDK's own jitter."""
        self._seed = seed.encode()
        self._drawn = 0
        random.seed(seed)

    def __call__(self, size: int) -> bytes:
        self._drawn += 1
        drawn = hashlib.shake_128(self._seed + self._drawn.to_bytes(8, "big"))
        return drawn.digest(size)


def take_over(time: Time, chance: Chance) -> None:
    """Let the app, and the SDK under it, live on this time and chance for the rest of the process.

    The SDK's quota of retries never runs dry: each cell of the sweep stands for a fresh function.
    Hashing a password is made cheap, and metrics go nowhere.
    """
    clock.use(time)
    ids.use(chance)
    mock.patch.object(clock, "monotonic", time.monotonic).start()
    mock.patch.object(clock, "sleep", time.sleep).start()
    mock.patch("botocore.endpoint.time", time).start()
    mock.patch.object(RetryQuota, "acquire", return_value=True).start()
    mock.patch.object(passwords, "MEMORY_KIB", 8).start()
    mock.patch.object(passwords, "PASSES", 1).start()
    mock.patch.object(telemetry.metrics, "add_metric").start()
