"""Which tables a door touches, declared beside its permission: the source of its IAM role.

TOUCHES = reads("payees") + writes("wallets", "entries")
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True)
class Touches:
    """Tables by short name. Writing implies reading."""

    read: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()

    def __add__(self, other: "Touches") -> "Touches":
        written = self.written | other.written
        return Touches((self.read | other.read) - written, written)


NOTHING = Touches()

TOUCHED: dict[str, Touches] = {}
"""What each handler in `app.py` that is not a route or an action touches, by its name."""


def touches(tables: Touches) -> Callable[[Handler], Handler]:
    """Declare what a handler of a schedule, queue, stream or socket route touches."""

    def declare(handler: Handler) -> Handler:
        TOUCHED[handler.__name__] = tables
        return handler

    return declare


def reads(*tables: str) -> Touches:
    """Tables that are only read."""
    return Touches(read=frozenset(tables))


def writes(*tables: str) -> Touches:
    """Tables that are read and written."""
    return Touches(written=frozenset(tables))
