"""The stack's three ports: the gateway's, the engine's and moto's, side by side."""

import socket
from dataclasses import dataclass
from typing import Self

from infra.local.errors import NotStarted

ROLES = ("the gateway", "DynamoDB", "moto")


@dataclass(frozen=True)
class Ports:
    """Which port is whose. The gateway's is held from the start, so nobody takes it meanwhile."""

    listener: socket.socket
    engine: int
    moto: int

    @classmethod
    def claim(cls, host: str, port: int) -> Self:
        """`port` and the two behind it, or any three free ones for 0.

        Raises NotStarted, which names the port that is taken.
        """
        if port == 0:
            return cls(_bound(host, 0), _free(), _free())
        _check(host, port, ROLES[0])
        _check("127.0.0.1", port + 1, f"{ROLES[1]} (PORT + 1)")
        _check("127.0.0.1", port + 2, f"{ROLES[2]} (PORT + 2)")
        try:
            return cls(_bound(host, port), port + 1, port + 2)
        except OSError as failure:
            raise _taken(port, ROLES[0]) from failure

    @property
    def gateway(self) -> int:
        """The port that clients use."""
        port: int = self.listener.getsockname()[1]
        return port


def _check(host: str, port: int, role: str) -> None:
    try:
        _bound(host, port).close()
    except OSError as failure:
        raise _taken(port, role) from failure


def _free() -> int:
    probe = _bound("127.0.0.1", 0)
    port: int = probe.getsockname()[1]
    probe.close()
    return port


def _bound(host: str, port: int) -> socket.socket:
    bound = socket.socket()
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound


def _taken(port: int, role: str) -> NotStarted:
    return NotStarted(
        f"Port {port}, wanted for {role}, is taken by another program."
        " Stop it, or set PORT to another number (0 takes any free ports)."
    )
