"""What matching does when it hears of something."""

from chalicelib.matching.events import Matched
from chalicelib.matching.schemas import MatchCreated, MatchView
from chalicelib.realtime import push


def announce(matched: list[Matched]) -> None:
    """Tell all devices of each member of their new match."""
    for match in matched:
        view = MatchView(
            match_id=match.match_id,
            user_id=match.other_id,
            conversation_id=match.conversation_id,
            matched_at=match.matched_at,
        )
        push([match.user_id], MatchCreated(match=view))
