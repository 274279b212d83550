"""What matching hears and says."""

from datetime import datetime
from typing import Annotated

import msgspec

from chalicelib.core import ids
from chalicelib.core.schema import Credits, In, Out, UserId
from chalicelib.core.settings import settings
from chalicelib.core.socket import PushEvent, event
from chalicelib.matching.models import Liking, Match
from chalicelib.matching.service import Liked, Passed, Unlocked, Waiting

MatchId = Annotated[str, msgspec.Meta(pattern=rf"\Amat_{ids.ULID_PATTERN * 2}\Z")]


class Like(In, frozen=True):
    """Whom the caller likes. A super like names its price in `quoted_credits`; others are free."""

    user_id: UserId
    is_super: bool = msgspec.field(name="super", default=False)
    quoted_credits: Credits = 0


class LikeView(Out, frozen=True):
    """A like. With a `match_id` the other likes the caller too, and they can talk."""

    user_id: str
    liked_at: datetime
    is_super: bool = msgspec.field(name="super")
    match_id: str | None
    conversation_id: str | None

    @classmethod
    def of(cls, liked: Liked) -> "LikeView":
        match_id = liked.match_id
        return cls(
            user_id=liked.other_id,
            liked_at=liked.liked_at,
            is_super=liked.is_super,
            match_id=match_id,
            conversation_id=match_id and f"cnv_{match_id.removeprefix('mat_')}",
        )


class Pass(In, frozen=True):
    """On whom the caller passes."""

    user_id: UserId


class PassView(Out, frozen=True):
    """A pass. From `comes_back_at` on they may be seen again."""

    user_id: str
    passed_at: datetime
    comes_back_at: datetime

    @classmethod
    def of(cls, passed: Passed) -> "PassView":
        return cls(
            user_id=passed.other_id,
            passed_at=passed.passed_at,
            comes_back_at=passed.comes_back_at,
        )


class RewindView(Out, frozen=True):
    """The pass that was taken back."""

    user_id: str


class ReceivedView(Out, frozen=True):
    """A like that the caller has not answered."""

    user_id: str
    liked_at: datetime
    is_super: bool = msgspec.field(name="super")

    @classmethod
    def of(cls, liking: Liking, receiver_id: str) -> "ReceivedView":
        liker_id = ids.other_of(liking.pair_id, receiver_id)
        return cls(
            user_id=liker_id, liked_at=liking.liked_at, is_super=liking.superliked_by(liker_id)
        )


class ReceivedList(Out, frozen=True):
    """Likes received, newest first: `count` for everybody, `items` while the faces are unlocked.

    `count` is at most 30, which stands for that many or more, and null on any page but the first.
    `unlocked_until` is null while the faces are hidden; `unlock_credits` is their price. What the
    caller may give: `likes_left` until midnight, UTC, and super likes at `super_like_credits`.
    """

    count: int | None
    items: list[ReceivedView]
    unlocked_until: datetime | None
    unlock_credits: int
    likes_left: int
    super_like_credits: int
    next_cursor: str | None

    @classmethod
    def of(cls, waiting: Waiting, receiver_id: str) -> "ReceivedList":
        return cls(
            count=waiting.count,
            items=[ReceivedView.of(liking, receiver_id) for liking in waiting.likings],
            unlocked_until=waiting.unlocked_until,
            unlock_credits=settings().likes_unlock_credits,
            likes_left=waiting.likes_left,
            super_like_credits=settings().super_like_credits,
            next_cursor=waiting.next_cursor,
        )


class Unlock(In, frozen=True):
    """What the caller was told that it costs: nobody pays another price."""

    quoted_credits: Credits


class UnlockView(Out, frozen=True):
    """Until when the caller sees who likes them."""

    unlocked_until: datetime

    @classmethod
    def of(cls, unlocked: Unlocked) -> "UnlockView":
        return cls(unlocked_until=unlocked.unlocked_until)


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


@event("match.ended")
class MatchEnded(PushEvent, frozen=True):
    """One of the two ended their match; nothing more can be said in its conversation."""

    match_id: str
    conversation_id: str
