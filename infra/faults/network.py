"""The hook that every request to AWS passes, just before it is sent.

DynamoDB's requests go on to the engine; other services are stood in for, in memory. Whoever acts
may be parked here, and a fault may strike instead of, or after, the request.
"""

import json
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session

Carry = Callable[["Call"], AWSResponse]
READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan"})
DYNAMODB = "dynamodb"
UNCOUNTED = frozenset({"secrets-manager"})
"""Read whenever a process has no fresh copy, which is no part of any one operation."""
AT_ONCE = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
"""Without it a request's body waits 40 ms for the acknowledgement of its headers."""


@dataclass(frozen=True)
class Call:
    """One attempt of one call of the SDK. All attempts of a call share `call_id`."""

    service: str
    operation: str
    call_id: str
    request: AWSPreparedRequest

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What is asked for, of a service that speaks JSON."""
        asked: dict[str, Any] = json.loads(_body(self.request))
        return asked

    @property
    def name(self) -> str:
        """As a person would say it."""
        return f"{self.service}.{self.operation}"

    def written_tables(self) -> set[str]:
        """The tables it writes, by physical name."""
        if self.service != DYNAMODB or self.operation in READS:
            return set()
        if "TransactItems" in self.asked:
            writes = [write for each in self.asked["TransactItems"] for write in each.values()]
            return {write["TableName"] for write in writes}
        return {self.asked["TableName"]}


@dataclass
class Actor:
    """One virtual function: the calls it made, the fault that waits for it, where it is parked.

    fault  what to do with an attempt of its n-th call; None lets it pass
    park   called before each attempt; returns when the actor may go on
    waiting  the request on which it is parked
    """

    name: str
    fault: Callable[[int, Call], "Strike | None"] | None = None
    park: Callable[[Call], None] | None = None
    calls: list[Call] = field(default_factory=list)
    waiting: Call | None = None

    def number_of(self, call: Call) -> int:
        """Which of its calls this is, from 1; all attempts of a call have its number."""
        if not self.calls or self.calls[-1].call_id != call.call_id:
            self.calls.append(call)
        return len(self.calls)


@dataclass(frozen=True)
class Strike:
    """A fault, at work: it may carry the call out, answers in its place, or raises.

    kind  its name, or "" for what only looks on
    """

    kind: str
    strike: Callable[[Call, Carry], AWSResponse]


acting: ContextVar[Actor | None] = ContextVar("acting", default=None)
"""Who makes the requests of this thread."""


@contextmanager
def as_actor(actor: Actor | None) -> Iterator[None]:
    """Let this thread act as somebody."""
    token = acting.set(actor)
    try:
        yield
    finally:
        acting.reset(token)


class Network:
    """Where all requests pass.

    written   tables that were written since somebody last looked
    unrouted  tables that were written since their streams were last read
    """

    def __init__(self, others: Callable[[Call], AWSResponse]) -> None:
        self._others = others
        self._session = URLLib3Session(
            timeout=10,
            max_pool_connections=8,
            socket_options=[AT_ONCE],  # type: ignore[list-item]  # urllib3 takes tuples
        )
        self.requests = 0
        self.struck: Counter[str] = Counter()
        self.written: set[str] = set()
        self.unrouted: set[str] = set()

    def attach(self, client: Any) -> None:
        """Let the requests of a client pass here."""
        client.meta.events.register("before-send.*.*", self._pass)

    def carry(self, call: Call) -> AWSResponse:
        """Carry a request out."""
        self.requests += 1
        if call.service != DYNAMODB:
            return self._others(call)
        self.note(call.written_tables())
        answer: AWSResponse = self._session.send(call.request)
        return answer

    def note(self, tables: set[str]) -> None:
        """These tables were written."""
        self.written |= tables
        self.unrouted |= tables

    def _pass(self, request: AWSPreparedRequest, event_name: str, **_more: Any) -> AWSResponse:
        service, operation = event_name.split(".")[1:]
        call = Call(service, operation, _text(request.headers["amz-sdk-invocation-id"]), request)
        actor = acting.get()
        if actor is None or call.service in UNCOUNTED:
            return self.carry(call)
        if actor.park:
            actor.park(call)
        number = actor.number_of(call)
        strike = actor.fault(number, call) if actor.fault else None
        if strike is None:
            return self.carry(call)
        if strike.kind:
            self.struck[strike.kind] += 1
        return strike.strike(call, self.carry)


def _body(request: AWSPreparedRequest) -> bytes | str:
    """A prepared request's body; nothing here streams."""
    if not isinstance(request.body, bytes | str):
        raise TypeError(f"a body of {type(request.body).__name__}")
    return request.body


def _text(header: Any) -> str:
    return header.decode() if isinstance(header, bytes) else str(header)
