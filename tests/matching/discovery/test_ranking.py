"""Rank: parts from 0 to 1, of which each does what its name says."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.matching.discovery.people import Person
from chalicelib.matching.discovery.ranking import (
    PARTS,
    SHOWN_FAIR,
    Sight,
    exposure_of,
    parts_of,
    ranked,
    score,
)
from tests.matching.discovery.towns import TODAY, people, person

VIEWER = person(1, interests=frozenset({"art", "tea"}))
OTHER = person(2, interests=frozenset({"art"}), completeness=50, active_day=TODAY - 3, exposure=0.5)


def sight(other: Person, *, is_liked: bool = False) -> Sight:
    return Sight(VIEWER, other, TODAY, is_liked)


def test_the_weights_add_up_to_one() -> None:
    assert sum(weight for weight, _ in PARTS.values()) == pytest.approx(1)


@given(people(1), people(2), st.booleans(), st.integers(0, 30))
def test_every_part_and_the_whole_are_from_0_to_1(
    viewer: Person, other: Person, is_liked: bool, days: int
) -> None:
    parts = parts_of(Sight(viewer, other, TODAY - days, is_liked))

    assert parts.keys() == PARTS.keys()
    assert all(0 <= value <= 1 for value in parts.values())
    assert 0 <= score(parts) <= 1.000001


@pytest.mark.parametrize(
    ("part", "better"),
    [
        ("distance", {"cell": "u281z"}),
        ("recency", {"active_day": TODAY}),
        ("completeness", {"completeness": 90}),
        ("interests", {"interests": frozenset({"art", "tea"})}),
        ("exposure", {"exposure": 1.0}),
    ],
)
def test_each_part_lifts_for_what_it_is_named_after_and_no_other_moves(
    part: str, better: dict[str, Any]
) -> None:
    worse = replace(OTHER, cell="u282p")
    one, other = parts_of(sight(worse)), parts_of(sight(replace(worse, **better)))

    assert other[part] > one[part]
    assert {name: value for name, value in one.items() if name != part} == {
        name: value for name, value in other.items() if name != part
    }


def test_whoever_likes_the_viewer_comes_first_among_equals() -> None:
    liker, other = sight(OTHER, is_liked=True), sight(replace(OTHER, user_id="usr_other"))

    assert ranked([other, liker])[0] is liker


def test_whoever_was_shown_more_than_a_fair_share_steps_back() -> None:
    often, fairly = exposure_of(3 * SHOWN_FAIR), exposure_of(SHOWN_FAIR)
    star = replace(OTHER, exposure=often)
    unseen = replace(OTHER, exposure=fairly, user_id="usr_unseen", ring="f" * 12)

    assert exposure_of(0) == fairly == 1
    assert [each.other for each in ranked([sight(star), sight(unseen)])] == [unseen, star]


@given(st.lists(people(), max_size=8), st.randoms(use_true_random=False))
def test_rank_does_not_depend_on_the_order_in_which_people_came(
    some: list[Person], random: Any
) -> None:
    sights = [
        sight(replace(each, user_id=f"usr_{n}", ring=f"{n:012x}")) for n, each in enumerate(some)
    ]
    shuffled = list(sights)
    random.shuffle(shuffled)

    assert ranked(shuffled) == ranked(sights)
