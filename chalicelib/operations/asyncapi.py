"""The WebSocket API as an AsyncAPI 3.0 document, from the declarations of actions and events."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import msgspec

from chalicelib.core import schema
from chalicelib.core.errors import Problem
from chalicelib.core.settings import settings
from chalicelib.core.socket import ACTIONS, EVENTS, Action, PushEvent
from chalicelib.operations import refusals
from chalicelib.operations.describing import VERSION, rate_limit, sentences, tags
from chalicelib.operations.shapes import Schema, Shapes, shape_of

ABOUT = """\
Pairly's socket. Get a ticket from `POST /v1/realtime/tickets` and connect to the URL that comes
with it; the first frame is the event `hello`, which tells the pace of heartbeats and when to
change sockets.

A client sends `{"action", "ref", "data"}`. Every such frame is answered by one reply: `{"ref",
"data"}`, or `{"ref", "error"}` with problem details. `ref` is the client's own and tells the
replies apart. Events, `{"event", "data", "at"}`, come in between, to all of a member's devices.

Events are a courtesy: what was missed while away, the action `sync` brings."""

CHANNEL = "#/channels/socket"


@cache
def text() -> str:
    """The published document, made once in a process."""
    return msgspec.json.encode(document(ACTIONS.values(), EVENTS.values())).decode()


def document(actions: Iterable[Action], events: Iterable[type[PushEvent]]) -> dict[str, Any]:
    """The document of these actions and events."""
    actions, events = list(actions), list(events)
    shapes = Shapes([Problem, *events, *_structs_of(actions)])
    messages = {
        **{f"{action.name}.request": _request(action, shapes) for action in actions},
        **{f"{action.name}.reply": _reply(action, shapes) for action in actions},
        **{f"{event.name}.event": _event(event, shapes) for event in events},
        "refusal": _refusal(shapes),
    }
    features = [*(action.feature for action in actions), *map(feature_of, events)]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Pairly's socket",
            "version": VERSION,
            "description": ABOUT,
            "tags": tags(features),
        },
        "defaultContentType": "application/json",
        "servers": {"sockets": _server()},
        "channels": {"socket": _channel(messages)},
        "operations": {
            **{action.name: _receive(action) for action in actions},
            **{event.name: _send(event) for event in events},
        },
        "components": {
            "schemas": shapes.components,
            "messages": messages,
            "securitySchemes": {"ticket": _ticket()},
        },
    }


def feature_of(event: type[PushEvent]) -> str:
    """The feature whose module declares an event."""
    return event.__module__.split(".")[1]


def _structs_of(actions: list[Action]) -> Iterator[Any]:
    for action in actions:
        if action.signature.struct_type is not None:
            yield action.signature.struct_type
        yield action.signature.returns


def _server() -> dict[str, Any]:
    url = urlsplit(settings().websocket_url)
    server: dict[str, Any] = {"host": url.netloc, "protocol": url.scheme}
    if url.path:
        server["pathname"] = url.path
    server["security"] = [{"$ref": "#/components/securitySchemes/ticket"}]
    return server


def _ticket() -> dict[str, str]:
    seconds = settings().ticket_seconds
    about = f"From `POST /v1/realtime/tickets`; good once, within {seconds} seconds."
    return {"type": "httpApiKey", "name": "ticket", "in": "query", "description": about}


def _channel(messages: Iterable[str]) -> dict[str, Any]:
    query = {
        "type": "object",
        "properties": {"ticket": {"type": "string"}},
        "required": ["ticket"],
    }
    kilobytes = settings().frame_bytes_max // 1024
    return {
        "address": "/",
        "title": "The socket",
        "description": f"One for each device. A frame from the client holds at most {kilobytes} KB "
        "and is answered once; without a good ticket the socket does not open.",
        "servers": [{"$ref": "#/servers/sockets"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"ws": {"method": "GET", "query": query, "bindingVersion": "0.1.0"}},
        "x-errors": refusals.told(refusals.OPENING),
    }


def _receive(action: Action) -> dict[str, Any]:
    summary, description = sentences(action.view.__doc__)
    operation: dict[str, Any] = {
        "action": "receive",
        "channel": {"$ref": CHANNEL},
        "tags": [{"name": action.feature}],
        "summary": summary,
        "messages": [_message(f"{action.name}.request")],
        "reply": {
            "channel": {"$ref": CHANNEL},
            "messages": [_message(f"{action.name}.reply"), _message("refusal")],
        },
        "x-permission": action.access.value,
        "x-errors": refusals.told(refusals.of_action(action)),
    }
    if description:
        operation["description"] = description
    if action.limit:
        operation["x-rate-limit"] = rate_limit(action.limit)
    return operation


def _send(event: type[PushEvent]) -> dict[str, Any]:
    summary, description = sentences(event.__doc__)
    operation: dict[str, Any] = {
        "action": "send",
        "channel": {"$ref": CHANNEL},
        "tags": [{"name": feature_of(event)}],
        "summary": summary,
        "messages": [_message(f"{event.name}.event")],
    }
    if description:
        operation["description"] = description
    return operation


def _request(action: Action, shapes: Shapes) -> dict[str, Any]:
    struct = action.signature.struct_type
    data = shapes.of(struct) if struct else {}
    required = ["action", "data"] if struct and shapes.whole(struct)["required"] else ["action"]
    frame = _object(
        {"action": {"const": action.name}, "ref": shape_of(schema.Text | None), "data": data},
        required,
    )
    payload = frame | {"additionalProperties": False}
    return _correlated(action.name, f"Ask for {action.name}", payload)


def _reply(action: Action, shapes: Shapes) -> dict[str, Any]:
    frame = _object({"ref": _ref(), "data": shapes.of(action.signature.returns)}, ["ref", "data"])
    return _correlated(f"{action.name}.reply", f"The answer to {action.name}", frame)


def _refusal(shapes: Shapes) -> dict[str, Any]:
    frame = _object({"ref": _ref(), "error": shapes.of(Problem)}, ["ref", "error"])
    message = _correlated("refusal", "The answer to a frame that is refused", frame)
    return message | {"x-errors": refusals.told(refusals.ANY_FRAME)}


def _event(event: type[PushEvent], shapes: Shapes) -> dict[str, Any]:
    at = {"type": "string", "format": "date-time"}
    frame = _object(
        {"event": {"const": event.name}, "data": shapes.of(event), "at": at},
        ["event", "data", "at"],
    )
    return {"name": event.name, "title": f"The event {event.name}", "payload": frame}


def _correlated(name: str, title: str, payload: Schema) -> dict[str, Any]:
    correlation = {"location": "$message.payload#/ref"}
    return {"name": name, "title": title, "correlationId": correlation, "payload": payload}


def _object(properties: dict[str, Schema], required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required}


def _ref() -> Schema:
    return {"type": ["string", "null"]}


def _message(name: str) -> dict[str, str]:
    return {"$ref": f"{CHANNEL}/messages/{name}"}
