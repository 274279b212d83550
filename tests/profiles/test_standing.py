"""Who can be found stands in the index, once and as they are now; who cannot does not."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.accounts.events import MemberRestored, MemberSuspended
from chalicelib.core import clock, ids
from chalicelib.core.db.reading import fetch
from chalicelib.core.settings import settings
from chalicelib.profiles import INTERESTS, mark_active, models
from chalicelib.profiles.models import Cell, Profile, place_of, ring_of
from infra.local.stack import Stack
from infra.metering import Meter
from tests import tables
from tests.deliveries import deliver
from tests.people import Member, at_once
from tests.profiles.telling import (
    MUNICH,
    PREFERENCES,
    TOLD,
    change,
    changed,
    kept,
    restore,
    row,
    suspend,
)


def rows(stack: Stack, member: Member) -> list[Any]:
    """Every row of the whole index that is this member's."""
    everybody = tables.image(stack, "places")["places"].values()
    return [each for each in everybody if each["u"]["S"] == member.user_id]


def said(member: Member) -> dict[str, Any]:
    """What the member's row says; its sets are sets, in whatever order they are written."""
    place = row(member)
    assert place is not None
    return place.attribute_values


@pytest.mark.parametrize("missing", ["display_name", "gender", "seeks", "place"])
def test_nobody_is_found_before_the_profile_says_enough(
    alice: Member, stack: Stack, missing: str
) -> None:
    changed(alice, **{**TOLD, missing: None})
    assert rows(stack, alice) == []

    changed(alice, **{missing: TOLD[missing]})
    assert len(rows(stack, alice)) == 1

    changed(alice, **{missing: None})
    assert rows(stack, alice) == []


@pytest.mark.parametrize("visibility", ["paused", "incognito"])
def test_who_hides_is_taken_out_and_comes_back(
    alice: Member, stack: Stack, visibility: str
) -> None:
    changed(alice, **TOLD)
    before = said(alice)

    changed(alice, visibility=visibility)
    assert rows(stack, alice) == []

    changed(alice, visibility="visible")
    assert said(alice) == before


def test_who_moves_stands_in_one_place(alice: Member, stack: Stack) -> None:
    changed(alice, **TOLD)
    first = row(alice)

    changed(alice, place=MUNICH)

    second = row(alice)
    assert first is not None
    assert second is not None
    assert second.area != first.area
    assert len(rows(stack, alice)) == 1


def test_two_devices_in_two_towns_leave_one_row(alice: Member, stack: Stack) -> None:
    changed(alice, **TOLD)

    answers = at_once(
        lambda: change(alice, place=MUNICH),
        lambda: change(alice, gender="nonbinary"),
        lambda: change(alice, visibility="paused"),
        lambda: change(alice, visibility="visible"),
    )

    assert {answer.status_code for answer in answers} == {200}
    standing = rows(stack, alice)
    visible = kept(alice).visibility == "visible"
    assert len(standing) == int(visible)
    assert (row(alice) is not None) is visible


def test_a_row_says_all_that_finding_looks_at(alice: Member) -> None:
    changed(alice, **TOLD)
    changed(alice, PREFERENCES, ages_min=30, languages=["de"])

    profile, place = kept(alice), row(alice)

    assert place is not None
    assert (place.user_id, place.ring) == (alice.user_id, ring_of(alice.user_id))
    for name in ("born", "gender", "seeks", "intent", "languages", "interests", "cell"):
        assert getattr(place, name) == getattr(profile, name), name
    for name in ("ages_min", "ages_max", "intents", "languages", "distance_km"):
        assert getattr(place, f"wants_{name}") == getattr(profile.wants, name), name
    assert (place.completeness, place.active_day) == (profile.completeness, profile.active_day)


def test_the_largest_row_is_of_three_hundred_bytes() -> None:
    languages = {"de", "en", "fr", "es", "it", "pt", "nl", "pl"}
    profile = Profile(
        ids.new("usr"),
        display_name="x",
        born=clock.now().date(),
        gender="nonbinary",
        seeks={"woman", "man", "nonbinary"},
        intent="relationship",
        languages=languages,
        interests=set(sorted(INTERESTS, key=len)[-10:]),
        cell="u33db",
        completeness=100,
        active_day=20_000,
    )
    profile.wants.intents = {"relationship", "dating", "friends", "unsure"}
    profile.wants.languages = languages
    place = place_of(profile)
    assert place is not None
    place.shown, place.shown_week = 9_999, 3_000

    size = 0
    for name, value in place.serialize().items():
        ((kind, held),) = value.items()
        size += len(name) + (len(held) // 2 + 2 if kind == "N" else sum(map(len, held)))

    assert size <= 300


def test_a_cell_knows_who_ever_lived_there(alice: Member) -> None:
    changed(alice, **TOLD)
    place = row(alice)
    assert place is not None
    area, _, part = place.area.partition("#")
    changed(alice, place=MUNICH)

    cell = fetch(Cell.at(area))[Cell.at(area)]

    assert cell is not None
    assert part in cell.populated


def test_a_suspension_takes_out_and_its_end_puts_back(alice: Member, stack: Stack) -> None:
    changed(alice, **TOLD)
    before = said(alice)

    suspend(alice)
    assert rows(stack, alice) == []
    assert kept(alice).bio == TOLD["bio"]

    restore(alice)
    assert said(alice) == before


def test_whoever_hides_stays_hidden_when_a_suspension_ends(alice: Member, stack: Stack) -> None:
    changed(alice, **TOLD, visibility="incognito")

    suspend(alice)
    restore(alice)

    assert rows(stack, alice) == []


def test_old_news_of_a_suspension_changes_nothing(alice: Member, stack: Stack) -> None:
    changed(alice, **TOLD)
    heard = [MemberSuspended(user_id=alice.user_id), MemberRestored(user_id=alice.user_id)]

    for event in (*heard, *reversed(heard)):
        assert deliver(stack, "profiles-follow-member", event) == {"batchItemFailures": []}

    assert len(rows(stack, alice)) == 1


def test_nobody_under_suspension_comes_back_by_a_change(alice: Member, stack: Stack) -> None:
    changed(alice, **TOLD)
    suspend(alice)

    from chalicelib.profiles.service.changing import change_profile

    change_profile(alice.user_id, {"intent": "friends"})
    change_profile(alice.user_id, {"gender": "man"})

    assert rows(stack, alice) == []


def test_a_change_that_was_read_before_a_suspension_is_made_anew_after_it(
    alice: Member, stack: Stack
) -> None:
    changed(alice, **TOLD, visibility="paused")

    from chalicelib.profiles.service.changing import changed as edited

    tries = []

    def show_again(profile: Profile, _: Any) -> None:
        profile.visibility = "visible"
        tries.append(profile.version)
        if len(tries) == 1:
            suspend(alice)

    edited(alice.user_id, show_again)

    assert len(tries) == 2
    assert rows(stack, alice) == []


def test_a_member_who_tells_nothing_can_be_suspended(alice: Member, stack: Stack) -> None:
    suspend(alice)
    restore(alice)

    assert kept(alice).version == 2  # so that what was read before is made anew
    assert rows(stack, alice) == []
    assert changed(alice, **TOLD)["completeness"] > 0
    assert len(rows(stack, alice)) == 1


def test_being_here_is_noted_once_a_day_in_both_places(
    alice: Member, stack: Stack, meter: Meter
) -> None:
    changed(alice, **TOLD)
    stack.clock.advance(86_400)
    before = kept(alice)

    mark_active(kept(alice))
    with meter.watch() as calls:
        mark_active(kept(alice))

    profile, place = kept(alice), row(alice)
    assert place is not None
    assert profile.active_day == place.active_day == before.active_day + 1
    assert profile.version == before.version
    assert [call for call in calls if not call.is_read] == []


def test_being_here_brings_nobody_back_into_the_index(alice: Member, stack: Stack) -> None:
    changed(alice, **TOLD)
    before = kept(alice)
    stack.clock.advance(86_400)
    suspend(alice)

    mark_active(before)

    assert rows(stack, alice) == []


def test_a_stage_that_changes_its_mind_about_photos_leaves_nobody_with_two_rows_or_none(
    alice: Member, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(alice, **TOLD)
    demanding = replace(settings(), photo_required=True)

    monkeypatch.setattr(models, "settings", lambda: demanding)
    changed(alice, place=MUNICH)
    assert rows(stack, alice) == []
    assert changed(alice, bio="Not to be found.")["bio"] == "Not to be found."

    monkeypatch.undo()
    changed(alice, bio="To be found again.")
    (found,) = rows(stack, alice)
    assert found["c"]["S"] == kept(alice).cell


def test_who_is_not_to_be_found_without_a_photo_is_marked_as_here_all_the_same(
    alice: Member, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    demanding = replace(settings(), photo_required=True)
    with monkeypatch.context() as while_it_lasts:
        while_it_lasts.setattr(models, "settings", lambda: demanding)
        changed(alice, **TOLD)
    stack.clock.advance(86_400)
    profile = kept(alice)

    mark_active(profile)

    assert kept(alice).active_day == profile.active_day
