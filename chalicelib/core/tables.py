"""Which tables a door touches, declared beside its permission: the source of its IAM role.

TOUCHES = reads("payees") + writes("wallets", "entries")
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Touches:
    """Tables by short name. Writing implies reading."""

    read: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()

    def __add__(self, other: "Touches") -> "Touches":
        written = self.written | other.written
        return Touches((self.read | other.read) - written, written)


NOTHING = Touches()


def reads(*tables: str) -> Touches:
    """Tables that are only read."""
    return Touches(read=frozenset(tables))


def writes(*tables: str) -> Touches:
    """Tables that are read and written."""
    return Touches(written=frozenset(tables))
