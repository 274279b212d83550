"""Page after page, on one device and on two: where the next one begins, and where laps end."""

from typing import Any

import pytest

from chalicelib import profiles
from chalicelib.core.db import connection
from chalicelib.profiles.models import Profile
from infra.local.stack import Stack
from tests.matching.deeds import like, pass_on
from tests.matching.discovery.world import (
    NEVER,
    Scene,
    Town,
    cards,
    dress,
    ids_of,
    page,
    pages,
    shown_to,
)
from tests.people import Member, at_once


def test_everybody_near_is_shown_once_page_by_page(
    viewer: Member, bob: Member, others: list[Member]
) -> None:
    shown = [ids_of(items) for items in pages(viewer, limit=4)]

    everybody = [user_id for items in shown for user_id in items]
    assert shown[0]
    assert max(map(len, shown)) <= 4
    assert sorted(everybody) == sorted(each.user_id for each in [bob, *others])


def test_in_an_empty_town_there_is_an_end(viewer: Member) -> None:
    shown = list(pages(viewer))

    assert len(shown) <= 3
    assert not any(shown)
    assert page(viewer) == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("what", NEVER)
def test_nor_on_a_page_that_is_asked_for_again_or_comes_next(
    viewer: Member, bob: Member, others: list[Member], town: Town, what: str
) -> None:
    first = page(viewer, limit=2)
    second = page(viewer, limit=2, cursor=first["next_cursor"])
    NEVER[what](Scene(viewer, bob, town))

    again = page(viewer, limit=2, cursor=first["next_cursor"])
    rest = page(viewer, limit=10, cursor=second["next_cursor"])
    anew = page(viewer, limit=10)

    for said in (again, rest, anew):
        assert bob.user_id not in ids_of(said["items"])
    assert ids_of(again["items"]) == [
        user_id for user_id in ids_of(second["items"]) if user_id != bob.user_id
    ]


def test_the_same_cursor_gives_the_same_page(
    viewer: Member, bob: Member, others: list[Member]
) -> None:
    first = page(viewer, limit=2)
    second = page(viewer, limit=2, cursor=first["next_cursor"])

    assert page(viewer, limit=2, cursor=first["next_cursor"]) == second
    third = page(viewer, limit=2, cursor=second["next_cursor"])
    assert len({*ids_of(first["items"]), *ids_of(second["items"]), *ids_of(third["items"])}) == 6


def test_without_a_cursor_the_undecided_of_the_last_page_come_again(
    viewer: Member, bob: Member, others: list[Member]
) -> None:
    first = page(viewer, limit=3)
    assert page(viewer, limit=3) == first
    one, *rest = ids_of(first["items"])
    pass_on(viewer, one)

    again = ids_of(page(viewer, limit=3)["items"])

    assert set(rest) < set(again)
    assert one not in again
    assert len(again) == 3


def test_nor_are_the_undecided_forgotten_when_nobody_came_after_them(
    viewer: Member, bob: Member, others: list[Member]
) -> None:
    shown = [ids_of(items) for items in pages(viewer, limit=6)]
    assert shown[-1] == []

    again = page(viewer, limit=6)

    assert sorted(ids_of(again["items"])) == sorted([each for each in shown if each][-1])
    assert page(viewer, limit=6) == again


def test_two_devices_at_the_same_moment_are_shown_the_same(
    viewer: Member, bob: Member, others: list[Member]
) -> None:
    phone, laptop = viewer, viewer.sign_in()

    one, other = at_once(lambda: page(phone, limit=2), lambda: page(laptop, limit=2))
    after = {"limit": 2, "cursor": one["next_cursor"]}
    third, fourth = at_once(lambda: page(phone, **after), lambda: page(laptop, **after))

    assert one == other
    assert third == fourth
    assert set(ids_of(one["items"])).isdisjoint(ids_of(third["items"]))


def test_a_device_that_was_overtaken_while_it_read_is_shown_what_the_other_was(
    viewer: Member, bob: Member, others: list[Member]
) -> None:
    phone, laptop = viewer, viewer.sign_in()
    overtaken: list[list[str]] = []

    def overtake(params: dict[str, Any], **_: Any) -> None:
        if params["TableName"].endswith("-searches") and not overtaken:
            overtaken.append([])
            first = page(laptop, limit=2)
            second = page(laptop, limit=2, cursor=first["next_cursor"])
            overtaken.append(ids_of(second["items"]))

    calls = connection().client.meta.events
    calls.register("provide-client-params.dynamodb.UpdateItem", overtake)
    try:
        shown = page(phone, limit=2)
    finally:
        calls.unregister("provide-client-params.dynamodb.UpdateItem", overtake)

    assert len(overtaken[1]) > 0
    assert ids_of(shown["items"])[: len(overtaken[1])] == overtaken[1]


def test_a_device_that_fell_behind_goes_on_where_the_other_is(
    viewer: Member, bob: Member, others: list[Member]
) -> None:
    laptop = viewer.sign_in()
    first = page(viewer, limit=1)
    second = page(viewer, limit=1, cursor=first["next_cursor"])
    third = page(viewer, limit=1, cursor=second["next_cursor"])

    behind = page(laptop, limit=1, cursor=first["next_cursor"])

    seen = {*ids_of(first["items"]), *ids_of(second["items"]), *ids_of(third["items"])}
    assert len(seen) == 3
    assert seen.isdisjoint(ids_of(behind["items"]))


def test_a_cursor_is_nobody_elses(viewer: Member, bob: Member, others: list[Member]) -> None:
    cursor = page(viewer, limit=2)["next_cursor"]

    refused = bob.get("/v1/discovery", cursor=cursor)

    assert refused.status_code == 400
    assert refused.json()["code"] == "invalid_cursor"


def test_a_lap_that_showed_few_begins_again_after_a_minute(
    viewer: Member, bob: Member, join: Any, town: Town, stack: Stack
) -> None:
    assert shown_to(viewer) == {bob.user_id}
    carol = dress(join("carol"), town)
    pass_on(viewer, bob.user_id)

    stack.clock.advance(60)

    assert shown_to(viewer) == {carol.user_id}


def test_in_a_town_that_was_empty_whoever_comes_is_shown_soon(
    viewer: Member, join: Any, town: Town, stack: Stack
) -> None:
    assert shown_to(viewer) == set()
    first, second = dress(join("first"), town), dress(join("second"), town)

    stack.clock.advance(60)

    assert shown_to(viewer) == {first.user_id, second.user_id}
    stack.clock.advance(60)
    assert shown_to(viewer) == {first.user_id, second.user_id}


def test_whoever_was_passed_on_comes_back_after_thirty_days(
    viewer: Member, bob: Member, stack: Stack
) -> None:
    pass_on(viewer, bob.user_id)
    assert shown_to(viewer) == set()
    stack.clock.advance(29 * 86_400)
    viewer.come_back()
    assert shown_to(viewer) == set()

    stack.clock.advance(2 * 86_400)
    viewer.come_back()

    assert shown_to(viewer) == {bob.user_id}


def test_wider_wishes_end_a_rest(alice: Member, bob: Member, town: Town) -> None:
    dress(alice, town, seeks=["woman"])
    assert shown_to(alice) == set()

    dress(alice, town, seeks=["woman", "man"])

    assert shown_to(alice) == {bob.user_id}


def test_other_wishes_begin_another_lap_at_once(
    viewer: Member, bob: Member, others: list[Member], town: Town
) -> None:
    page(viewer, limit=2)

    dress(viewer, town, seeks=["man"])

    assert shown_to(viewer) == {bob.user_id}


@pytest.mark.parametrize("what", ["he blocks her", "he is suspended"])
def test_what_is_asked_of_the_tables_does_not_tell_who_is_hidden(
    viewer: Member, bob: Member, others: list[Member], town: Town, meter: Any, what: str
) -> None:
    page(viewer)
    with meter.watch() as before:
        page(viewer)
    NEVER[what](Scene(viewer, bob, town))
    with meter.watch() as hidden:
        page(viewer)
        page(viewer)

    asked = [call.operation for call in before if call.function == "matching-discover"]
    again = [call.operation for call in hidden if call.function == "matching-discover"]
    assert again[-len(asked) :] == asked


def test_a_page_never_takes_more_than_eight_round_trips(
    viewer: Member, bob: Member, others: list[Member], meter: Any, stack: Stack
) -> None:
    for _ in range(2):
        cursor: str | None = ""
        while cursor is not None:
            with meter.watch() as calls:
                said = page(viewer, limit=2, **({"cursor": cursor} if cursor else {}))
            assert len([call for call in calls if call.function == "matching-discover"]) <= 8
            cursor = said["next_cursor"]
        stack.clock.advance(7 * 3600)
        viewer.come_back()


def active_days(member: Member) -> tuple[int, int | None]:
    """When a member was last here, by their profile and by the row they are found by."""
    profile = Profile.find(member.user_id)
    assert profile is not None
    key = profiles.place_of(profile)
    place = key and profiles.Place.find(key.area, key.ring)
    return int(profile.active_day), place and int(place.active_day)


@pytest.mark.parametrize("asks_anew", [True, False])
def test_who_looks_is_here_today_and_that_is_written_once_a_day(
    viewer: Member, bob: Member, others: list[Member], stack: Stack, meter: Any, asks_anew: bool
) -> None:
    first = page(viewer, limit=2)
    before, _ = active_days(viewer)
    stack.clock.advance(86_400)
    viewer.come_back()
    after = {} if asks_anew else {"cursor": first["next_cursor"]}

    with meter.watch() as calls:
        page(viewer, limit=2, **after)
    assert active_days(viewer) == (before + 1, before + 1)
    with meter.watch() as again:
        page(viewer, limit=2)

    asked = [call for call in calls if call.function == "matching-discover"]
    assert len(asked) <= 8
    assert "TransactWriteItems" in {call.operation for call in asked}
    assert "TransactWriteItems" not in {call.operation for call in again}


def test_who_hides_is_here_today_too(viewer: Member, bob: Member, town: Town, stack: Stack) -> None:
    dress(viewer, town, visibility="incognito")
    before, _ = active_days(viewer)
    stack.clock.advance(86_400)
    viewer.come_back()

    page(viewer)

    assert active_days(viewer) == (before + 1, None)


def test_a_row_that_is_gone_keeps_nobody_from_their_page(
    viewer: Member, bob: Member, stack: Stack
) -> None:
    profile = Profile.find(viewer.user_id)
    place = profile and profiles.place_of(profile)
    assert place
    place.delete()
    stack.clock.advance(86_400)
    viewer.come_back()

    assert shown_to(viewer) == {bob.user_id}


def test_whoever_she_suits_since_a_change_of_hers_is_shown_in_a_lap_that_begins_at_once(
    viewer: Member, bob: Member, others: list[Member], town: Town
) -> None:
    dress(bob, town, gender="man", languages_wanted=["fr"])
    assert bob.user_id not in shown_to(viewer)

    dress(viewer, town, languages=["en", "fr"])

    assert bob.user_id in shown_to(viewer)


def test_whoever_likes_her_in_the_middle_of_a_lap_is_shown_within_it_even_incognito(
    viewer: Member, bob: Member, others: list[Member], town: Town, stack: Stack
) -> None:
    dress(bob, town, gender="man", visibility="incognito")
    first = page(viewer, limit=1)
    assert like(bob, viewer.user_id).status_code == 201
    stack.clock.advance(3600)
    viewer.come_back()

    second = page(viewer, limit=2, cursor=first["next_cursor"])
    rest = cards(viewer)

    shown = ids_of([*first["items"], *second["items"], *rest])
    assert set(shown) == {bob.user_id, *(each.user_id for each in others)}


def test_whoever_waits_to_be_shown_and_then_likes_her_is_shown_once(
    viewer: Member, bob: Member, others: list[Member], stack: Stack
) -> None:
    shown = page(viewer, limit=2)
    for other in (bob, *others):
        like(other, viewer.user_id)
    stack.clock.advance(3600)
    viewer.come_back()

    while shown["next_cursor"]:
        said = page(viewer, limit=2, cursor=shown["next_cursor"])
        shown = {"items": shown["items"] + said["items"], "next_cursor": said["next_cursor"]}

    assert sorted(ids_of(shown["items"])) == sorted(each.user_id for each in (bob, *others))


def test_when_a_lap_is_over_whoever_likes_her_since_is_shown_within_the_hour(
    viewer: Member, bob: Member, others: list[Member], town: Town, stack: Stack
) -> None:
    dress(bob, town, gender="man", visibility="incognito")
    for each in shown_to(viewer):
        pass_on(viewer, each)
    assert page(viewer)["items"] == []
    like(bob, viewer.user_id)
    stack.clock.advance(3600)
    viewer.come_back()

    assert shown_to(viewer) == {bob.user_id}
