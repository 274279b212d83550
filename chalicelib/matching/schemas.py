"""What matching hears and says."""

from datetime import datetime

from chalicelib.core import ids
from chalicelib.core.schema import In, Out, UserId
from chalicelib.core.socket import PushEvent, event
from chalicelib.matching.models import Liking, Match
from chalicelib.matching.service import Liked


class Like(In, frozen=True):
    """Whom the caller likes."""

    user_id: UserId


class LikeView(Out, frozen=True):
    """A like. With a `match_id` the other likes the caller too, and they can talk."""

    user_id: str
    liked_at: datetime
    match_id: str | None
    conversation_id: str | None

    @classmethod
    def of(cls, liked: Liked) -> "LikeView":
        match_id = liked.match_id
        return cls(
            user_id=liked.other_id,
            liked_at=liked.liked_at,
            match_id=match_id,
            conversation_id=match_id and f"cnv_{match_id.removeprefix('mat_')}",
        )


class ReceivedView(Out, frozen=True):
    """A like that the caller has not answered."""

    user_id: str
    liked_at: datetime

    @classmethod
    def of(cls, liking: Liking, receiver_id: str) -> "ReceivedView":
        return cls(user_id=ids.other_of(liking.pair_id, receiver_id), liked_at=liking.liked_at)


class ReceivedList(Out, frozen=True):
    """A page of likes received, newest first."""

    items: list[ReceivedView]
    next_cursor: str | None


class MatchView(Out, frozen=True):
    """A match, and the conversation it opened."""

    match_id: str
    user_id: str
    conversation_id: str
    matched_at: datetime

    @classmethod
    def of(cls, match: Match) -> "MatchView":
        return cls(
            match_id=match.match_id,
            user_id=match.other_id,
            conversation_id=match.conversation_id,
            matched_at=match.matched_at,
        )


class MatchList(Out, frozen=True):
    """A page of matches, newest first."""

    items: list[MatchView]
    next_cursor: str | None


@event("match.created")
class MatchCreated(PushEvent, frozen=True):
    """Somebody whom the member likes likes them too."""

    match: MatchView
