"""What the parts of a running stack share."""

from collections.abc import Callable
from dataclasses import dataclass

from infra.functions import Function
from infra.local.asgi import Headers
from infra.local.buckets import Buckets
from infra.local.clock import StackClock
from infra.local.events import bucket_name
from infra.local.lambdas import Lambdas
from infra.local.queues import Queues
from infra.local.state import State


@dataclass(frozen=True)
class Rest:
    """What the REST API is set to, besides its routes.

    binary_types  media types, in lower case, of bodies that reach a function in base64
    cors          headers of preflights and of what the gateway itself answers
    """

    binary_types: frozenset[str]
    cors: Headers


@dataclass(frozen=True)
class Runtime:
    """One stack's stage, functions and memory.

    `pause(attempt)` waits before another try, or not at all where somebody turns the stack by hand.
    """

    stage: str
    functions: list[Function]
    rest: Rest
    clock: StackClock
    lambdas: Lambdas
    state: State
    queues: Queues
    buckets: Buckets
    pause: Callable[[int], None]

    def physical(self, name: str) -> str:
        """The name of a table or queue, as the app's settings make it."""
        return f"pairly-{self.stage}-{name}"

    def bucket(self, name: str) -> str:
        """The name of a bucket, which is one for the whole world."""
        return bucket_name(name, self.stage)
