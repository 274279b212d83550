"""Calling the app's handlers as Lambda does, several at a time in one process.

A Lambda sandbox runs one invocation at a time, and Chalice counts on that: the request stands on
the app itself, and middleware is collected by the first call. Here threads share the app, so each
thread gets its own request and the middleware is collected beforehand.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from chalice.app import Chalice, EventSourceHandler

from infra.functions import Function
from infra.local.events import ACCOUNT, REGION, request_id
from infra.local.threads import WarmPool

Handler = Callable[[Any, Any], Any]

running: ContextVar[Function | None] = ContextVar("running", default=None)
"""The function that this thread is invoking, for whoever meters what it does."""

CONCURRENCY = 32


class Unsettled(Exception):
    """Handlers were still at work when the time to wait for them was over."""


@dataclass(frozen=True, slots=True)
class Context:
    """What Lambda tells a handler about the invocation."""

    function_name: str
    memory_limit_in_mb: int
    aws_request_id: str
    ends_at: float
    function_version: str = "$LATEST"

    @property
    def invoked_function_arn(self) -> str:
        """The function's own name."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """Where CloudWatch would keep its logs."""
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        """Which sandbox is speaking; there is only this process."""
        return "local"

    def get_remaining_time_in_millis(self) -> int:
        """How long until Lambda would cut it off."""
        return max(0, int((self.ends_at - time.monotonic()) * 1000))


class _OwnRequestPerThread:
    """Mixed into the app's class: what Chalice keeps on the app, kept per thread."""

    _kept = threading.local()

    @property
    def current_request(self) -> Any:
        return getattr(self._kept, "request", None)

    @current_request.setter
    def current_request(self, request: Any) -> None:
        self._kept.request = request

    @property
    def lambda_context(self) -> Any:
        return getattr(self._kept, "context", None)

    @lambda_context.setter
    def lambda_context(self, context: Any) -> None:
        self._kept.context = context


def share_between_threads(app: Chalice) -> None:
    """Make the app safe to call from several threads."""
    if not isinstance(app, _OwnRequestPerThread):
        app.__class__ = type("SharedChalice", (_OwnRequestPerThread, type(app)), {})
    for handler in app.handler_map.values():
        if isinstance(handler, EventSourceHandler):
            handler.middleware_handlers = list(handler.middleware_handlers)


class Lambdas:
    """Every function of the inventory, ready to be invoked."""

    def __init__(self, app: Chalice, stage: str) -> None:
        share_between_threads(app)
        self.app = app
        self.pool = WarmPool(CONCURRENCY, "lambda")
        self._stage = stage
        self._listeners: list[Callable[[], None]] = []
        self._running = 0
        self._idle = threading.Condition()

    def listen(self, hear: Callable[[], None]) -> None:
        """Call `hear` whenever a handler is done: it may have written or sent something."""
        self._listeners.append(hear)

    def invoke(self, function: Function, event: Any) -> Any:
        """Run a function in this thread and return what it returns, or raise what it raises."""
        handler: Handler = self.app if function.kind == "rest" else self._handler(function)
        context = Context(
            function_name=f"pairly-{self._stage}-{function.name}",
            memory_limit_in_mb=function.memory_mb,
            aws_request_id=request_id(),
            ends_at=time.monotonic() + function.timeout_seconds,
        )
        with self.busy():
            token = running.set(function)
            try:
                return handler(event, context)
            finally:
                running.reset(token)
                for hear in self._listeners:
                    hear()

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Around work that `wait_idle` has to wait for."""
        with self._idle:
            self._running += 1
        try:
            yield
        finally:
            with self._idle:
                self._running -= 1
                self._idle.notify_all()

    def wait_idle(self, seconds_max: float) -> None:
        """Return once nothing is being handled, or raise Unsettled."""
        with self._idle:
            if not self._idle.wait_for(lambda: not self._running, seconds_max):
                raise Unsettled(f"{self._running} handlers after {seconds_max} s")

    def stop(self) -> None:
        """Let running handlers end, and take no more."""
        self.pool.shutdown(wait=True)

    def _handler(self, function: Function) -> Handler:
        handler: Handler = self.app.handler_map[function.handler]
        return handler
