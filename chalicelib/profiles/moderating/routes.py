"""Moderating over HTTP: for staff."""

from chalicelib.core.access import Caller, Permission
from chalicelib.core.errors import InvalidCursor, NotFound
from chalicelib.core.http import Api
from chalicelib.core.schema import Page, UserId
from chalicelib.profiles.moderating import service
from chalicelib.profiles.moderating.errors import ChangedMeanwhile, OwnProfile
from chalicelib.profiles.moderating.schemas import (
    DecidedView,
    HeldList,
    HeldView,
    WantedDecision,
)
from chalicelib.profiles.photos import SHOWS

held = Api("profiles", prefix="/v1/admin/held")
apis = [held]


@held.get(access=Permission.REPORTS_HANDLE, needs=service.LISTS + SHOWS, raises=(InvalidCursor,))
def list_held(page: Page) -> HeldList:
    """Of whom something waits for a moderator, the longest waiting first."""
    found, next_cursor = service.waiting(page)
    return HeldList(items=[HeldView.of(each) for each in found], next_cursor=next_cursor)


@held.post(
    "/{user_id}",
    access=Permission.REPORTS_HANDLE,
    needs=service.DECIDES,
    raises=(NotFound, ChangedMeanwhile, OwnProfile),
)
def decide_held(caller: Caller, user_id: UserId, wanted: WantedDecision) -> DecidedView:
    """Show or refuse what was seen: all that is named, or nothing. Safe to repeat."""
    return DecidedView.of(service.decide(caller.user_id, user_id, wanted.to()))
