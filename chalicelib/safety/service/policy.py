"""The one policy: whether two members may see, like, write to or call each other.

A feature reads `keys_between` in a round trip of its own and asks `may_interact` of what it found.
Whether the caller is suspended is not asked here: their session ends with that.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from pynamodb.expressions.condition import Condition

from chalicelib import accounts
from chalicelib.core import db, ids
from chalicelib.core.needs import fetches, updates
from chalicelib.safety.models import Pair

JUDGES = fetches("pairs", "members")
MARKS_PAIRS = updates("pairs")
OTHERS_PER_FETCH = 50


def pair_key(one: str, other: str) -> db.Key[Pair]:
    """Where the two members' row stands."""
    return Pair.at(ids.pair_of(one, other))


def keys_between(user_id: str, other_id: str) -> list[db.Key[Any]]:
    """What has to be read before `may_interact` can be asked: the pair, and the other member."""
    return [pair_key(user_id, other_id), accounts.member_key(other_id)]


def may_interact(found: db.Found, user_id: str, other_id: str) -> bool:
    """Whether the member may have to do with the other, from `keys_between` as they were found.

    Not with somebody who is gone or suspended, who blocks them or whom they block, nor once one of
    the two ended their match.
    """
    other = found[accounts.member_key(other_id)]
    if other is None or not other.is_active:
        return False
    pair = found[pair_key(user_id, other_id)]
    return pair is None or (not pair.blocked_by and pair.closed_at is None)


def interacting(user_id: str, others: Sequence[str]) -> set[str]:
    """Those of the others with whom the member may interact, in a round trip for every fifty."""
    allowed = set[str]()
    for start in range(0, len(others), OTHERS_PER_FETCH):
        some = others[start : start + OTHERS_PER_FETCH]
        found = db.fetch(*(key for each in some for key in keys_between(user_id, each)))
        allowed |= {each for each in some if may_interact(found, user_id, each)}
    return allowed


def bar(tx: db.Transaction, user_id: str, other_id: str, *, met: bool) -> None:
    """Let the member block the other, within `tx`.

    `met` is whether a conversation of theirs was found. Raises db.Stale at commit if they block the
    other already, or if a match opened one meanwhile.
    """
    unblocked = ~Pair.blocked_by.contains(user_id)
    tx.update(
        Pair(ids.pair_of(user_id, other_id)),
        Pair.blocked_by.add({user_id}),
        when=unblocked if met else unblocked & _unmatched(user_id, other_id),
        otherwise=db.Stale(),
    )


def unbar(tx: db.Transaction, user_id: str, other_id: str, *, met: bool) -> None:
    """Let the member lift their block, within `tx`; the other's stands.

    Raises db.Stale at commit if they do not block the other, or if a match came as in `bar`.
    """
    blocked = Pair.blocked_by.contains(user_id)
    tx.update(
        Pair(ids.pair_of(user_id, other_id)),
        Pair.blocked_by.delete({user_id}),
        when=blocked if met else blocked & _unmatched(user_id, other_id),
        otherwise=db.Stale(),
    )


def _unmatched(one: str, other: str) -> Condition:
    """The two did not both like each other: whoever likes is shown, for good, and in one write."""
    matched = Pair.shown_by.contains(one) & Pair.shown_by.contains(other)
    return cast(Condition, ~matched)


def close(tx: db.Transaction, one: str, other: str, at: datetime) -> None:
    """End what is between two members, within `tx`; raises db.Stale at commit if it has ended."""
    tx.update(
        Pair(ids.pair_of(one, other)),
        Pair.closed_at.set(at),
        when=Pair.closed_at.does_not_exist(),
        otherwise=db.Stale(),
    )


def show(tx: db.Transaction, liker_id: str, liked_id: str) -> None:
    """Let the liked one see the liker even when incognito, within `tx`.

    Raises db.Stale at commit if a block or an end came between: no like outruns either.
    """
    tx.update(
        Pair(ids.pair_of(liker_id, liked_id)),
        Pair.shown_by.add({liker_id}),
        when=Pair.blocked_by.does_not_exist() & Pair.closed_at.does_not_exist(),
        otherwise=db.Stale(),
    )


def is_shown(found: db.Found, viewer_id: str, owner_id: str) -> bool:
    """Whether the owner liked the viewer, and so is shown to them even when incognito."""
    pair = found[pair_key(viewer_id, owner_id)]
    return pair is not None and owner_id in (pair.shown_by or ())
