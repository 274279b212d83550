"""DynamoDB failing in ways it seldom does: at the wire, below all of our own code."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

Answer = Callable[[AWSRequest], AWSResponse | None]


@contextmanager
def at_the_wire(operation: str, answer: Answer) -> Iterator[list[AWSRequest]]:
    """Let `answer` see every request of this kind first; None lets it pass. Yields the requests."""
    from chalicelib.core.db import connection

    seen: list[AWSRequest] = []

    def hear(request: AWSRequest, **_: Any) -> AWSResponse | None:
        seen.append(request)
        return answer(request)

    events = connection().client.meta.events
    name = f"before-send.dynamodb.{operation}"
    events.register(name, hear)
    try:
        yield seen
    finally:
        events.unregister(name, hear)


def refusing(code: str, **about: Any) -> Answer:
    """DynamoDB refuses with this error."""
    return lambda request: _error(request, code, about)


def cancelling(*reasons: str) -> Answer:
    """DynamoDB cancels a transaction, for one reason for each of its writes."""
    return refusing("TransactionCanceledException", CancellationReasons=_reasons(reasons))


def first(times: int, answer: Answer) -> Answer:
    """The same, for so many requests; from then on they pass."""
    left = iter(range(times))
    return lambda request: answer(request) if next(left, None) is not None else None


def losing(request: AWSRequest) -> AWSResponse | None:
    """The request arrives and is carried out, but its answer is lost on the way back."""
    URLLib3Session().send(request)
    raise ReadTimeoutError(endpoint_url=request.url)


@contextmanager
def silent(service: str) -> Iterator[list[str]]:
    """Another AWS service cannot be reached; yields the addresses that were tried."""
    from chalicelib.core.aws import client

    tried: list[str] = []

    def refuse(request: AWSRequest, **_: Any) -> None:
        tried.append(request.url)
        raise EndpointConnectionError(endpoint_url=request.url)

    wire = client(service).meta
    events, place = wire.events, f"before-send.{wire.service_model.service_id.hyphenize()}"
    events.register(place, refuse)
    try:
        yield tried
    finally:
        events.unregister(place, refuse)


def _reasons(codes: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"Code": code, "Message": code} for code in codes]


def _error(request: AWSRequest, code: str, about: dict[str, Any]) -> AWSResponse:
    said = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code} | about
    headers = {"content-type": "application/x-amz-json-1.0"}
    return AWSResponse(request.url, 400, headers, _Body(json.dumps(said).encode()))


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content
