"""How often somebody was shown this week: counted page by page, by sample."""

from typing import Any

from chalicelib import profiles
from chalicelib.profiles.models import Profile
from infra.local.stack import Stack
from tests.matching.deeds import unlock
from tests.matching.discovery.world import cards, dress, ids_of, page
from tests.people import Member

WEEK_SECONDS = 7 * 86_400


def shown(members: list[Member]) -> int:
    """On how many cards, as far as was counted."""
    places = [_place(member) for member in members]
    return sum(int(place.shown or 0) for place in places if place is not None)


def _place(member: Member) -> profiles.Place | None:
    profile = Profile.find(member.user_id)
    key = profiles.place_of(profile) if profile else None
    return key and profiles.Place.find(key.area, key.ring)


def test_a_page_counts_as_many_as_it_shows_and_no_more_when_asked_for_again(
    viewer: Member, bob: Member, others: list[Member]
) -> None:
    first = page(viewer, limit=2)
    before = shown([bob, *others])
    second = page(viewer, limit=2, cursor=first["next_cursor"])
    page(viewer, limit=2, cursor=first["next_cursor"])

    assert second["items"]
    assert shown([bob, *others]) - before == len(second["items"])


def test_after_a_week_it_is_counted_anew(
    viewer: Member, join: Any, town: Any, stack: Stack
) -> None:
    others = [dress(join(f"other{number}"), town) for number in range(9)]
    for _ in range(3):
        assert len(cards(viewer, limit=1)) == 9
        stack.clock.advance(WEEK_SECONDS)
        viewer.come_back()

    counted = [place for place in map(_place, others) if place is not None and place.shown]

    assert {int(place.shown) for place in counted} == {1}


def test_nothing_is_counted_for_one_who_has_no_row(
    viewer: Member, bob: Member, others: list[Member], town: Any
) -> None:
    for other in [bob, *others]:
        other.post("/v1/likes", {"user_id": viewer.user_id})
        dress(other, town, visibility="incognito")
    unlock(viewer)

    first = page(viewer, limit=2)
    second = page(viewer, limit=2, cursor=first["next_cursor"])

    assert len(ids_of(second["items"])) == 2
    assert shown([bob, *others]) == 0
