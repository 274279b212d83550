"""Several virtual functions at once, of which one runs at any moment, by somebody's choice.

Each actor is a thread that parks before every request to DynamoDB. Whoever schedules sees who is
parked, and releases one; it runs until it parks again, or is done.
"""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from queue import SimpleQueue

from infra.faults.doors import Answer
from infra.faults.network import DYNAMODB, Actor, Call, as_actor
from infra.faults.scenes import Part

Choose = Callable[[list[int]], int]
"""Whom of the parked to release, by number."""
SECONDS_MAX = 60.0


class _Thread:
    """One actor's own thread."""

    def __init__(self, number: int, part: Part, heard: "SimpleQueue[int]", actor: Actor) -> None:
        self.answers: list[Answer] = []
        self.parked = False
        self.failure: BaseException | None = None
        self._number = number
        self._part = part
        self._heard = heard
        self._go = threading.Semaphore(0)
        actor.park = self._park
        self._actor = actor
        self._thread = threading.Thread(target=self._run, name=actor.name, daemon=True)

    def start(self) -> None:
        """Run until the first request."""
        self._thread.start()

    def release(self) -> None:
        """Go on until the next request."""
        self.parked = False
        self._go.release()

    def join(self) -> None:
        """See it end; raises what it raised."""
        self._thread.join(SECONDS_MAX)
        if self.failure is not None:
            raise self.failure

    def _run(self) -> None:
        try:
            with as_actor(self._actor):
                for step in self._part:
                    self.answers.append(step())
        except BaseException as failure:  # it is raised again where the actors are scheduled
            self.failure = failure
        self._heard.put(self._number)

    def _park(self, call: Call) -> None:
        if call.service != DYNAMODB:
            return
        self.parked, self._actor.waiting = True, call
        self._heard.put(self._number)
        self._go.acquire()
        self._actor.waiting = None


def together(parts: tuple[Part, ...], actors: list[Actor], choose: Choose) -> list[list[Answer]]:
    """Run all parts at once, releasing one request at a time; returns each actor's answers."""
    heard: SimpleQueue[int] = SimpleQueue()
    threads = [
        _Thread(number, part, heard, actor)
        for number, (part, actor) in enumerate(zip(parts, actors, strict=True))
    ]
    for thread in threads:
        thread.start()
        heard.get(timeout=SECONDS_MAX)
    while parked := [number for number, thread in enumerate(threads) if thread.parked]:
        threads[choose(parked)].release()
        heard.get(timeout=SECONDS_MAX)
    for thread in threads:
        thread.join()
    return [thread.answers for thread in threads]


class Orders:
    """Every order in which the requests of some actors can follow each other, a run for each.

    for choose in Orders(limit=200):
        together(parts, actors, choose)
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.exhausted = False

    def __iter__(self) -> Iterator[Choose]:
        prefix: list[int] = []
        for _ in range(self._limit):
            trace: list[tuple[int, int]] = []
            yield partial(_next, prefix=prefix, trace=trace)
            open_at = [at for at, (taken, options) in enumerate(trace) if taken + 1 < options]
            if not open_at:
                self.exhausted = True
                return
            last = open_at[-1]
            prefix = [taken for taken, _ in trace[:last]] + [trace[last][0] + 1]


def _next(parked: list[int], *, prefix: list[int], trace: list[tuple[int, int]]) -> int:
    taken = prefix[len(trace)] if len(trace) < len(prefix) else 0
    trace.append((taken, len(parked)))
    return parked[taken]
