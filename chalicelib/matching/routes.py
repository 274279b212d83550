"""Matching over HTTP."""

from http import HTTPStatus

from chalicelib.core.access import Caller, Permission
from chalicelib.core.errors import IdempotencyConflict, InvalidCursor, NotFound
from chalicelib.core.http import Api
from chalicelib.core.limits import Limit
from chalicelib.core.schema import Page
from chalicelib.core.signature import Request
from chalicelib.matching import service
from chalicelib.matching.discovery import routes as discovery
from chalicelib.matching.errors import AlreadyLiked, LikesSpent, NothingToRewind, NothingToUnlock
from chalicelib.matching.schemas import (
    Like,
    LikeView,
    MatchId,
    MatchList,
    MatchView,
    Pass,
    PassView,
    ReceivedList,
    RewindView,
    Unlock,
    UnlockView,
)
from chalicelib.wallet import InsufficientCredits, PriceChanged

likes = Api("matching", prefix="/v1/likes")
passes = Api("matching", prefix="/v1/passes")
rewinds = Api("matching", prefix="/v1/rewind")
matches = Api("matching", prefix="/v1/matches")
apis = [likes, passes, rewinds, matches, *discovery.apis]


@likes.post(
    access=Permission.MEMBER,
    limit=Limit(knocks=200, seconds=3600, by="account"),
    needs=service.LIKES,
    status=HTTPStatus.CREATED,
    raises=(NotFound, LikesSpent, PriceChanged, InsufficientCredits, IdempotencyConflict),
)
def like(caller: Caller, wanted: Like, request: Request) -> LikeView:
    """Like a member. If they like the caller too, this makes the match. Safe to repeat.

    Each day gives so many likes; a super like costs credits instead, and may come after a like.
    """
    liked = service.like(
        caller.user_id,
        wanted.user_id,
        is_super=wanted.is_super,
        quoted_credits=wanted.quoted_credits,
        idempotency_key=request.idempotency_key,
    )
    return LikeView.of(liked)


@likes.get(access=Permission.MEMBER, needs=service.LISTS_LIKES, raises=(InvalidCursor,))
def received(caller: Caller, page: Page) -> ReceivedList:
    """How many likes wait for the caller's answer and, while that is unlocked, whose."""
    return ReceivedList.of(service.likes_received(caller.user_id, page), caller.user_id)


@likes.post(
    "/unlock",
    access=Permission.MEMBER,
    limit=Limit(knocks=60, seconds=3600, by="account"),
    needs=service.UNLOCKS,
    raises=(NothingToUnlock, PriceChanged, InsufficientCredits),
)
def unlock(caller: Caller, wanted: Unlock) -> UnlockView:
    """Show for a day who likes the caller. Until that is over, asking again costs nothing."""
    unlocked = service.unlock(caller.user_id, quoted_credits=wanted.quoted_credits)
    return UnlockView.of(unlocked)


@passes.post(
    access=Permission.MEMBER,
    limit=Limit(knocks=1000, seconds=3600, by="account"),
    needs=service.PASSES,
    status=HTTPStatus.CREATED,
    raises=(NotFound, AlreadyLiked),
)
def pass_on(caller: Caller, wanted: Pass) -> PassView:
    """Pass on a member for now. A like that they made is thereby answered. Safe to repeat."""
    return PassView.of(service.pass_on(caller.user_id, wanted.user_id))


@rewinds.post(
    access=Permission.MEMBER,
    needs=service.REWINDS,
    raises=(NothingToRewind, IdempotencyConflict),
)
def rewind(caller: Caller, request: Request) -> RewindView:
    """Take back the caller's last pass, once. With an idempotency key it is safe to repeat."""
    key = request.idempotency_key
    return RewindView(user_id=service.rewind(caller.user_id, idempotency_key=key))


@matches.get(access=Permission.MEMBER, needs=service.LISTS_MATCHES, raises=(InvalidCursor,))
def listed(caller: Caller, page: Page) -> MatchList:
    """The caller's matches, newest first."""
    found, next_cursor = service.matches_of(caller.user_id, page)
    return MatchList(items=[MatchView.of(match) for match in found], next_cursor=next_cursor)


@matches.delete(
    "/{match_id}",
    access=Permission.MEMBER,
    needs=service.UNMATCHES,
    status=HTTPStatus.NO_CONTENT,
    raises=(NotFound,),
)
def unmatch(caller: Caller, match_id: MatchId) -> None:
    """End a match, for both and for good. Safe to repeat."""
    service.unmatch(caller.user_id, match_id)
