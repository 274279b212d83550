"""The socket's own routes: $connect and $disconnect."""

from collections.abc import Callable
from typing import Any

from chalice.app import Response

from chalicelib.core.errors import PairlyError, Unexpected
from chalicelib.core.http import refused
from chalicelib.core.telemetry import invocation, logger
from chalicelib.realtime import service


def connect(event: dict[str, Any], *, admits: Callable[[str, str], bool]) -> Response:
    """Let a socket in, or refuse it with 401 and problem details."""
    context = event["requestContext"]
    with invocation(request_id=context["requestId"], door="$connect"):
        try:
            service.connect(context["connectionId"], service.parse_ticket(event), admits=admits)
        except PairlyError as refusal:
            return refused(refusal, context["requestId"])
        except Exception:
            logger.exception("unexpected")
            return refused(Unexpected(), context["requestId"])
        return Response("", status_code=200)


def disconnect(event: dict[str, Any]) -> None:
    """A socket closed; API Gateway tells so at most once, and sometimes not at all."""
    context = event["requestContext"]
    with invocation(request_id=context["requestId"], door="$disconnect"):
        service.disconnect(context["connectionId"])
