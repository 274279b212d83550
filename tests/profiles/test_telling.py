"""What a member tells of themselves: what is left out stays, and nothing told is ever lost."""

from typing import Any

import pytest

from chalicelib.core import db
from chalicelib.core.settings import settings
from chalicelib.profiles.models import Profile
from infra.local.stack import Stack
from tests.outages import at_the_wire, first, losing
from tests.people import Member, at_once
from tests.profiles.telling import TOLD, age_by_now, change, changed, kept

EVERYTHING = [
    ("display_name", "Alice"),
    ("gender", "woman"),
    ("seeks", ["man", "woman"]),
    ("intent", "dating"),
    ("bio", "I make bread."),
    ("prompts", [{"prompt": "a_perfect_sunday", "answer": "Bread."}]),
    ("languages", ["de", "en"]),
    ("interests", ["baking", "hiking"]),
]


def test_a_member_is_empty_until_they_tell_something(alice: Member, stack: Stack) -> None:
    own = alice.get("/v1/me/profile").json()

    assert (own["display_name"], own["completeness"]) == (None, 0)
    assert own["age"] == age_by_now(stack)
    assert (own["visibility"], own["has_place"], own["photos"]) == ("visible", False, [])
    assert Profile.find(alice.user_id) is None


def test_what_is_told_is_kept_and_what_is_left_out_stays(alice: Member) -> None:
    changed(alice, **TOLD)

    own = changed(alice, intent="friends")

    told = {name: value for name, value in TOLD.items() if name != "place"}
    assert told | {"intent": "friends"} == {name: own[name] for name in told}
    assert own == alice.get("/v1/me/profile").json()


@pytest.mark.parametrize(("name", "value"), EVERYTHING)
def test_null_removes_one_thing_and_nothing_else(alice: Member, name: str, value: Any) -> None:
    before = changed(alice, **{**TOLD, name: value})
    empty: list[Any] | None = [] if isinstance(value, list) else None

    after = changed(alice, **{name: None})

    assert before[name] == value
    assert after == before | {name: empty, "completeness": after["completeness"]}
    assert after["completeness"] < before["completeness"]


def test_a_place_is_taken_back_with_null(alice: Member) -> None:
    assert changed(alice, **TOLD)["has_place"]

    assert not changed(alice, place=None)["has_place"]
    assert kept(alice).cell is None


def test_a_profile_is_complete_when_all_of_it_is_told(alice: Member) -> None:
    shares = [changed(alice, **{name: TOLD[name]})["completeness"] for name in TOLD]

    assert shares == sorted(set(shares))
    assert shares[-1] == 90  # the rest is a photo


def test_the_same_request_again_writes_nothing(alice: Member) -> None:
    first = changed(alice, **TOLD)
    before = kept(alice).serialize()

    again = changed(alice, **TOLD)

    assert again == first
    assert kept(alice).version == 1
    assert kept(alice).serialize().keys() == before.keys()


def test_a_change_whose_answer_was_lost_is_not_made_twice(alice: Member) -> None:
    with at_the_wire("TransactWriteItems", first(1, losing)):
        own = changed(alice, **TOLD)

    assert own["bio"] == TOLD["bio"]
    assert kept(alice).version == 1


def test_two_devices_at_once_lose_nothing(alice: Member) -> None:
    changed(alice, **TOLD)

    answers = at_once(
        lambda: change(alice, bio="Two of us."),
        lambda: change(alice, intent="unsure"),
        lambda: change(alice, languages=["fr"]),
        lambda: change(alice, "/v1/me/preferences", distance_km=7),
    )

    assert [answer.status_code for answer in answers] == [200] * 4
    own = kept(alice)
    assert (own.bio, own.intent, own.languages) == ("Two of us.", "unsure", {"fr"})
    assert own.wants.distance_km == 7
    assert own.version == 5


def test_a_first_change_on_two_devices_at_once_is_one_profile(alice: Member) -> None:
    answers = at_once(
        lambda: change(alice, display_name="Alice"), lambda: change(alice, gender="woman")
    )

    assert [answer.status_code for answer in answers] == [200, 200]
    assert (kept(alice).display_name, kept(alice).gender) == ("Alice", "woman")


def test_a_name_is_kept_composed_and_without_spaces_around_it(alice: Member) -> None:
    assert changed(alice, display_name=" Zoe\u0308 ")["display_name"] == "Zo\u00eb"


def test_the_age_is_of_today(alice: Member, stack: Stack) -> None:
    changed(alice, **TOLD)
    before = alice.get("/v1/me/profile").json()["age"]

    profile = kept(alice)
    db.update(profile, Profile.born.set(profile.born.replace(year=profile.born.year - 1)))

    assert alice.get("/v1/me/profile").json()["age"] == before + 1


def test_the_most_that_can_be_told_fits(alice: Member) -> None:
    from chalicelib.profiles import INTERESTS

    answers = ["a_perfect_sunday", "best_trip_ever", "i_geek_out_on"]
    own = changed(
        alice,
        display_name="ä" * 40,
        bio="ä" * 500,
        prompts=[{"prompt": each, "answer": "ä" * 200} for each in answers],
        languages=["de", "en", "fr", "es", "it", "pt", "nl", "pl"],
        interests=list(INTERESTS[:10]),
    )

    assert (len(own["bio"]), len(own["prompts"]), len(own["languages"])) == (500, 3, 8)
    assert len(own["interests"]) == 10
    assert settings().photos_max == 6
