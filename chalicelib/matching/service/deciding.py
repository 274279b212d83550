"""Whom a member decided on, and whom they may decide on.

The compact record is written in the transaction of the like or pass itself, so that discovery never
shows somebody twice because a reaction was late.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib import profiles, safety
from chalicelib.core import clock, db
from chalicelib.core.needs import fetches, queries, updates
from chalicelib.core.settings import settings
from chalicelib.matching.models import Decision
from chalicelib.profiles import ring_of

JUDGES = safety.JUDGES + fetches("profiles")
DECIDES = updates("decisions")
RECALLS = queries("decisions")

BUCKETS = 64
PERIOD_DAYS = 30
"""Passes of so many days share rows, which go when the last of them no longer counts."""
LIKED = 0xFFFF
"""Stands where the day of a pass would: a like is for good."""


def decide(tx: db.Transaction, user_id: str, other_id: str, day: int) -> None:
    """Note within `tx` that a member passed on another on that day, or LIKED them."""
    row, mark = marked(user_id, other_id, day)
    tx.update(row, Decision.who.add({mark}), *_expiring(row))


def undecide(tx: db.Transaction, user_id: str, other_id: str, day: int) -> None:
    """Take such a note back, within `tx`."""
    row, mark = marked(user_id, other_id, day)
    tx.update(row, Decision.who.delete({mark}), *_expiring(row))


def _expiring(row: Decision) -> list[Action]:
    """So that no write leaves a row of passes for ever, not even one that had gone by then."""
    return [] if row.expires_at is None else [Decision.expires_at.set(row.expires_at)]


def marked(user_id: str, other_id: str, day: int) -> tuple[Decision, bytes]:
    """The row, without its marks, in which such a note stands; and its mark there."""
    bucket, who = _split(ring_of(other_id))
    period = day // PERIOD_DAYS
    row = Decision(user_id, f"{period:04x}/{bucket:02x}")
    if day != LIKED:
        last_day = (period + 1) * PERIOD_DAYS + settings().pass_days
        row.expires_at = clock.first_moment_of(last_day)
    return row, who + day.to_bytes(2, "big")


@dataclass(frozen=True)
class Decided:
    """Everybody whom a member has decided on, for as long as that holds."""

    rings: frozenset[tuple[int, bytes]]

    def has(self, ring: str) -> bool:
        """Whether the member has decided on who stands there."""
        return _split(ring) in self.rings


def decided_by(user_id: str) -> Decided:
    """Read a member's compact record whole: one query, eventually consistent."""
    today = clock.day_of(clock.now())
    return Decided(frozenset(_standing(Decision.query(user_id), today)))


def _standing(decisions: Iterable[Decision], today: int) -> Iterable[tuple[int, bytes]]:
    for decision in decisions:
        bucket = int(decision.bucket.partition("/")[2], 16)
        for mark in decision.who or ():
            day = int.from_bytes(mark[5:], "big")
            if day == LIKED or today < day + settings().pass_days:
                yield bucket, mark[:5]


def _split(ring: str) -> tuple[int, bytes]:
    raw = bytes.fromhex(ring)
    return raw[0] % BUCKETS, raw[1:]


def keys_of(user_id: str, other_id: str) -> list[db.Key[Any]]:
    """What has to be read before `may_decide` can be asked."""
    return [*safety.keys_between(user_id, other_id), profiles.profile_key(other_id)]


def may_decide(found: db.Found, user_id: str, other_id: str) -> bool:
    """Whether a member may like the other or pass on them, from `keys_of` as they were found.

    Whoever may not is refused alike, whatever the reason: the other may as well not exist. One who
    has no profile yet can be liked; one who hides theirs from the member cannot.
    """
    if user_id == other_id or not safety.may_interact(found, user_id, other_id):
        return False
    profile = found[profiles.profile_key(other_id)]
    return profile is None or profiles.visible_to(found, user_id, profile)
