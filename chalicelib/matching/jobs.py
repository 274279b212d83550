"""What matching does when it hears of something."""

from chalicelib.core.socket import PushEvent
from chalicelib.matching.events import Matched, Unmatched
from chalicelib.matching.schemas import MatchCreated, MatchEnded, MatchView
from chalicelib.realtime import push
from chalicelib.safety import tell


def announce(told: list[Matched | Unmatched]) -> None:
    """Tell all devices of a member of their new matches, and of those that ended."""
    for event in told:
        if isinstance(event, Unmatched):  # the end is all that is left to be told
            push([event.user_id], _frame(event))
        else:
            tell((event.user_id, event.other_id), [event.user_id], _frame(event))


def _frame(event: Matched | Unmatched) -> PushEvent:
    if isinstance(event, Unmatched):
        return MatchEnded(match_id=event.match_id, conversation_id=event.conversation_id)
    return MatchCreated(
        match=MatchView(
            match_id=event.match_id,
            user_id=event.other_id,
            conversation_id=event.conversation_id,
            matched_at=event.matched_at,
        )
    )
