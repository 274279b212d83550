"""The faults: what can happen to a request, and to the function that makes it.

Before the engine sees the request: it is lost, refused for contention or by a broken service, or
its function dies. After the engine carried it out: the answer is lost, the service says it broke,
or the function dies. Each strikes one attempt, or every attempt of one call of the SDK, or every
attempt from then on, as an outage does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NoReturn

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

from infra.faults.answers import refused
from infra.faults.network import DYNAMODB, READS, Call, Carry, Strike

URL = "http://simulated.invalid/"
Hit = Callable[[Call, Carry], AWSResponse]


class Crashed(BaseException):
    """The function died. No `except Exception` may survive that."""


class Lasting(Enum):
    """How much one fault strikes."""

    ATTEMPT = "once"
    CALL = "whole call"
    OUTAGE = "from then on"


@dataclass(frozen=True)
class Kind:
    """A kind of fault.

    hit       what it does to the first attempt that it meets
    later     what to those after, where that is something else
    services  whether it befalls services other than DynamoDB too
    """

    name: str
    hit: Hit
    lasting: Lasting = Lasting.ATTEMPT
    later: Hit | None = None
    writes_only: bool = False
    services: bool = False

    def befalls(self, call: Call) -> bool:
        """Whether this can happen to such a request."""
        if call.service != DYNAMODB:
            return self.services
        return not (self.writes_only and call.operation in READS)


@dataclass
class Fault:
    """One fault that waits for the n-th call of an actor."""

    kind: Kind
    number: int
    spent: bool = False

    def __call__(self, number: int, call: Call) -> Strike | None:
        """The strike for this attempt, or None to let it pass."""
        if not self._meets(number) or not self.kind.befalls(call):
            return None
        hit = self.kind.later if self.spent and self.kind.later else self.kind.hit
        self.spent = True
        return Strike(self.kind.name, hit)

    def _meets(self, number: int) -> bool:
        if self.kind.lasting is Lasting.OUTAGE:
            return number >= self.number
        return number == self.number and (self.kind.lasting is Lasting.CALL or not self.spent)


def _lost(_call: Call, _carry: Carry) -> NoReturn:
    raise ConnectionClosedError(endpoint_url=URL)


def _dies_before(_call: Call, _carry: Carry) -> NoReturn:
    raise Crashed()


def _throttled(_call: Call, _carry: Carry) -> AWSResponse:
    return refused(400, "ThrottlingException")


def _over_capacity(call: Call, _carry: Carry) -> AWSResponse:
    if call.operation == "TransactWriteItems":
        return _cancelled(call, "ProvisionedThroughputExceeded")
    return refused(400, "ProvisionedThroughputExceededException")


def _in_conflict(call: Call, _carry: Carry) -> AWSResponse:
    if call.operation == "TransactWriteItems":
        return _cancelled(call, "TransactionConflict")
    return refused(400, "TransactionConflictException")


def _cancelled(call: Call, code: str) -> AWSResponse:
    """A transaction cancelled because of its last item."""
    others = len(call.asked["TransactItems"]) - 1
    reasons = [{"Code": "None"}] * others + [{"Code": code, "Message": "simulated"}]
    return refused(400, "TransactionCanceledException", CancellationReasons=reasons)


def _broken_before(_call: Call, _carry: Carry) -> AWSResponse:
    return refused(500, "InternalServerError")


def _broken_after(call: Call, carry: Carry) -> AWSResponse:
    carry(call)
    return refused(500, "InternalServerError")


def _answer_lost(call: Call, carry: Carry) -> NoReturn:
    carry(call)
    raise ReadTimeoutError(endpoint_url=URL)


def _dies_after(call: Call, carry: Carry) -> NoReturn:
    carry(call)
    raise Crashed()


KINDS = (
    Kind("request lost", _lost, services=True),
    Kind("request lost, all attempts", _lost, Lasting.CALL, services=True),
    Kind("crash before", _dies_before, services=True),
    Kind("throttled", _throttled),
    Kind("throttled, outage", _throttled, Lasting.OUTAGE),
    Kind("over capacity", _over_capacity),
    Kind("conflict", _in_conflict, writes_only=True),
    Kind("conflict, outage", _in_conflict, Lasting.OUTAGE, writes_only=True),
    Kind("broken before", _broken_before),
    Kind("broken before, all attempts", _broken_before, Lasting.CALL),
    Kind("broken after", _broken_after, writes_only=True),
    Kind("broken after, all attempts", _broken_after, Lasting.CALL, writes_only=True),
    Kind("broken after, outage", _broken_after, Lasting.OUTAGE, _broken_before, writes_only=True),
    Kind("answer lost", _answer_lost, services=True),
    Kind("answer lost, all attempts", _answer_lost, Lasting.CALL, services=True),
    Kind("crash after", _dies_after, services=True),
)
