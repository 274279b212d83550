"""What carries work to handlers: a pump per stream, queue and bucket, and one for the schedules.

A pump's `turn` does what is due and says whether there was anything. `Pumps` either turns each in
a thread of its own, or all of them in the caller's thread until nothing is left (`settle`).
"""

import logging
import threading
from collections.abc import Iterable
from typing import Protocol

from infra.local.arrivals import BucketPump
from infra.local.consumers import QueuePump
from infra.local.streams import StreamPump

log = logging.getLogger(__name__)

FALLBACK_SECONDS = 1.0
"""How often to look without being woken: writes may come past us, from `chalice local` or a CLI."""
LINGER_SECONDS = 0.01
"""How long to let a batch grow once woken, like Lambda's batching window."""
BACKOFF_SECONDS_MAX = 5.0


class Pump(Protocol):
    """A source of work.

    polls       it must be turned to know whether there is any; otherwise only when it was woken
    batch_size  how much it takes at a time
    """

    name: str
    polls: bool
    batch_size: int
    wake: threading.Event

    def turn(self) -> int:
        """Do some of what is due, and say how much."""

    def due_in(self) -> float | None:
        """Real seconds until something falls due by itself, or None if nothing is foreseen."""


class Pumps:
    """All pumps, running by themselves or turned by hand."""

    def __init__(self) -> None:
        self._pumps: list[Pump] = []
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()

    def add(self, pumps: Iterable[Pump]) -> None:
        """Take charge of pumps."""
        self._pumps.extend(pumps)

    @property
    def running(self) -> bool:
        """Whether they run by themselves."""
        return bool(self._threads)

    def start(self) -> None:
        """Let each run in a thread."""
        for pump in self._pumps:
            thread = threading.Thread(target=self._run, args=(pump,), name=f"pump-{pump.name}")
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Let each end its turn, and no more."""
        self._stopping.set()
        self.wake()
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def wake(self) -> None:
        """Let all look for work now, as after a leap of the clock."""
        for pump in self._pumps:
            pump.wake.set()

    def wake_tables(self, tables: set[str] | None) -> None:
        """Let the pumps of these tables look; for None, those of all tables."""
        for pump in self._pumps:
            if isinstance(pump, StreamPump) and (tables is None or pump.table in tables):
                pump.wake.set()

    def wake_queue(self, queue: str) -> None:
        """Let the pump of a queue look."""
        for pump in self._pumps:
            if isinstance(pump, QueuePump) and pump.queue == queue:
                pump.wake.set()

    def wake_bucket(self, bucket: str) -> None:
        """Let the pumps of a bucket look."""
        for pump in self._pumps:
            if isinstance(pump, BucketPump) and pump.bucket == bucket:
                pump.wake.set()

    def turn(self) -> bool:
        """Turn each that may have work once, in this thread; whether any had."""
        worked = [self._turn(pump) for pump in self._pumps]
        return any(worked)

    def pause(self, attempt: int) -> None:
        """Wait before another try, longer each time; but not where pumps are turned by hand."""
        if self.running:
            self._stopping.wait(min(0.1 * 2**attempt, BACKOFF_SECONDS_MAX))

    def _turn(self, pump: Pump) -> bool:
        if not (pump.polls or pump.wake.is_set()):
            return False
        pump.wake.clear()
        done = pump.turn()
        if done:
            pump.wake.set()
        return done > 0

    def _run(self, pump: Pump) -> None:
        while not self._stopping.is_set():
            try:
                self._attend(pump)
            except Exception:
                log.exception("pump %s failed, and will try again", pump.name)
                self._stopping.wait(FALLBACK_SECONDS)

    def _attend(self, pump: Pump) -> None:
        """Turn a pump once, then wait: for work where there was none, for more where little."""
        pump.wake.clear()
        done = pump.turn()
        if not done:
            due_in = pump.due_in()
            pump.wake.wait(FALLBACK_SECONDS if due_in is None else min(due_in, FALLBACK_SECONDS))
        if done < pump.batch_size:
            self._stopping.wait(LINGER_SECONDS)
