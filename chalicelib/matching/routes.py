"""Matching over HTTP."""

from http import HTTPStatus

from chalicelib.core.access import Caller, Permission
from chalicelib.core.errors import IdempotencyConflict, InvalidCursor, NotFound
from chalicelib.core.http import Api
from chalicelib.core.limits import Limit
from chalicelib.core.schema import Page
from chalicelib.core.signature import Request
from chalicelib.matching import service
from chalicelib.matching.errors import LikedOneself
from chalicelib.matching.schemas import (
    Like,
    LikeView,
    MatchList,
    MatchView,
    ReceivedList,
    ReceivedView,
)

likes = Api("matching", prefix="/v1/likes")
matches = Api("matching", prefix="/v1/matches")
apis = [likes, matches]


@likes.post(
    access=Permission.MEMBER,
    limit=Limit(knocks=100, seconds=3600, by="account"),
    needs=service.LIKES,
    status=HTTPStatus.CREATED,
    raises=(NotFound, LikedOneself, IdempotencyConflict),
)
def like(caller: Caller, wanted: Like, request: Request) -> LikeView:
    """Like a member. If they like the caller too, this makes the match. Safe to repeat."""
    liked = service.like(caller.user_id, wanted.user_id, idempotency_key=request.idempotency_key)
    return LikeView.of(liked)


@likes.get(access=Permission.MEMBER, needs=service.LISTS_LIKES, raises=(InvalidCursor,))
def received(caller: Caller, page: Page) -> ReceivedList:
    """Likes that wait for the caller's answer, newest first."""
    likings, next_cursor = service.likes_received(caller.user_id, page)
    items = [ReceivedView.of(liking, caller.user_id) for liking in likings]
    return ReceivedList(items=items, next_cursor=next_cursor)


@matches.get(access=Permission.MEMBER, needs=service.LISTS_MATCHES, raises=(InvalidCursor,))
def listed(caller: Caller, page: Page) -> MatchList:
    """The caller's matches, newest first."""
    found, next_cursor = service.matches_of(caller.user_id, page)
    return MatchList(items=[MatchView.of(match) for match in found], next_cursor=next_cursor)
