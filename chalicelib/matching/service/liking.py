"""Liking, and the match that comes of it."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib import messaging, safety, wallet
from chalicelib.core import clock, db, ids
from chalicelib.core.errors import NotFound
from chalicelib.core.idempotency import REMEMBERS, Once
from chalicelib.core.needs import fetches, puts, seldom, updates
from chalicelib.core.settings import settings
from chalicelib.matching.models import Liking, Tally, listing, match_id_of, sides_of
from chalicelib.matching.service.allowing import ALLOWS, use_like
from chalicelib.matching.service.deciding import (
    DECIDES,
    JUDGES,
    LIKED,
    decide,
    keys_of,
    may_decide,
)

LIKES = (
    JUDGES
    + fetches("likes")
    + updates("likes")
    + puts("matches")
    + safety.MARKS_PAIRS
    + DECIDES
    + ALLOWS
    + messaging.OPENS
    + seldom("only a super like costs credits", wallet.PAYS)
    + REMEMBERS
)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A like as a member wants it.

    quoted_credits  the price they were shown: nobody pays another
    """

    user_id: str
    other_id: str
    is_super: bool
    quoted_credits: int
    once: Once

    @property
    def pair_id(self) -> str:
        """Of whom it is."""
        return ids.pair_of(self.user_id, self.other_id)

    @property
    def price_credits(self) -> int:
        """What it costs."""
        return settings().super_like_credits if self.is_super else 0


@dataclass(frozen=True)
class Liked:
    """What a like led to; `matched_at` is None until the other likes too."""

    user_id: str
    other_id: str
    liked_at: datetime
    is_super: bool
    matched_at: datetime | None

    @property
    def match_id(self) -> str | None:
        """The match, if it is one."""
        return match_id_of(self.user_id, self.other_id) if self.matched_at else None


def like(
    user_id: str,
    other_id: str,
    *,
    is_super: bool = False,
    quoted_credits: int = 0,
    idempotency_key: str | None = None,
) -> Liked:
    """Like somebody; if they like back, this makes the match and opens the conversation.

    Safe to repeat: only the like that is new uses up the day's allowance or, as a super like,
    costs credits. A like that waits for an answer can be made a super like.

    Raises NotFound for whoever cannot be liked, LikesSpent, PriceChanged, InsufficientCredits, and
    IdempotencyConflict for a key that was used for another like.
    """
    request = f"{other_id}/{is_super}/{quoted_credits}"
    wish = Wish(
        user_id=user_id,
        other_id=other_id,
        is_super=is_super,
        quoted_credits=quoted_credits,
        once=Once(user_id, "likes", idempotency_key, request.encode()),
    )
    return db.settle(lambda: _like_once(wish))


def _like_once(wish: Wish) -> Liked:
    liking_key = Liking.at(wish.pair_id)
    purse = wallet.wallet_key(wish.user_id) if wish.is_super else Tally.at(wish.user_id)
    judged = keys_of(wish.user_id, wish.other_id)
    found = db.fetch(liking_key, purse, *judged, *wish.once.keys())
    known = wish.once.done(found)
    if not may_decide(found, wish.user_id, wish.other_id):
        raise NotFound()

    liking = found[liking_key] or Liking(wish.pair_id)
    if _stands(liking, wish):
        if known is None:
            _remember(wish)
        return _told(liking, wish)
    _agree(wish)
    try:
        return _write(liking, wish, found)
    except db.Duplicate as paid:  # and so liked, by this very request or its twin
        raise db.Stale() from paid


def _stands(liking: Liking, wish: Wish) -> bool:
    """Whether the like is there already. One that was answered has nothing to gain from more."""
    if liking.liked_by(wish.user_id) is None:
        return False
    upgrades = wish.is_super and not liking.superliked_by(wish.user_id)
    return not upgrades or liking.matched_at is not None


def _remember(wish: Wish) -> None:
    """Let the key stand for this like, also where another request made it."""
    if wish.once.client_key:
        with db.transaction() as tx:
            wish.once.remember(tx, reference=wish.other_id)


def _agree(wish: Wish) -> None:
    """Nobody pays a price that they did not see."""
    if wish.price_credits != wish.quoted_credits:
        raise wallet.PriceChanged(price_credits=wish.price_credits)


def _told(liking: Liking, wish: Wish) -> Liked:
    return Liked(
        wish.user_id,
        wish.other_id,
        liking.liked_by(wish.user_id) or liking.liked_at,
        liking.superliked_by(wish.user_id),
        liking.matched_at,
    )


def _write(liking: Liking, wish: Wish, found: db.Found) -> Liked:
    at = clock.now()
    before = liking.liked_by(wish.user_id)
    returned = liking.liked_by(wish.other_id) is not None
    with db.transaction() as tx:
        if returned:
            _match(tx, wish, at)
        elif before is None:
            _like_first(tx, wish, at)
        else:
            _raise(tx, wish, at)
        safety.show(tx, wish.user_id, wish.other_id)
        decide(tx, wish.user_id, wish.other_id, LIKED)
        _pay(tx, wish, found, at)
        wish.once.remember(tx, reference=wish.other_id)
    matched_at = at if returned else None
    return Liked(wish.user_id, wish.other_id, before or at, wish.is_super, matched_at)


def _like_first(tx: db.Transaction, wish: Wish, at: datetime) -> None:
    """A like that waits for an answer, provided that none was made meanwhile."""
    own, other = sides_of(wish.pair_id, wish.user_id)
    tx.update(
        Liking(wish.pair_id),
        own.liked_at.set(at),
        own.passed_at.remove(),
        Liking.received_by.set(wish.other_id),
        Liking.liked_at.set(at),
        *([own.superliked.set(True)] if wish.is_super else []),
        when=own.liked_at.does_not_exist() & other.liked_at.does_not_exist(),
        otherwise=db.Stale(),
    )


def _raise(tx: db.Transaction, wish: Wish, at: datetime) -> None:
    """A like that waits becomes a super like, and so is the newest again."""
    own, other = sides_of(wish.pair_id, wish.user_id)
    tx.update(
        Liking(wish.pair_id),
        own.superliked.set(True),
        Liking.received_by.set(wish.other_id),
        Liking.liked_at.set(at),
        when=own.liked_at.exists()
        & own.superliked.does_not_exist()
        & other.liked_at.does_not_exist(),
        otherwise=db.Stale(),
    )


def _match(tx: db.Transaction, wish: Wish, at: datetime) -> None:
    """A like that answers one: the match, both listings and the conversation."""
    own, other = sides_of(wish.pair_id, wish.user_id)
    tx.update(
        Liking(wish.pair_id),
        own.liked_at.set(at),
        own.passed_at.remove(),
        Liking.matched_at.set(at),
        Liking.received_by.remove(),
        *([own.superliked.set(True)] if wish.is_super else []),
        when=own.liked_at.does_not_exist() & other.liked_at.exists(),
        otherwise=db.Stale(),
    )
    tx.put(listing(wish.user_id, wish.other_id, at), otherwise=db.Stale())
    tx.put(listing(wish.other_id, wish.user_id, at), otherwise=db.Stale())
    messaging.open_conversation(tx, wish.user_id, wish.other_id, at=at)


def _pay(tx: db.Transaction, wish: Wish, found: db.Found, at: datetime) -> None:
    """A super like costs credits, any other one of the day's likes: with the like, or not at all.

    The charge's key names whom it is for, so that nobody is ever charged twice for liking somebody.
    """
    if not wish.is_super:
        use_like(tx, found[Tally.at(wish.user_id)] or Tally(wish.user_id), at)
        return
    due = wallet.Charge(
        entry_id=f"superlike/{wish.other_id}",
        credits=wish.price_credits,
        payee_id=None,
        reference=wish.other_id,
        request=wish.other_id.encode(),
    )
    wallet.charge(tx, found[wallet.wallet_key(wish.user_id)], wish.user_id, due)
