"""Passing on somebody, and taking the last pass back."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from pynamodb.expressions.condition import Condition

from chalicelib.core import clock, db, ids
from chalicelib.core.errors import NotFound
from chalicelib.core.idempotency import REMEMBERS, Once
from chalicelib.core.needs import fetches, updates
from chalicelib.core.settings import settings
from chalicelib.matching.errors import AlreadyLiked, NothingToRewind
from chalicelib.matching.models import Liking, Side, Tally, sides_of
from chalicelib.matching.service.deciding import (
    DECIDES,
    JUDGES,
    decide,
    keys_of,
    may_decide,
    undecide,
)

PASSES = JUDGES + fetches("likes") + updates("likes", "tallies") + DECIDES
REWINDS = PASSES + fetches("tallies") + REMEMBERS


@dataclass(frozen=True)
class Passed:
    """On whom a member passed, and when."""

    other_id: str
    passed_at: datetime

    @property
    def comes_back_at(self) -> datetime:
        """When the pass no longer counts."""
        return self.passed_at + timedelta(days=settings().pass_days)


def pass_on(user_id: str, other_id: str) -> Passed:
    """Pass on somebody: they come back after a while. If they wait for an answer, this is it.

    Safe to repeat. Raises NotFound for whoever cannot be liked either, and AlreadyLiked.
    """
    return db.settle(lambda: _pass_once(user_id, other_id))


def _pass_once(user_id: str, other_id: str) -> Passed:
    at, pair_id = clock.now(), ids.pair_of(user_id, other_id)
    found = db.fetch(Liking.at(pair_id), *keys_of(user_id, other_id))
    if not may_decide(found, user_id, other_id):
        raise NotFound()
    liking = found[Liking.at(pair_id)] or Liking(pair_id)
    if liking.liked_by(user_id) is not None:
        raise AlreadyLiked()
    passed_at = liking.passed_by(user_id)
    if passed_at is not None and liking.decided_by(user_id, at):
        return Passed(other_id, passed_at)

    own, _ = sides_of(pair_id, user_id)
    with db.transaction() as tx:
        tx.update(
            Liking(pair_id),
            own.passed_at.set(at),
            Liking.received_by.remove(),
            when=_as_read(liking, user_id, own),
            otherwise=db.Stale(),
        )
        decide(tx, user_id, other_id, clock.day_of(at))
        tx.update(Tally(user_id), Tally.last_passed_id.set(other_id))
    return Passed(other_id, at)


def _as_read(liking: Liking, user_id: str, own: Side) -> Condition:
    """The member's own side is what it was; what the other does meanwhile changes nothing here."""
    passed_at = liking.passed_by(user_id)
    same: Condition = own.passed_at == passed_at
    if passed_at is None:
        same = own.passed_at.does_not_exist()
    return cast(Condition, own.liked_at.does_not_exist() & same)


def rewind(user_id: str, *, idempotency_key: str | None = None) -> str:
    """Take the last pass back, once; returns on whom it was. A like they made waits again.

    Raises NothingToRewind where there is no pass, where a like came after it, and alike where the
    two may no longer have to do with each other; IdempotencyConflict.
    """
    once = Once(user_id, "rewind", idempotency_key, b"rewind")
    attempt = ids.new("rwd")
    return db.settle(lambda: _rewind_once(user_id, attempt, once))


def _rewind_once(user_id: str, attempt: str, once: Once) -> str:
    found = db.fetch(Tally.at(user_id), *once.keys())
    rewound = once.done(found)
    if rewound is not None:
        return _told_again(user_id, rewound)
    tally = found[Tally.at(user_id)] or Tally(user_id)
    if _won(tally, attempt):
        return str(tally.rewound_id)
    if tally.last_passed_id is None:
        raise NothingToRewind()

    other_id = str(tally.last_passed_id)
    pair_id = ids.pair_of(user_id, other_id)
    found = db.fetch(Liking.at(pair_id), *keys_of(user_id, other_id))
    liking = found[Liking.at(pair_id)] or Liking(pair_id)
    passed_at = liking.passed_by(user_id)
    if passed_at is None or not may_decide(found, user_id, other_id):
        raise NothingToRewind()

    own, _ = sides_of(pair_id, user_id)
    waits = [Liking.received_by.set(user_id)] if liking.liked_by(other_id) else []
    with db.transaction() as tx:
        tx.update(
            Liking(pair_id),
            own.passed_at.remove(),
            *waits,
            when=own.passed_at == passed_at,
            otherwise=db.Stale(),
        )
        tx.update(
            Tally(user_id),
            Tally.last_passed_id.remove(),
            Tally.rewound_id.set(other_id),
            Tally.rewound_by.set(attempt),
            when=Tally.last_passed_id == other_id,
            otherwise=db.Stale(),
        )
        undecide(tx, user_id, other_id, clock.day_of(passed_at))
        once.remember(tx, reference=other_id)
    return other_id


def _won(tally: Tally, attempt: str) -> bool:
    """Whether the very attempt that looks again has landed already."""
    return bool(tally.rewound_by == attempt)


def _told_again(user_id: str, other_id: str) -> str:
    """A repetition's answer: what the first one's was, unless something stands between them now."""
    found = db.fetch(*keys_of(user_id, other_id))
    if not may_decide(found, user_id, other_id):
        raise NothingToRewind()
    return other_id
