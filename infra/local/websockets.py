"""API Gateway's WebSocket side: `$connect`, a route for each message, `$disconnect`.

Messages of one connection may be handled at the same time, as Lambda does: nothing here keeps
their order. A handler's return value reaches nobody; frames to clients go through `connections`.

Limits, on the stack clock: 32 KB a frame, 128 KB a message, 10 min idle, 2 h in all.
"""

import asyncio
import base64
import json
import logging
import os
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

from infra.functions import CONNECT, DEFAULT, DISCONNECT, RouteKey
from infra.local import asgi, events
from infra.local.asgi import Request
from infra.local.runtime import Runtime

log = logging.getLogger(__name__)

FRAME_BYTES_MAX = 32 * 1024
MESSAGE_BYTES_MAX = 128 * 1024
IDLE_SECONDS_MAX = 600
LIFETIME_SECONDS_MAX = 7200
SUBPROTOCOL = "sec-websocket-protocol"


class SocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's own protocol, which also closes a connection whose frame is too large (1009).

    It also knows that a refused handshake is complete, where uvicorn logs an error for each.
    """

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True

    def handle_text(self, event: Frame) -> None:
        if self._fits(event):
            super().handle_text(event)

    def handle_cont(self, event: Frame) -> None:
        if self._fits(event):
            super().handle_cont(event)

    def _fits(self, frame: Frame) -> bool:
        if len(frame.data) <= FRAME_BYTES_MAX:
            return True
        self.conn.fail(CloseCode.MESSAGE_TOO_BIG, "Message is too big")
        self.handle_parser_exception()
        return False


class Gone(Exception):
    """The connection is closed, or not open yet."""


@dataclass
class Socket:
    """One client's connection. Instants are on the stack clock."""

    connection_id: str
    handshake: Request
    connected_at: float
    last_active_at: float
    _send: asgi.Send
    is_open: bool = False
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def send(self, text: str) -> None:
        """Send a frame, or raise Gone."""
        if not self.is_open:
            raise Gone(self.connection_id)
        try:
            await self._send({"type": "websocket.send", "text": text})
        except OSError as failure:
            raise Gone(self.connection_id) from failure

    async def close(self, code: int, reason: str) -> None:
        """Close it from our side, once."""
        if self.is_open:
            self.is_open = False
            with suppress(OSError):  # it is gone already, and that is told by its own disconnect
                await self._send({"type": "websocket.close", "code": code, "reason": reason})


class Sockets:
    """All open connections, by id."""

    def __init__(self, runtime: Runtime) -> None:
        self._routes = {
            each.trigger.key: each
            for each in runtime.functions
            if isinstance(each.trigger, RouteKey)
        }
        self._lambdas = runtime.lambdas
        self._stage = runtime.stage
        self._clock = runtime.clock
        self._sockets: dict[str, Socket] = {}

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        with self._lambdas.busy():
            await receive()
            socket = self._socket(asgi.request_of(scope), send)
            accepted = await self._connect(socket, send)
        if accepted:
            code, reason = await self._listen(socket, receive)
            with self._lambdas.busy():
                await self._disconnect(socket, code, reason)

    def find(self, connection_id: str) -> Socket:
        """An open connection, or raise Gone."""
        socket = self._sockets.get(connection_id)
        if socket is None or not socket.is_open:
            raise Gone(connection_id)
        return socket

    def touch(self, socket: Socket) -> None:
        """The connection was used just now."""
        socket.last_active_at = self._clock()

    async def expire(self) -> int:
        """Close every connection that is idle or old beyond the limits, and say how many."""
        now = self._clock()
        over = [
            socket
            for socket in self._sockets.values()
            if now - socket.last_active_at >= IDLE_SECONDS_MAX
            or now - socket.connected_at >= LIFETIME_SECONDS_MAX
        ]
        for socket in over:
            await socket.close(CloseCode.GOING_AWAY, "Going away")
        return len(over)

    def _socket(self, handshake: Request, send: asgi.Send) -> Socket:
        connection_id = base64.urlsafe_b64encode(os.urandom(11)).decode()
        now = self._clock()
        return Socket(connection_id, handshake, now, now, send)

    async def _connect(self, socket: Socket, send: asgi.Send) -> bool:
        event = events.connect(socket.handshake, self._context(socket, CONNECT, "CONNECT"))
        answer = await self._invoke(CONNECT, event)
        status = int(answer.get("statusCode", 200))
        if status >= 300:
            await _refuse(send, status, answer)
            return False
        self._sockets[socket.connection_id] = socket
        socket.is_open = True
        headers = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
        with suppress(OSError):  # whoever left meanwhile did connect, and now disconnects
            await send({"type": "websocket.accept", "subprotocol": headers.get(SUBPROTOCOL)})
        return True

    async def _listen(self, socket: Socket, receive: asgi.Receive) -> tuple[int, str]:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                code = message.get("code") or CloseCode.ABNORMAL_CLOSURE
                return code, message.get("reason") or ""
            text = message.get("text")
            if text is None:
                await socket.close(CloseCode.UNSUPPORTED_DATA, "Binary is not supported")
                continue
            self.touch(socket)
            task = asyncio.create_task(self._hear(socket, text))
            socket.tasks.add(task)
            task.add_done_callback(socket.tasks.discard)

    async def _hear(self, socket: Socket, text: str) -> None:
        with self._lambdas.busy():
            key = self._route_key(text)
            context = self._context(socket, key, "MESSAGE")
            if key not in self._routes:
                answer, said = {"statusCode": 403}, "Forbidden"
            else:
                answer = await self._invoke(key, events.message(text, context))
                said = "Internal server error"
            if int(answer.get("statusCode", 200)) >= 400:
                about = {name: context[name] for name in ("connectionId", "requestId")}
                await _tell(socket, {"message": said} | about)

    async def _disconnect(self, socket: Socket, code: int, reason: str) -> None:
        socket.is_open = False
        del self._sockets[socket.connection_id]
        context = self._context(socket, DISCONNECT, "DISCONNECT")
        await self._invoke(DISCONNECT, events.disconnect(context, code=code, reason=reason))

    async def _invoke(self, key: str, event: dict[str, Any]) -> dict[str, Any]:
        function = self._routes.get(key)
        if function is None:
            return {"statusCode": 200}
        loop = asyncio.get_running_loop()
        try:
            return (
                await loop.run_in_executor(
                    self._lambdas.pool, self._lambdas.invoke, function, event
                )
                or {}
            )
        except Exception:
            log.exception("%s failed", function.name)
            return {"statusCode": 500}

    def _route_key(self, text: str) -> str:
        try:
            frame = json.loads(text)
        except (ValueError, RecursionError):
            return DEFAULT
        action = frame.get("action") if isinstance(frame, dict) else None
        is_custom = isinstance(action, str) and not action.startswith("$")
        return action if is_custom and action in self._routes else DEFAULT

    def _context(self, socket: Socket, key: str, event_type: str) -> dict[str, Any]:
        return events.socket_context(
            socket.handshake,
            connection_id=socket.connection_id,
            connected_at=socket.connected_at,
            route_key=key,
            event_type=event_type,
            stage=self._stage,
            now=self._clock(),
        )


async def _refuse(send: asgi.Send, status: int, answer: dict[str, Any]) -> None:
    given = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
    headers = {"content-type": "application/json"} | given
    await send(
        {
            "type": "websocket.http.response.start",
            "status": status,
            "headers": [(name.encode(), str(headers[name]).encode()) for name in headers],
        }
    )
    body = str(answer.get("body") or "").encode()
    await send({"type": "websocket.http.response.body", "body": body})


async def _tell(socket: Socket, frame: dict[str, Any]) -> None:
    try:
        await socket.send(json.dumps(frame))
    except Gone:
        log.debug("%s left before its answer", socket.connection_id)
