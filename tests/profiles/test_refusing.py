"""What cannot be told: each bound, each choice; and nothing of a refused change is kept."""

from typing import Any

import pytest

from chalicelib.profiles.models import Profile
from chalicelib.profiles.routes import CHANGES_AN_HOUR
from infra.local.stack import Stack
from tests.people import Member
from tests.problems import code_of
from tests.profiles.telling import PREFERENCES, PROFILE, TOLD, change, changed, kept, seen

ANSWER = {"prompt": "a_perfect_sunday", "answer": "Bread."}
OFF = "Text me on t.me/alice or pay paypal.me/alice, +49 151 23456789"

PROFILE_FAULTS = [
    ({"display_name": " "}, "$.display_name", "pattern"),
    ({"display_name": "\u3164"}, "$.display_name", "pattern"),
    ({"display_name": ""}, "$.display_name", "pattern"),
    ({"display_name": "x" * 41}, "$.display_name", "length"),
    ({"display_name": "two\nlines"}, "$.display_name", "pattern"),
    ({"display_name": "\u202eecila"}, "$.display_name", "pattern"),
    ({"display_name": 5}, "$.display_name", "type"),
    ({"gender": "other"}, "$.gender", "choice"),
    ({"seeks": []}, "$.seeks", "length"),
    ({"seeks": ["man", "man"]}, "$.seeks", "unique"),
    ({"seeks": ["man", "cat"]}, "$.seeks[1]", "choice"),
    ({"intent": "marriage"}, "$.intent", "choice"),
    ({"bio": ""}, "$.bio", "pattern"),
    ({"bio": "x" * 501}, "$.bio", "length"),
    ({"bio": "NUL\0"}, "$.bio", "pattern"),
    ({"prompts": [ANSWER] * 4}, "$.prompts", "length"),
    ({"prompts": [ANSWER | {"answer": "x" * 201}]}, "$.prompts[0].answer", "length"),
    ({"prompts": [ANSWER | {"prompt": "of my own"}]}, "$.prompts[0].prompt", "choice"),
    ({"prompts": [{"prompt": "a_perfect_sunday"}]}, "$.prompts[0].answer", "required"),
    ({"languages": ["deu"]}, "$.languages[0]", "choice"),
    ({"languages": ["xx"]}, "$.languages[0]", "choice"),
    ({"languages": ["de", "en", "de"]}, "$.languages", "unique"),
    ({"languages": ["de"] * 9}, "$.languages", "length"),
    ({"interests": ["money"]}, "$.interests[0]", "choice"),
    ({"interests": ["yoga", "yoga"]}, "$.interests", "unique"),
    ({"interests": ["yoga"] * 11}, "$.interests", "length"),
    ({"place": {"latitude": 90.1, "longitude": 0}}, "$.place.latitude", "range"),
    ({"place": {"latitude": -91, "longitude": 0}}, "$.place.latitude", "range"),
    ({"place": {"latitude": 0, "longitude": 180.1}}, "$.place.longitude", "range"),
    ({"place": {"latitude": "0", "longitude": 0}}, "$.place.latitude", "type"),
    ({"place": {"latitude": 0}}, "$.place.longitude", "required"),
    ({"place": {"cell": "u33db"}}, "$.place.cell", "unknown_field"),
    ({"visibility": "hidden"}, "$.visibility", "choice"),
    ({"visibility": None}, "$.visibility", "type"),
    ({"birthdate": "2000-01-01"}, "$.birthdate", "unknown_field"),
    ({"completeness": 100}, "$.completeness", "unknown_field"),
    ({"held": False}, "$.held", "unknown_field"),
]
WISH_FAULTS = [
    ({"ages_min": 17}, "$.ages_min", "range"),
    ({"ages_max": 17}, "$.ages_max", "range"),
    ({"ages_max": 100}, "$.ages_max", "range"),
    ({"distance_km": 4}, "$.distance_km", "range"),
    ({"distance_km": 201}, "$.distance_km", "range"),
    ({"distance_km": 5.5}, "$.distance_km", "type"),
    ({"intents": ["marriage"]}, "$.intents[0]", "choice"),
    ({"intents": ["dating", "dating"]}, "$.intents", "unique"),
    ({"languages": ["en", "en"]}, "$.languages", "unique"),
    ({"gender": "woman"}, "$.gender", "unknown_field"),
]


@pytest.mark.parametrize(
    ("path", "told", "at", "rule"),
    [
        *((PROFILE, *fault) for fault in PROFILE_FAULTS),
        *((PREFERENCES, *fault) for fault in WISH_FAULTS),
    ],
)
def test_bad_input_is_named_by_place_and_rule_and_nothing_is_kept(
    alice: Member, path: str, told: dict[str, Any], at: str, rule: str
) -> None:
    answer = change(alice, path, **told)

    assert code_of(answer) == (422, "invalid_request")
    assert [(fault["at"], fault["rule"]) for fault in answer.json()["errors"]] == [(at, rule)]
    assert Profile.find(alice.user_id) is None


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_a_place_that_is_no_number_is_refused(alice: Member, number: str) -> None:
    body = f'{{"place": {{"latitude": {number}, "longitude": 0}}}}'
    sent = alice.headers() | {"Content-Type": "application/json"}

    answer = alice.http.patch(PROFILE, content=body, headers=sent)

    assert code_of(answer) in {(400, "malformed_json"), (422, "invalid_request")}
    assert Profile.find(alice.user_id) is None


def test_a_prompt_is_answered_once(alice: Member) -> None:
    twice = [{"prompt": "best_trip_ever", "answer": each} for each in ("Rome", "Oslo")]

    answer = change(alice, prompts=twice)

    assert code_of(answer) == (422, "prompt_twice")
    assert answer.json()["prompt"] == "best_trip_ever"
    assert Profile.find(alice.user_id) is None


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ({}, {"ages_min": 40, "ages_max": 30}),
        ({"ages_max": 30}, {"ages_min": 31}),
        ({"ages_min": 40}, {"ages_max": 39}),
    ],
)
def test_ages_the_wrong_way_round_are_refused_together_or_one_after_the_other(
    alice: Member, before: dict[str, Any], wanted: dict[str, Any]
) -> None:
    told = changed(alice, PREFERENCES, **before)

    assert code_of(change(alice, PREFERENCES, **wanted)) == (422, "ages_swapped")
    assert alice.get(PREFERENCES).json() == told


@pytest.mark.parametrize(
    "told",
    [
        {"bio": OFF},
        {"prompts": [ANSWER | {"answer": OFF}]},
        {"display_name": "t.me/alice"},
    ],
)
def test_a_text_that_leads_elsewhere_is_refused_with_the_rules_it_breaks(
    alice: Member, told: dict[str, Any]
) -> None:
    before = changed(alice, **TOLD)

    answer = change(alice, **told, intent="friends")

    assert code_of(answer) == (422, "text_refused")
    assert answer.json()["rules"]
    assert alice.get(PROFILE).json() == before


def test_a_text_that_may_lead_elsewhere_is_held_from_others_until_it_is_changed(
    alice: Member, bob: Member
) -> None:
    own = changed(alice, **{**TOLD, "bio": "Find more of my bread at www.bread-by-alice"})

    assert own["held"]
    assert own["bio"]
    assert (seen(bob, alice).json()["bio"], seen(bob, alice).json()["prompts"]) == (None, [])

    assert changed(alice, intent="friends")["held"]
    assert not changed(alice, bio="Just bread.")["held"]
    assert seen(bob, alice).json()["bio"] == "Just bread."
    assert seen(bob, alice).json()["prompts"] == TOLD["prompts"]


def test_what_was_held_can_be_taken_out(alice: Member) -> None:
    assert changed(alice, bio="See www.bread-by-alice")["held"]

    assert not changed(alice, bio=None)["held"]
    assert kept(alice).bio is None


def test_a_text_of_somebody_trusted_is_shown_and_noted_for_moderators(
    alice: Member, bob: Member, stack: Stack
) -> None:
    held = changed(alice, **{**TOLD, "bio": "See www.bread-by-alice"})
    assert held["held"]
    stack.clock.advance(31 * 86_400)
    alice.come_back()
    bob.come_back()

    own = changed(alice, bio="More at www.bread-by-alice")

    assert not own["held"]
    assert "flags" not in own
    assert kept(alice).flags == {"link"}
    assert seen(bob, alice).json()["bio"] == own["bio"]
    changed(alice, bio="Just bread.")
    assert kept(alice).flags is None


@pytest.mark.parametrize("path", [PROFILE, PREFERENCES])
def test_nobody_changes_what_they_tell_all_the_time(alice: Member, path: str, stack: Stack) -> None:
    stack.clock.advance(3600 - stack.clock() % 3600)
    alice.come_back()
    for _ in range(CHANGES_AN_HOUR.knocks):
        changed(alice, path)

    refused = change(alice, path)

    assert code_of(refused) == (429, "rate_limited")
    assert int(refused.headers["Retry-After"]) <= CHANGES_AN_HOUR.seconds
