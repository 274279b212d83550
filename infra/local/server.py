"""uvicorn in a thread, with a way to reach its event loop from others."""

import asyncio
import socket
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

import uvicorn

from infra.local import asgi
from infra.local.errors import NotStarted
from infra.local.websockets import MESSAGE_BYTES_MAX, SocketProtocol

T = TypeVar("T")

READY_SECONDS_MAX = 10.0
GRACE_SECONDS = 5
LOOP_TURNS = 5
"""Enough turns of the event loop to read what has arrived and to begin handling it."""


class _Uvicorn(uvicorn.Server):
    """uvicorn's server, which also says when it listens and on which loop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.loop = asyncio.get_running_loop()
        self.ready.set()


class Server:
    """Serves an ASGI app on a socket that is bound already."""

    def __init__(self, app: asgi.App, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            ws=SocketProtocol,
            ws_max_size=MESSAGE_BYTES_MAX,
            ws_per_message_deflate=False,
            ws_ping_interval=None,
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        self._uvicorn = _Uvicorn(config)
        self._thread = threading.Thread(
            target=self._uvicorn.run, kwargs={"sockets": [listener]}, name="gateway"
        )

    def start(self) -> None:
        """Listen, or raise NotStarted."""
        self._thread.start()
        if not self._uvicorn.ready.wait(READY_SECONDS_MAX):
            raise NotStarted(f"the gateway did not listen within {READY_SECONDS_MAX:.0f} s")

    def stop(self) -> None:
        """Close every connection and end."""
        self._uvicorn.should_exit = True
        self._thread.join()

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the event loop and wait for what it returns."""
        if self._uvicorn.loop is None:
            raise RuntimeError("the gateway does not run")
        return asyncio.run_coroutine_threadsafe(work, self._uvicorn.loop).result()

    def catch_up(self) -> None:
        """Return once everything that clients have sent so far is being handled."""
        self.call(_turns())


async def _turns() -> None:
    for _ in range(LOOP_TURNS):
        await asyncio.sleep(0)
