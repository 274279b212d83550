"""The socket door: `{"action", "ref", "data"}` in; `{"ref", "data" | "error"}` and events out.

    actions = Actions("messaging")

    @actions.on("message.send", access=Permission.MEMBER, needs=sending.SENDS)
    def send(request: Request, draft: SendMessage) -> MessageView: ...

A view that asks for `caller: Caller` costs one read of the connection first. One that asks only
for the `Request` promises to look the connection up in its own first read, which makes a paid
message two round trips.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import msgspec

from chalicelib.core import clock, schema
from chalicelib.core.access import Caller, Permission
from chalicelib.core.errors import (
    Invalid,
    NotAllowed,
    PairlyError,
    PayloadTooLarge,
    Unexpected,
    UnknownAction,
    problem,
)
from chalicelib.core.limits import COUNTS, Limit
from chalicelib.core.needs import Needs
from chalicelib.core.schema import Out
from chalicelib.core.settings import settings
from chalicelib.core.signature import Request, Signature, encode, signature_of
from chalicelib.core.telemetry import invocation, logger, refusal_told

View = TypeVar("View", bound=Callable[..., Any])
Identify = Callable[[str], Caller]
Reply = Callable[[str, str], None]


class Frame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client sends. `ref` is the client's own, and comes back with the reply."""

    action: schema.Text
    ref: schema.Text | None = None
    data: msgspec.Raw = msgspec.Raw(b"{}")


class PushEvent(Out, frozen=True):
    """Something that happened, told to a device: `{"event", "data", "at"}`."""

    name: ClassVar[str]

    def frame(self) -> str:
        """The frame as it goes over the wire."""
        return encode({"event": self.name, "data": self, "at": clock.now()})


EVENTS: dict[str, type[PushEvent]] = {}
"""Every event that a device may be told, by its name."""


def event(name: str) -> Callable[[type[PushEvent]], Any]:
    """Declare under which name an event is pushed."""

    def declare(kind: Any) -> Any:
        kind.name = name
        if EVENTS.setdefault(name, kind) is not kind:
            raise RuntimeError(f"two events are called {name}")
        return kind

    return declare


@dataclass(frozen=True, kw_only=True)
class Action:
    """One declared socket route."""

    feature: str
    name: str
    access: Permission
    needs: Needs
    limit: Limit | None
    raises: tuple[type[PairlyError], ...]
    view: Callable[..., Any]
    signature: Signature


ACTIONS: dict[str, Action] = {}
"""Every included action, by its name."""


class Actions:
    """The socket actions of one feature."""

    def __init__(self, feature: str) -> None:
        self.feature = feature
        self.actions: list[Action] = []

    def on(
        self,
        name: str,
        *,
        access: Permission,
        needs: Needs,
        limit: Limit | None = None,
        raises: tuple[type[PairlyError], ...] = (),
    ) -> Callable[[View], View]:
        """Declare an action."""

        def declare(view: View) -> View:
            wanted = signature_of(view)
            if wanted.caller is None and (limit or access is not Permission.MEMBER):
                raise TypeError(f"{name}: without a Caller only `member` can be asked for")
            action = Action(
                feature=self.feature,
                name=name,
                access=access,
                needs=needs + COUNTS if limit else needs,
                limit=limit,
                raises=raises,
                view=view,
                signature=wanted,
            )
            self.actions.append(action)
            return view

        return declare


def include(*features: Actions) -> None:
    """Make the actions of these features answer."""
    for feature in features:
        for action in feature.actions:
            if ACTIONS.setdefault(action.name, action) is not action:
                raise RuntimeError(f"two actions are called {action.name}")


def hear(event: dict[str, Any], *, identify: Identify, reply: Reply) -> None:
    """Answer one frame, by `reply(connection_id, frame)`: what a handler returns goes nowhere."""
    context = event["requestContext"]
    request = Request(request_id=context["requestId"], connection_id=context["connectionId"])
    route = context["routeKey"]
    with invocation(request_id=request.request_id, door=route):
        frame = _answer(event.get("body") or "", route, request, identify)
        reply(request.connection_id, frame)


def _answer(body: str, route: str, request: Request, identify: Identify) -> str:
    ref = _ref(body)
    try:
        frame = _frame(body)
        action = ACTIONS.get(frame.action)
        if action is None or (route not in ("$default", action.name)):
            raise UnknownAction()
        return encode({"ref": ref, "data": _act(action, frame, request, identify)})
    except PairlyError as refusal:
        refusal_told(refusal)
        return encode({"ref": ref, "error": problem(refusal, request.request_id)})
    except Exception:
        logger.exception("unexpected")
        return encode({"ref": ref, "error": problem(Unexpected(), request.request_id)})


class Reference(msgspec.Struct, frozen=True):
    """A frame's `ref`, whatever else is wrong with it."""

    ref: schema.Text | None = None


def _ref(body: str) -> str | None:
    try:
        return msgspec.json.decode(body, type=Reference).ref
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def _frame(body: str) -> Frame:
    raw = body.encode("utf-8", "surrogatepass")
    if len(raw) > settings().frame_bytes_max:
        raise PayloadTooLarge()
    return schema.decode(raw, Frame)


def _act(action: Action, frame: Frame, request: Request, identify: Identify) -> Any:
    wanted = action.signature
    arguments: dict[str, Any] = {}
    if wanted.struct and wanted.struct_type:
        arguments[wanted.struct] = _data(frame, wanted.struct_type)
    if wanted.request:
        arguments[wanted.request] = request
    if wanted.caller:
        caller = identify(request.connection_id)
        if not caller.may(action.access):
            raise NotAllowed()
        if action.limit:
            action.limit.admit(action.name, caller.user_id)
        arguments[wanted.caller] = caller
    return action.view(**arguments)


def _data(frame: Frame, kind: type[Any]) -> Any:
    """A frame's data; what is wrong with it is told by its place in the frame."""
    try:
        return schema.decode(bytes(frame.data), kind)
    except Invalid as fault:
        at = "$.data" + fault.at.removeprefix("$")
        raise Invalid(at=at, rule=fault.rule, message=fault.message) from None
