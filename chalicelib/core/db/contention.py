"""Losing a race: what to look at again, how long to try, when to give up."""

from collections.abc import Callable
from typing import Any, TypeVar

from chalicelib.core import clock, ids
from chalicelib.core.errors import Busy, Pending
from chalicelib.core.settings import settings

T = TypeVar("T")

FIRST_PAUSE_SECONDS = 0.025
PAUSE_SECONDS_MAX = 0.4
TRANSIENT = frozenset(
    {
        "TransactionConflict",
        "TransactionConflictException",
        "TransactionInProgressException",
        "ThrottlingError",
        "ThrottlingException",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "InternalServerError",
        "ServiceUnavailable",
    }
)
DOUBTFUL = frozenset({"InternalServerError", "ServiceUnavailable"})
"""What DynamoDB may answer to a write that it carried out."""


class Lost(Exception):
    """A condition failed on something only this process needs to know: look again, decide again.

    `found` is the item that the condition met, or None where there is none.
    """

    found: Any = None


class Duplicate(Lost):
    """What was to be created is there already."""


class Stale(Lost):
    """The item has changed since it was read."""


class Deadline:
    """The time one request may spend on trying again."""

    def __init__(self) -> None:
        self._ends_at = clock.monotonic() + settings().transaction_budget_seconds
        self._ceiling_seconds = FIRST_PAUSE_SECONDS
        self._doubtful = False

    def doubt(self, code: str) -> None:
        """Note why a try failed: after some errors nobody knows whether it landed."""
        self._doubtful = self._doubtful or code in DOUBTFUL

    def pause(self) -> None:
        """Wait a little, longer each time; when the time is spent raise `Busy`, or `Pending`."""
        if clock.monotonic() >= self._ends_at:
            raise Pending() if self._doubtful else Busy()
        clock.sleep(ids.jitter(self._ceiling_seconds))
        self._ceiling_seconds = min(self._ceiling_seconds * 2, PAUSE_SECONDS_MAX)


def settle(decide: Callable[[], T]) -> T:
    """Run `decide` (read, decide, write) again until no other writer gets in between."""
    deadline = Deadline()
    while True:
        try:
            return decide()
        except Stale:
            deadline.pause()
