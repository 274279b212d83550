"""What a function of Pairly is: its trigger, its access, its limits. Plain declarations."""

from dataclasses import dataclass
from typing import Literal

from chalicelib.core.access import Permission
from chalicelib.core.tables import NOTHING, Touches

Kind = Literal["rest", "socket", "schedule", "queue", "stream", "authorizer"]

CONNECT, DISCONNECT, DEFAULT = "$connect", "$disconnect", "$default"
MEMORY_MB = 512


@dataclass(frozen=True)
class Route:
    """A REST method and path, and the authorizer in front of it."""

    method: str
    path: str
    authorizer: str | None


@dataclass(frozen=True)
class RouteKey:
    """A socket route: an action, or one of API Gateway's own three."""

    key: str


@dataclass(frozen=True)
class Schedule:
    """`rate(…)` or `cron(…)`."""

    expression: str


@dataclass(frozen=True)
class QueueSource:
    """A queue, by short name, and how it is read."""

    queue: str
    batch_size: int
    visibility_seconds: int


@dataclass(frozen=True)
class StreamSource:
    """A table's stream, by the table's short name, and how it is read.

    A batch that fails is halved until the one bad record is found, which is tried again
    `retries_max` times and then set aside.
    """

    table: str
    batch_size: int
    retries_max: int = 3


@dataclass(frozen=True)
class Token:
    """The `Authorization` header, whose verdict is kept for a while."""

    ttl_seconds: int


Trigger = Route | RouteKey | Schedule | QueueSource | StreamSource | Token


@dataclass(frozen=True, kw_only=True)
class Function:
    """One Lambda function.

    name             unique in the app; part of the deployed name
    handler          Chalice's name of what it runs
    access           the permission a caller needs, or None where no member calls
    """

    name: str
    kind: Kind
    feature: str
    handler: str
    trigger: Trigger
    access: Permission | None = None
    tables: Touches = NOTHING
    memory_mb: int = MEMORY_MB
    timeout_seconds: int
