"""What others see of a member, and what nobody ever does."""

import json
from collections.abc import Callable

import pytest

from chalicelib.core import ids
from infra.local.stack import Stack
from tests.people import Member, match, refusal
from tests.problems import code_of
from tests.profiles.telling import (
    BERLIN,
    PREFERENCES,
    TOLD,
    age_by_now,
    changed,
    kept,
    mark,
    restore,
    seen,
    suspend,
)


def test_others_see_an_age_and_never_a_birthdate_a_place_or_wishes(
    alice: Member, bob: Member, stack: Stack
) -> None:
    changed(alice, **TOLD)
    changed(alice, PREFERENCES, ages_min=97, ages_max=98, distance_km=77, languages=["sw"])

    card = seen(bob, alice)

    assert set(card.json()) == {
        *("user_id", "display_name", "age", "gender", "intent", "bio", "prompts"),
        *("languages", "interests", "photos"),
    }
    assert (card.json()["display_name"], card.json()["age"]) == ("Alice", age_by_now(stack))
    cell = str(kept(alice).cell)
    secrets = ("1995", "52.5", "13.4", cell, cell[:4], "97", "98", "77", '"sw"')
    assert [each for each in secrets if each in card.text.replace(alice.user_id, "")] == []


def test_not_even_ones_own_profile_tells_the_exact_place(alice: Member) -> None:
    own = changed(alice, **TOLD)

    assert str(BERLIN["latitude"]) not in json.dumps(own)
    assert str(BERLIN["latitude"]) not in str(kept(alice).serialize())


def test_there_is_nothing_to_see_of_whom_nothing_is_told(alice: Member, bob: Member) -> None:
    nothing, nobody = seen(bob, alice), bob.get(f"/v1/profiles/{ids.new('usr')}")

    assert code_of(nothing) == (404, "not_found")
    assert refusal(nothing.json()) == refusal(nobody.json())


@pytest.mark.parametrize("blocker", ["alice", "bob"])
def test_a_block_from_either_side_hides_both(alice: Member, bob: Member, blocker: str) -> None:
    for member in (alice, bob):
        changed(member, **TOLD)
    mark(alice, bob, blocked_by={alice.user_id if blocker == "alice" else bob.user_id})

    nobody = refusal(bob.get(f"/v1/profiles/{ids.new('usr')}").json())
    assert refusal(seen(bob, alice).json()) == nobody
    assert refusal(seen(alice, bob).json()) == nobody


def test_who_is_suspended_is_not_there_until_they_are_back(alice: Member, bob: Member) -> None:
    changed(alice, **TOLD)
    suspend(alice)
    assert code_of(seen(bob, alice)) == (404, "not_found")

    restore(alice)
    assert seen(bob, alice).status_code == 200


def test_who_is_incognito_is_seen_only_by_those_they_liked(alice: Member, bob: Member) -> None:
    changed(alice, **TOLD, visibility="incognito")
    assert code_of(seen(bob, alice)) == (404, "not_found")

    assert alice.post("/v1/likes", {"user_id": bob.user_id}).is_success
    assert seen(bob, alice).status_code == 200


def test_who_pauses_is_seen_only_by_those_with_whom_they_matched(
    alice: Member, bob: Member, join: Callable[..., Member]
) -> None:
    changed(alice, **TOLD)
    carol = join("carol")
    match(alice, bob)
    assert alice.post("/v1/likes", {"user_id": carol.user_id}).is_success

    changed(alice, visibility="paused")

    assert seen(bob, alice).status_code == 200
    assert code_of(seen(carol, alice)) == (404, "not_found")


@pytest.mark.parametrize("visibility", ["visible", "paused", "incognito"])
def test_a_member_always_sees_what_others_would(alice: Member, visibility: str) -> None:
    changed(alice, **TOLD, visibility=visibility)

    assert seen(alice, alice).json()["bio"] == TOLD["bio"]
