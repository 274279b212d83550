"""SQS → Lambda, as an event source mapping does it.

What a handler managed is deleted; what it did not becomes visible again after the visibility
timeout, and is buried in the dead-letter queue after too many tries.
"""

import logging
import threading

from infra.functions import Function, QueueSource
from infra.local import events
from infra.local.queues import Message
from infra.local.runtime import Runtime
from infra.local.streams import reported

log = logging.getLogger(__name__)


class QueuePump:
    """Hands a queue's messages to one function."""

    polls = True

    def __init__(
        self,
        function: Function,
        source: QueueSource,
        runtime: Runtime,
    ) -> None:
        self.name = function.name
        self.queue = runtime.physical(source.queue)
        self.batch_size = source.batch_size
        self.wake = threading.Event()
        self._function = function
        self._source = source
        self._runtime = runtime
        self._queues = runtime.queues
        self._queues.declare(self.queue, source.receives_max)

    def turn(self) -> int:
        hidden_seconds = self._source.visibility_seconds
        messages = self._queues.receive(
            self.queue, self.batch_size, visibility_seconds=hidden_seconds
        )
        if messages:
            self._queues.delete(self._handled(messages))
        return len(messages)

    def due_in(self) -> float | None:
        due_at = self._queues.next_due_at(self.queue)
        if due_at is None:
            return None
        clock = self._runtime.clock
        return clock.real_seconds(due_at - clock())

    def _handled(self, messages: list[Message]) -> list[str]:
        """Receipts of the messages that the handler managed."""
        try:
            event = events.queue_batch(self.queue, messages)
            answer = self._runtime.lambdas.invoke(self._function, event)
            failed = reported(answer) if self._source.reports_failures else []
        except Exception:
            log.warning("%s failed on %d messages", self.name, len(messages), exc_info=True)
            return []
        if not set(failed) <= {message.message_id for message in messages}:
            log.warning("%s reported a message that it was not given", self.name)
            return []
        return [message.receipt for message in messages if message.message_id not in failed]
