"""What a function of Pairly is: its trigger, its access, its needs, its limits."""

from dataclasses import dataclass
from typing import Literal

from chalicelib.core.access import Permission
from chalicelib.core.needs import NOTHING, Needs

Kind = Literal["rest", "socket", "schedule", "queue", "stream", "bucket", "authorizer"]

CONNECT, DISCONNECT, DEFAULT = "$connect", "$disconnect", "$default"
MEMORY_MB = 512
CORE = "core"
NO_DOORS = "none"
RECEIVES_MAX = 5
"""How often a message is tried before it is buried among its queue's dead letters."""
RECORD_AGE_SECONDS_MAX = 3600
"""How long a stream goes on with a record that fails, before it sets it aside."""
FAILURES_REPORTED = "ReportBatchItemFailures"
"""How Lambda calls it that a handler's answer names what of its batch failed."""
CHANGES = ("INSERT", "MODIFY", "REMOVE")
ARRIVALS = ("s3:ObjectCreated:*",)
RETRIES_MAX = 2
"""How often Lambda tries again, by itself, what nobody waits for."""
EVENT_AGE_SECONDS_MAX = 6 * 3600
"""How long an event may wait for its function, before it is set aside."""


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
    """A queue, by short name, and how it is read.

    Unless it `reports_failures`, a batch is taken for handled whatever the handler answers.
    """

    queue: str
    batch_size: int
    visibility_seconds: int
    receives_max: int = RECEIVES_MAX
    reports_failures: bool = True


@dataclass(frozen=True)
class StreamSource:
    """A table's stream, by the table's short name, and how it is read.

    Only changes of these kinds are handed over. A batch that fails is halved until the one bad
    record is found, which is tried again until it is too old, and then set aside.
    """

    table: str
    batch_size: int
    event_names: tuple[str, ...] = CHANGES
    record_age_seconds_max: int = RECORD_AGE_SECONDS_MAX
    reports_failures: bool = True


@dataclass(frozen=True)
class BucketSource:
    """What happens in a bucket, by short name, to objects whose key begins with the prefix.

    The function is told of each object alone, and perhaps more than once. What it does not manage
    is tried again a few times, later each time, and then set aside.
    """

    bucket: str
    prefix: str
    events: tuple[str, ...] = ARRIVALS
    retries_max: int = RETRIES_MAX
    event_age_seconds_max: int = EVENT_AGE_SECONDS_MAX


@dataclass(frozen=True)
class Token:
    """The `Authorization` header, whose verdict is kept for a while."""

    ttl_seconds: int


Trigger = Route | RouteKey | Schedule | QueueSource | StreamSource | BucketSource | Token


@dataclass(frozen=True, kw_only=True)
class Function:
    """One Lambda function.

    name     unique in the app; begins with its feature
    handler  Chalice's name of what it runs
    access   the permission a caller needs, or None where no member calls
    loads    modules to import when it starts, besides its doors'
    doors    the feature whose routes and actions it opens, NO_DOORS, or None for those of all
    """

    name: str
    kind: Kind
    feature: str
    handler: str
    trigger: Trigger
    access: Permission | None = None
    needs: Needs = NOTHING
    doors: str | None = None
    loads: tuple[str, ...] = ()
    bundle: str = CORE
    memory_mb: int = MEMORY_MB
    timeout_seconds: int

    @property
    def entry(self) -> str:
        """What Lambda is told to call."""
        return "app.app" if self.kind == "rest" else f"app.{self.handler}"

    def deployed(self, stage: str) -> str:
        """The function's name in a stage's account."""
        return f"pairly-{stage}-{self.name}"
