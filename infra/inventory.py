"""app.py → the list of functions: what the packager deploys and the local stack runs.

One function per REST route, per socket action, per schedule, queue and stream, and per authorizer.
Declarations are joined from Chalice's registry (what triggers it) and the core's own (who may call
it, which tables it touches).

Logical ids name queues and tables: `arn:ref:MessagingInboxQueue` is the queue `messaging-inbox`,
`arn:ref:MessagesTable.StreamArn` the stream of the table `messages`.
"""

import re
from collections.abc import Iterator
from typing import Literal

from chalice.app import (
    Chalice,
    ChaliceAuthorizer,
    DynamoDBEventConfig,
    RouteEntry,
    ScheduledEventConfig,
    ScheduleExpression,
    SQSEventConfig,
)

from chalicelib.core.db import KINDS
from chalicelib.core.http import ENDPOINTS
from chalicelib.core.socket import ACTIONS
from chalicelib.core.tables import TOUCHED, Touches
from chalicelib.realtime import PUSHES
from infra.functions import (
    DEFAULT,
    Function,
    Kind,
    QueueSource,
    Route,
    RouteKey,
    Schedule,
    StreamSource,
    Token,
    Trigger,
)

TIMEOUT_SECONDS: dict[Kind, int] = {
    "rest": 29,
    "socket": 29,
    "schedule": 60,
    "queue": 30,
    "stream": 30,
    "authorizer": 10,
}
VISIBILITY_FACTOR = 6
"""AWS's advice: a message stays hidden six times as long as its function may run."""

_QUEUE = re.compile(r"\Aarn:ref:(?P<name>\w+)Queue\Z")
_STREAM = re.compile(r"\Aarn:ref:(?P<name>\w+)Table\.StreamArn\Z")


def inventory(app: Chalice) -> list[Function]:
    """Every function of the app, in the order of its declarations."""
    return [*_authorizers(app), *_rest(app), *_sockets(app), *_events(app)]


def logical_id(name: str, kind: Literal["Queue", "Table"]) -> str:
    """CloudFormation's name of a queue or table: `messaging-inbox` → `MessagingInboxQueue`."""
    return "".join(part.capitalize() for part in name.split("-")) + kind


def _authorizers(app: Chalice) -> Iterator[Function]:
    for config in app.builtin_auth_handlers:
        ttl_seconds = 300 if config.ttl_seconds is None else config.ttl_seconds
        yield _function(config.name, "authorizer", "accounts", config.name, Token(ttl_seconds))


def _rest(app: Chalice) -> Iterator[Function]:
    for path, methods in app.routes.items():
        for method, entry in methods.items():
            endpoint = ENDPOINTS[path, method]
            yield Function(
                name=_kebab(entry.view_name),
                kind="rest",
                feature=endpoint.feature,
                handler=entry.view_name,
                trigger=Route(method, path, _authorizer_of(entry)),
                access=endpoint.access,
                tables=endpoint.tables,
                timeout_seconds=TIMEOUT_SECONDS["rest"],
            )


def _sockets(app: Chalice) -> Iterator[Function]:
    for key, config in app.websocket_handlers.items():
        yield _function(f"socket-{key[1:]}", "socket", "realtime", config.name, RouteKey(key))
    if DEFAULT in app.websocket_handlers:
        handler = app.websocket_handlers[DEFAULT].name
        for action in ACTIONS.values():
            yield Function(
                name="socket-" + action.name.replace(".", "-"),
                kind="socket",
                feature=action.feature,
                handler=handler,
                trigger=RouteKey(action.name),
                access=action.access,
                tables=action.tables + PUSHES,
                timeout_seconds=TIMEOUT_SECONDS["socket"],
            )


def _events(app: Chalice) -> Iterator[Function]:
    for source in app.event_sources:
        feature = source.name.split("_")[0]
        if isinstance(source, ScheduledEventConfig):
            expression = source.schedule_expression
            if isinstance(expression, ScheduleExpression):
                expression = expression.to_string()
            schedule = Schedule(expression)
            yield _function(source.name, "schedule", feature, source.name, schedule)
        elif isinstance(source, SQSEventConfig):
            queue = _short(_QUEUE, source.queue_arn)
            visible_again = VISIBILITY_FACTOR * TIMEOUT_SECONDS["queue"]
            reading = QueueSource(queue, source.batch_size, visible_again)
            yield _function(source.name, "queue", feature, source.name, reading)
        elif isinstance(source, DynamoDBEventConfig):
            table = _short(_STREAM, source.stream_arn)
            stream = StreamSource(table, source.batch_size)
            yield _function(source.name, "stream", _owner_of(table), source.name, stream)
        else:
            raise TypeError(f"{source.name}: {type(source).__name__} is not a trigger we know")


def _function(name: str, kind: Kind, feature: str, handler: str, trigger: Trigger) -> Function:
    return Function(
        name=_kebab(name),
        kind=kind,
        feature=feature,
        handler=handler,
        trigger=trigger,
        tables=_declared(handler),
        timeout_seconds=TIMEOUT_SECONDS[kind],
    )


def _declared(handler: str) -> Touches:
    if handler not in TOUCHED:
        raise LookupError(f"{handler} does not say which tables it touches")
    return TOUCHED[handler]


def _authorizer_of(entry: RouteEntry) -> str | None:
    if entry.authorizer is None:
        return None
    if not isinstance(entry.authorizer, ChaliceAuthorizer):
        raise TypeError(f"{entry.uri_pattern}: only the app's own authorizers are supported")
    return entry.authorizer.name


def _owner_of(table: str) -> str:
    """The feature whose models declare a table."""
    return KINDS[table].__module__.split(".")[1]


def _short(pattern: re.Pattern[str], arn: str | None) -> str:
    found = pattern.match(arn or "")
    if found is None:
        raise ValueError(f"{arn!r} does not look like {pattern.pattern}")
    return re.sub(r"(?<!\A)(?=[A-Z])", "-", found["name"]).lower()


def _kebab(name: str) -> str:
    return name.replace("_", "-")
