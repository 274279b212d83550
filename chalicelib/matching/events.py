"""What the table of matches tells."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.core import changes
from chalicelib.matching.models import Match


class Matched(changes.Event, frozen=True):
    """A member has a new match; there is one such event for each of the two."""

    user_id: str
    other_id: str
    match_id: str
    conversation_id: str
    matched_at: datetime


class Unmatched(changes.Event, frozen=True):
    """A member's match has ended; there is one such event for each of the two."""

    user_id: str
    other_id: str
    match_id: str
    conversation_id: str


@changes.of(Match, on=("INSERT", "REMOVE"), tells=(Matched, Unmatched))
def match_changed(before: Match | None, after: Match | None) -> Iterator[changes.Event]:
    if before is None and after is not None:
        yield Matched(
            user_id=after.user_id,
            other_id=after.other_id,
            match_id=after.match_id,
            conversation_id=after.conversation_id,
            matched_at=after.matched_at,
        )
    if before is not None and after is None:
        yield Unmatched(
            user_id=before.user_id,
            other_id=before.other_id,
            match_id=before.match_id,
            conversation_id=before.conversation_id,
        )
