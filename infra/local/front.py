"""The stack's one port: which part answers which address.

/ws                  sockets, and /ws/@connections/… to push to them
/_aws/sqs            queues
/_aws/s3             buckets
/ /outbox /_local/…  pages for people, and the stack's own controls
everything else      the REST API
"""

import logging

from infra.local import asgi, connections, s3, sqs
from infra.local.connections import Connections
from infra.local.gateway import Gateway
from infra.local.pages import Pages
from infra.local.s3 import S3
from infra.local.sqs import Sqs
from infra.local.websockets import Sockets

log = logging.getLogger(__name__)

SOCKET_PATH = "/ws"


class Front:
    """The ASGI app."""

    def __init__(self, gateway: Gateway, sockets: Sockets, sqs: Sqs, s3: S3, pages: Pages) -> None:
        self._gateway = gateway
        self._sockets = sockets
        self._connections = Connections(sockets)
        self._sqs = sqs
        self._s3 = s3
        self._pages = pages

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        await self._part(scope)(scope, receive, send)

    def _part(self, scope: asgi.Scope) -> asgi.App:
        path: str = scope["path"]
        if scope["type"] == "websocket":
            return self._sockets if path.rstrip("/") == SOCKET_PATH else _no_socket_here
        if path.startswith(connections.PREFIX):
            return self._connections
        if path.startswith(sqs.PREFIX):
            return self._sqs
        if path.startswith(s3.PREFIX):
            return self._s3
        return self._pages if self._pages.has(path) else self._gateway


async def _no_socket_here(_: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
    await receive()
    await send({"type": "websocket.close", "code": 1000})
