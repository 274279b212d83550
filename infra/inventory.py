"""app.py → the list of functions: what the packager deploys and the local stack runs.

One function per REST route, per socket action, per schedule, queue, stream and bucket, and per
authorizer.
Declarations are joined from Chalice's registry (what triggers it) and our own (who may call it, and
what it needs).

Logical ids name what is kept: `arn:ref:MessagingInboxQueue` is the queue `messaging-inbox`,
`arn:ref:MessagesTable.StreamArn` the stream of the table `messages`, `arn:ref:PhotosBucket` the
bucket `photos`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from chalice.app import (
    Chalice,
    ChaliceAuthorizer,
    DynamoDBEventConfig,
    RouteEntry,
    S3EventConfig,
    ScheduledEventConfig,
    ScheduleExpression,
    SQSEventConfig,
)

from chalicelib import reactions
from chalicelib.core.changes import meaning_of
from chalicelib.core.db import KINDS
from chalicelib.core.http import ENDPOINTS
from chalicelib.core.needs import NOTHING, Needs, declared, modules_of
from chalicelib.core.socket import ACTIONS
from chalicelib.reactions import Reaction
from chalicelib.realtime import IDENTIFIES, REPLIES
from infra.functions import (
    ARRIVALS,
    DEFAULT,
    NO_DOORS,
    BucketSource,
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
    "bucket": 60,
    "authorizer": 10,
}
VISIBILITY_FACTOR = 6
"""AWS's advice: a message stays hidden six times as long as its function may run."""

APART: dict[str, dict[str, Any]] = {
    # A whole processor, and room for an image of as many pixels as there may be.
    "profiles_check_photo": {"bundle": "photos", "memory_mb": 1769},
}
"""Handlers whose functions need more than the others have."""

_QUEUE = re.compile(r"\Aarn:ref:(?P<name>\w+)Queue\Z")
_STREAM = re.compile(r"\Aarn:ref:(?P<name>\w+)Table\.StreamArn\Z")
_BUCKET = re.compile(r"\Aarn:ref:(?P<name>\w+)Bucket\Z")


def inventory(app: Chalice) -> list[Function]:
    """Every function of the app, in the order of its declarations."""
    return [*_authorizers(app), *_rest(app), *_sockets(app), *_events(app)]


def _authorizers(app: Chalice) -> Iterator[Function]:
    for config in app.builtin_auth_handlers:
        ttl_seconds = 300 if config.ttl_seconds is None else config.ttl_seconds
        yield _function(config.name, "authorizer", "accounts", Token(ttl_seconds))


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
                needs=endpoint.needs,
                doors=None if endpoint.describes_all else endpoint.feature,
                timeout_seconds=TIMEOUT_SECONDS["rest"],
            )


def _sockets(app: Chalice) -> Iterator[Function]:
    for key, config in app.websocket_handlers.items():
        name = f"realtime-socket-{key[1:]}"
        yield _function(config.name, "socket", "realtime", RouteKey(key), name=name)
    if DEFAULT in app.websocket_handlers:
        handler = app.websocket_handlers[DEFAULT].name
        for action in ACTIONS.values():
            yield Function(
                name=f"{action.feature}-socket-{action.name.replace('.', '-')}",
                kind="socket",
                feature=action.feature,
                handler=handler,
                trigger=RouteKey(action.name),
                access=action.access,
                needs=action.needs + REPLIES + (IDENTIFIES if action.signature.caller else NOTHING),
                doors=action.feature,
                timeout_seconds=TIMEOUT_SECONDS["socket"],
            )


def _events(app: Chalice) -> Iterator[Function]:
    for source in app.event_sources:
        feature = source.name.split("_")[0]
        if isinstance(source, ScheduledEventConfig):
            expression = source.schedule_expression
            if isinstance(expression, ScheduleExpression):
                expression = expression.to_string()
            yield _function(source.name, "schedule", feature, Schedule(expression))
        elif isinstance(source, SQSEventConfig):
            queue = _short(_QUEUE, source.queue_arn)
            visible_again = VISIBILITY_FACTOR * TIMEOUT_SECONDS["queue"]
            reading = QueueSource(queue, source.batch_size, visible_again)
            what = _reacting(reactions.REACTIONS[queue])
            yield _function(source.name, "queue", feature, reading, what)
        elif isinstance(source, DynamoDBEventConfig):
            table = _short(_STREAM, source.stream_arn)
            feature = _owner_of(table)
            what = _routing(feature, table)
            stream = StreamSource(table, source.batch_size, meaning_of(table).on)
            yield _function(source.name, "stream", feature, stream, what)
        elif isinstance(source, S3EventConfig):
            yield _function(source.name, "bucket", feature, _arrivals(source))
        else:
            raise TypeError(f"{source.name}: {type(source).__name__} is not a trigger we know")


def _arrivals(source: S3EventConfig) -> BucketSource:
    """What of a bucket a handler wants to be told."""
    if source.suffix or tuple(source.events) != ARRIVALS:
        raise ValueError(f"{source.name}: only objects that arrive below a prefix are told")
    return BucketSource(_short(_BUCKET, source.bucket), source.prefix or "")


@dataclass(frozen=True)
class What:
    """What a handler needs and loads."""

    needs: Needs
    loads: tuple[str, ...]


def _declared(handler: str) -> What:
    """As a handler in `app.py` says it."""
    return What(declared(handler), modules_of(handler))


def _reacting(reaction: Reaction) -> What:
    return What(reactions.needs_of(reaction), ("chalicelib.reactions", *reaction.modules))


def _routing(feature: str, table: str) -> What:
    events = f"chalicelib.{feature}.events"
    import_module(events)
    return What(reactions.needs_of_routing(table), ("chalicelib.reactions", events))


def _function(
    handler: str,
    kind: Kind,
    feature: str,
    trigger: Trigger,
    what: What | None = None,
    *,
    name: str = "",
) -> Function:
    """A function of a handler that stands in `app.py` itself."""
    what = what or _declared(handler)
    return Function(
        name=name or _of_feature(feature, _kebab(handler)),
        kind=kind,
        feature=feature,
        handler=handler,
        trigger=trigger,
        needs=what.needs,
        loads=what.loads,
        doors=NO_DOORS,
        timeout_seconds=TIMEOUT_SECONDS[kind],
        **APART.get(handler, {}),
    )


def _of_feature(feature: str, name: str) -> str:
    return name if name.startswith(f"{feature}-") else f"{feature}-{name}"


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
