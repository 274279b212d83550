"""Liking, and what comes of it."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib import accounts, messaging, safety
from chalicelib.core import clock, cursors, db, ids
from chalicelib.core.errors import NotFound
from chalicelib.core.idempotency import REMEMBERS, Once
from chalicelib.core.needs import fetches, puts, queries, updates
from chalicelib.core.schema import Page
from chalicelib.matching.errors import LikedOneself
from chalicelib.matching.models import Liking, Match, listing, match_id_of

LIKES = (
    safety.JUDGES
    + fetches("likes", "members")
    + updates("likes")
    + puts("matches")
    + messaging.OPENS
    + REMEMBERS
)
LISTS_LIKES = queries("likes/received") + safety.JUDGES + cursors.PAGES
LISTS_MATCHES = queries("matches") + safety.JUDGES + cursors.PAGES


@dataclass(frozen=True)
class Liked:
    """What a like led to; `matched_at` is None until the other likes too."""

    user_id: str
    other_id: str
    liked_at: datetime
    matched_at: datetime | None

    @property
    def match_id(self) -> str | None:
        """The match, if it is one."""
        return match_id_of(self.user_id, self.other_id) if self.matched_at else None


def like(user_id: str, other_id: str, *, idempotency_key: str | None) -> Liked:
    """Like somebody; if they like back, this makes the match and opens the conversation.

    Safe to repeat. Raises LikedOneself, NotFound (also for somebody under a block), and
    IdempotencyConflict for a key that was used for somebody else.
    """
    if user_id == other_id:
        raise LikedOneself()
    once = Once(user_id, "likes", idempotency_key, other_id.encode())
    return db.settle(lambda: _like_once(user_id, other_id, once))


def _like_once(user_id: str, other_id: str, once: Once) -> Liked:
    liking_key = Liking.at(ids.pair_of(user_id, other_id))
    pair_key, member_key = safety.pair_key(user_id, other_id), accounts.member_key(other_id)
    found = db.fetch(liking_key, pair_key, member_key, *once.keys())
    once.done(found)
    member = found[member_key]
    if member is None or not member.is_active or not safety.may_interact(found[pair_key]):
        raise NotFound()

    liking = found[liking_key] or Liking(ids.pair_of(user_id, other_id))
    before = liking.liked_by(user_id)
    if before is not None:
        return Liked(user_id, other_id, before, liking.matched_at)
    return _write(liking, user_id, other_id, once)


def _write(liking: Liking, user_id: str, other_id: str, once: Once) -> Liked:
    at = clock.now()
    returned = liking.liked_by(other_id) is not None
    with db.transaction() as tx:
        if returned:
            _match(tx, liking, user_id, other_id, at)
        else:
            _like_first(tx, liking, user_id, other_id, at)
        once.remember(tx, reference=other_id)
    return Liked(user_id, other_id, at, at if returned else None)


def _like_first(
    tx: db.Transaction, liking: Liking, user_id: str, other_id: str, at: datetime
) -> None:
    """A like that waits for an answer, provided that none was made meanwhile."""
    own, _ = _sides(liking, user_id)
    tx.update(
        liking,
        own.set(at),
        Liking.received_by.set(other_id),
        Liking.liked_at.set(at),
        when=Liking.absent(),
        otherwise=db.Stale(),
    )


def _match(tx: db.Transaction, liking: Liking, user_id: str, other_id: str, at: datetime) -> None:
    """A like that answers one: the match, both listings and the conversation."""
    own, other = _sides(liking, user_id)
    tx.update(
        liking,
        own.set(at),
        Liking.matched_at.set(at),
        Liking.received_by.remove(),
        when=own.does_not_exist() & other.exists(),
        otherwise=db.Stale(),
    )
    tx.put(listing(user_id, other_id, at), otherwise=db.Stale())
    tx.put(listing(other_id, user_id, at), otherwise=db.Stale())
    messaging.open_conversation(tx, user_id, other_id, at=at)


def _sides(liking: Liking, user_id: str) -> tuple[db.InstantAttribute, db.InstantAttribute]:
    low, _ = ids.members_of(liking.pair_id)
    sides = Liking.low_liked_at, Liking.high_liked_at
    return sides if user_id == low else (sides[1], sides[0])


def likes_received(user_id: str, page: Page) -> tuple[list[Liking], str | None]:
    """A page of the likes a member has to answer, newest first, and the next page's cursor."""
    scope = f"likes/{user_id}"
    likings, after = db.page(
        Liking.received.query(
            user_id,
            scan_index_forward=False,
            limit=page.limit,
            last_evaluated_key=cursors.unseal(page.cursor, scope),
        )
    )
    shown = _shown(user_id, [ids.other_of(liking.pair_id, user_id) for liking in likings])
    seen = [liking for liking in likings if ids.other_of(liking.pair_id, user_id) in shown]
    return seen, cursors.seal(after, scope)


def matches_of(user_id: str, page: Page) -> tuple[list[Match], str | None]:
    """A page of a member's matches, newest first, and the next page's cursor."""
    scope = f"matches/{user_id}"
    matches, after = db.page(
        Match.query(
            user_id,
            scan_index_forward=False,
            consistent_read=True,
            limit=page.limit,
            last_evaluated_key=cursors.unseal(page.cursor, scope),
        )
    )
    shown = _shown(user_id, [match.other_id for match in matches])
    seen = [match for match in matches if match.other_id in shown]
    return seen, cursors.seal(after, scope)


def _shown(user_id: str, others: list[str]) -> set[str]:
    """Those of the others whom the member may see."""
    keys = {other_id: safety.pair_key(user_id, other_id) for other_id in others}
    found = db.fetch(*keys.values())
    return {other_id for other_id, key in keys.items() if safety.may_interact(found[key])}
