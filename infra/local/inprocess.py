"""Running functions by the app in this process.

A Lambda sandbox runs one invocation at a time, and Chalice counts on that: the request stands on
the app itself, and middleware is collected by the first call. Here threads share the app, so each
thread gets its own request and the middleware is collected beforehand.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalice.app import Chalice, CORSConfig, EventSourceHandler

from infra.functions import Function
from infra.local.events import ACCOUNT, REGION, request_id
from infra.local.runtime import Rest

Handler = Callable[[Any, Any], Any]


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


class InProcess:
    """Runs functions by the app in this process."""

    def __init__(self, app: Chalice, stage: str) -> None:
        share_between_threads(app)
        self._app = app
        self._stage = stage

    def run(self, function: Function, event: Any) -> Any:
        """Run a function in this thread."""
        handler: Handler = self._app if function.kind == "rest" else self._handler(function)
        context = Context(
            function_name=function.deployed(self._stage),
            memory_limit_in_mb=function.memory_mb,
            aws_request_id=request_id(),
            ends_at=time.monotonic() + function.timeout_seconds,
        )
        return handler(event, context)

    def stop(self) -> None:
        """The app ends with its process."""

    def _handler(self, function: Function) -> Handler:
        handler: Handler = self._app.handler_map[function.handler]
        return handler


def rest_of(app: Chalice) -> Rest:
    """What the app says of its REST API; like the deployed one it has one policy for CORS."""
    declared = [
        entry.cors for methods in app.routes.values() for entry in methods.values() if entry.cors
    ]
    policy = declared[0] if declared else CORSConfig()
    headers = policy.get_access_control_headers().items()
    return Rest(
        binary_types=frozenset(kind.lower() for kind in app.api.binary_types),
        cors=[(name, str(value)) for name, value in headers],
    )
