"""API Gateway's management API: `@connections/{id}`, for an unmodified boto3 client.

Served on the event loop itself, because a push is nothing but a copy from one socket to another.
"""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from infra.local import asgi
from infra.local.asgi import Answer
from infra.local.websockets import MESSAGE_BYTES_MAX, Gone, Socket, Sockets

PREFIX = "/ws/@connections/"


class Connections:
    """POST sends a frame, GET describes the connection, DELETE closes it."""

    def __init__(self, sockets: Sockets) -> None:
        self._sockets = sockets

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        connection_id = unquote(scope["raw_path"].decode().removeprefix("/ws/"))
        connection_id = connection_id.removeprefix("@connections/")
        try:
            body = await asgi.read_body(receive, MESSAGE_BYTES_MAX)
            answer = await self._answer(scope["method"], connection_id, body)
        except asgi.BodyTooLarge:
            answer = _error(413, "PayloadTooLargeException", "Message is larger than 128 KB")
        except Gone:
            answer = _error(410, "GoneException", "The connection is gone")
        await answer.send(send)

    async def _answer(self, method: str, connection_id: str, body: bytes) -> Answer:
        socket = self._sockets.find(connection_id)
        if method == "POST":
            await socket.send(body.decode("utf-8", "replace"))
            self._sockets.touch(socket)
            return Answer(200)
        if method == "DELETE":
            await socket.close(1000, "Connection Closed Normally")
            return Answer(204)
        if method == "GET":
            return Answer(200, json.dumps(_described(socket)).encode())
        return _error(405, "MethodNotAllowedException", method)


def _described(socket: Socket) -> dict[str, Any]:
    return {
        "connectedAt": _instant(socket.connected_at),
        "lastActiveAt": _instant(socket.last_active_at),
        "identity": {
            "sourceIp": socket.handshake.source_ip,
            "userAgent": socket.handshake.header("user-agent") or "",
        },
    }


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _error(status: int, code: str, message: str) -> Answer:
    said = json.dumps({"message": message}).encode()
    return Answer(status, said, [("x-amzn-errortype", code), ("content-type", "application/json")])
