"""The little of ASGI that the gateway needs: requests in, answers out."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[str, str]]


class BodyTooLarge(Exception):
    """The body is longer than its reader allows."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request (or handshake), read completely. `path` is still percent-encoded."""

    method: str
    path: str
    query: str
    headers: Headers
    source_ip: str
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """The last value of a header, by its lower-case name."""
        values = [value for given, value in self.headers if given == name]
        return values[-1] if values else None


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer."""

    status: int
    body: bytes = b""
    headers: Headers = field(default_factory=list)

    async def send(self, send: Send) -> None:
        """Put it on the wire; header names travel in lower case, as ASGI wants them."""
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in self.headers]
        headers.append((b"content-length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def request_of(scope: Scope, body: bytes = b"") -> Request:
    """The request that a scope describes."""
    return Request(
        method=scope.get("method", "GET"),
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        headers=[(name.decode(), value.decode("latin-1")) for name, value in scope["headers"]],
        source_ip=(scope.get("client") or ("127.0.0.1", 0))[0],
        body=body,
    )


async def read_body(receive: Receive, bytes_max: int) -> bytes:
    """The whole body, or BodyTooLarge; what is too long is read to its end but not kept."""
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size <= bytes_max:
            parts.append(part)
        more = message.get("more_body", False)
    if size > bytes_max:
        raise BodyTooLarge()
    return b"".join(parts)
