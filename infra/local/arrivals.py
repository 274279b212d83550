"""S3 → Lambda, as events reach a function that nobody waits for.

A function is told of one object at a time. What it does not manage is tried again after a minute,
then after two, as Lambda does by itself, and is then set aside.
"""

import logging
import threading

from infra.functions import BucketSource, Function
from infra.local import events
from infra.local.buckets import Notice
from infra.local.runtime import Runtime
from infra.local.streams import FAILURES

log = logging.getLogger(__name__)

RETRY_SECONDS = 60
BATCH = 10


class BucketPump:
    """Tells one function of what arrives in a folder of a bucket."""

    polls = True
    batch_size = BATCH

    def __init__(self, function: Function, source: BucketSource, runtime: Runtime) -> None:
        self.name = function.name
        self.bucket = runtime.bucket(source.bucket)
        self.wake = threading.Event()
        self._function = function
        self._source = source
        self._runtime = runtime
        self._buckets = runtime.buckets
        self._buckets.declare(self.bucket)
        self._buckets.watch(self.bucket, source.prefix)

    def turn(self) -> int:
        notices = self._buckets.due(self.bucket, self._source.prefix, self.batch_size)
        for notice in notices:
            self._tell(notice)
        return len(notices)

    def due_in(self) -> float | None:
        due_at = self._buckets.next_due_at(self.bucket, self._source.prefix)
        if due_at is None:
            return None
        clock = self._runtime.clock
        return clock.real_seconds(due_at - clock())

    def _tell(self, notice: Notice) -> None:
        try:
            self._runtime.lambdas.invoke(self._function, events.arrival(notice))
        except Exception as failure:
            log.warning("%s failed on %s", self.name, notice.key, exc_info=True)
            if notice.tries < self._source.retries_max:
                self._buckets.postpone(notice, RETRY_SECONDS * (notice.tries + 1))
                return
            self._set_aside(notice, repr(failure))
        self._buckets.handled(notice)

    def _set_aside(self, notice: Notice, error: str) -> None:
        log.error("%s gave up on an object: %s", self.name, error)
        kept = {"function": self.name, "at": self._runtime.clock(), "error": error}
        self._runtime.state.append(FAILURES, kept | {"record": events.arrival(notice)})
