"""Ending a match."""

from chalicelib import messaging, safety
from chalicelib.core import clock, db, ids
from chalicelib.core.errors import NotFound
from chalicelib.core.needs import deletes, fetches, updates
from chalicelib.matching.models import Liking, Match, listing, match_id_of

UNMATCHES = (
    safety.JUDGES
    + fetches("likes")
    + updates("likes")
    + deletes("matches")
    + safety.MARKS_PAIRS
    + messaging.CLOSES
)


def unmatch(user_id: str, match_id: str) -> None:
    """End a match for both and for good: its listings go, its conversation is closed.

    What was said stays where it is, for whoever has to look into a report. Safe to repeat, also for
    the other of the two. Raises NotFound, the same for a match that does not exist, is another's,
    or is with somebody with whom the member may have nothing to do.
    """
    db.settle(lambda: _unmatch_once(user_id, match_id))


def _unmatch_once(user_id: str, match_id: str) -> None:
    members = ids.members_of(match_id)
    if user_id not in members or match_id != match_id_of(*members):
        raise NotFound()
    pair_id, other_id = ids.pair_of(*members), ids.other_of(match_id, user_id)
    found = db.fetch(Liking.at(pair_id), *safety.keys_between(user_id, other_id))
    liking = found[Liking.at(pair_id)]
    if liking is None or liking.matched_at is None:
        raise NotFound()
    if liking.ended_at is not None:
        return
    if not safety.may_interact(found, user_id, other_id):
        raise NotFound()

    at = clock.now()
    with db.transaction() as tx:
        tx.update(
            Liking(pair_id),
            Liking.ended_at.set(at),
            when=Liking.matched_at.exists() & Liking.ended_at.does_not_exist(),
            otherwise=db.Stale(),
        )
        for one, other in (members, reversed(members)):
            tx.delete(
                listing(one, other, liking.matched_at), when=Match.present(), otherwise=db.Stale()
            )
        safety.close(tx, *members, at)
        messaging.close_conversation(tx, *members)
