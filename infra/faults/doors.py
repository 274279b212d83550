"""The doors of the app, knocked at with the events that AWS would send."""

import itertools
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra.faults.kinds import Crashed
from infra.faults.standins import Letter
from infra.functions import Function, QueueSource, Route, RouteKey
from infra.local import events
from infra.local.asgi import Request
from infra.local.queues import Message
from infra.local.streams import reported

if TYPE_CHECKING:
    from infra.faults.world import World

UNSAID = ("request_id", "retry_after_seconds")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Answer:
    """What somebody learned: an HTTP status, or the like; 0 where no answer came."""

    status: int
    body: Any = None

    @property
    def ok(self) -> bool:
        """It was done."""
        return 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        """It was not done, and will not be by this request."""
        return 400 <= self.status < 500

    @property
    def code(self) -> str:
        """The stable code of a refusal."""
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""

    @property
    def unknown(self) -> bool:
        """It may have been done."""
        return self.status == 0 or self.code == "pending"

    def __str__(self) -> str:
        return f"{self.status or 'no answer'} {self.code}".strip()


NONE_CAME = Answer(0)
CLOSED = Answer(410)
"""The socket is gone, so nothing was even asked."""


@dataclass(frozen=True)
class Caller:
    """Who knocks: what the authorizer said of them, and the address they come from."""

    address: str
    authorizer: dict[str, Any] | None = None


class Doors:
    """Every function of the app, by what triggers it."""

    def __init__(self, world: "World", functions: list[Function]) -> None:
        self._world = world
        self._by_trigger = {_trigger(each): each for each in functions}

    def rest(
        self,
        method: str,
        resource: str,
        caller: Caller,
        body: Any = None,
        *,
        key: str | None = None,
        **path: str,
    ) -> Answer:
        """One request, as API Gateway hands it on. `key` is its Idempotency-Key."""
        headers = [("host", "simulated"), ("content-type", "application/json")]
        if key:
            headers.append(("idempotency-key", key))
        request = Request(
            method=method,
            path=resource.format(**path),
            query="",
            headers=headers,
            source_ip=caller.address,
            body=b"" if body is None else json.dumps(body).encode(),
        )
        event = events.rest(
            request,
            resource=resource,
            path_parameters=path,
            request_id=f"request-{next(_numbers)}",
            stage="v1",
            now=self._world.time(),
            binary=False,
            authorizer=caller.authorizer,
        )
        return self._answered(self._by_trigger[method, resource], event)

    def authorized(self, token: str, address: str) -> Caller:
        """What the authorizer says of a token."""
        arn = events.method_arn("v1", "GET", "/v1/me")
        said = self._world.invoke(
            self._by_trigger["authorizer", ""], events.authorization(f"Bearer {token}", arn)
        )
        return Caller(address, said.get("context"))

    def connect(self, connection_id: str, ticket: str) -> Answer:
        """Open a socket."""
        handshake = self._handshake(f"ticket={ticket}")
        event = events.connect(handshake, self._context(connection_id, "$connect", "CONNECT"))
        answer = self._answered(self._by_trigger["socket", "$connect"], event)
        if answer.ok:
            self._world.outside.frames.setdefault(connection_id, [])
        return answer

    def disconnect(self, connection_id: str) -> Answer:
        """Tell that a socket is gone."""
        context = self._context(connection_id, "$disconnect", "DISCONNECT")
        event = events.disconnect(context, code=1000, reason="")
        return self._done(self._by_trigger["socket", "$disconnect"], event)

    def act(self, connection_id: str, action: str, data: Any, *, ref: str) -> Answer:
        """One frame over an open socket; the answer is the reply with its `ref`, if one came."""
        if connection_id not in self._world.outside.frames:
            return CLOSED
        body = json.dumps({"action": action, "ref": ref, "data": data})
        event = events.message(body, self._context(connection_id, action, "MESSAGE"))
        heard = len(self._world.outside.frames[connection_id])
        self._done(self._by_trigger["socket", action], event)
        for frame in self._world.outside.frames.get(connection_id, [])[heard:]:
            if frame.get("ref") == ref and "event" not in frame:
                problem = frame.get("error")
                return (
                    _answer(problem["status"], problem) if problem else _answer(200, frame["data"])
                )
        return NONE_CAME

    def queue(self, queue: str, letters: list[Letter]) -> tuple[Answer, list[Letter]]:
        """A batch of messages; returns those that are to be tried again."""
        function = self._by_trigger["queue", queue]
        now = self._world.time()
        messages = [
            Message(letter.message_id, letter.body, now, 1, now, f"receipt-{letter.message_id}")
            for letter in letters
        ]
        event = events.queue_batch(self._world.physical(queue), messages)
        try:
            failed = reported(self._world.invoke(function, event))
        except Crashed:
            return NONE_CAME, letters
        again = [letter for letter in letters if letter.message_id in failed]
        return Answer(503 if again else 200), again

    def stream(self, table: str, arn: str, records: list[Any]) -> Answer:
        """A batch of a table's changes."""
        return self._done(self._by_trigger["stream", table], events.stream_batch(arn, records))

    def _answered(self, function: Function, event: Any) -> Answer:
        try:
            said = self._world.invoke(function, event)
        except Crashed:
            return NONE_CAME
        body = said.get("body") or "null"
        return _answer(said["statusCode"], json.loads(body))

    def _done(self, function: Function, event: Any) -> Answer:
        """Run what answers nothing; a failure means that it is delivered again."""
        try:
            self._world.invoke(function, event)
        except Crashed:
            return NONE_CAME
        except Exception as failure:
            return Answer(503, {"code": type(failure).__name__})
        return Answer(200)

    def _context(self, connection_id: str, route_key: str, event_type: str) -> Any:
        return events.socket_context(
            self._handshake(""),
            connection_id=connection_id,
            connected_at=self._world.time(),
            route_key=route_key,
            event_type=event_type,
            stage="v1",
            now=self._world.time(),
        )

    def _handshake(self, query: str) -> Request:
        return Request("GET", "/ws", query, [("host", "simulated")], "10.0.0.1")


def _answer(status: int, body: Any) -> Answer:
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name not in UNSAID}
    return Answer(status, body)


def _trigger(function: Function) -> tuple[str, str]:
    trigger = function.trigger
    if isinstance(trigger, Route):
        return trigger.method, trigger.path
    if isinstance(trigger, RouteKey):
        return "socket", trigger.key
    if isinstance(trigger, QueueSource):
        return "queue", trigger.queue
    return function.kind, getattr(trigger, "table", "")
