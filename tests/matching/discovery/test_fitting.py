"""Who may meet whom: both ones' wishes, of which only the viewer's own are ever relaxed."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from chalicelib.matching.discovery.fitting import LEVEL_OF, level_of, relaxed_to_fit
from chalicelib.matching.discovery.people import Person
from tests.matching.discovery.towns import ANYBODY, DAY, people, person

PICKY = replace(
    ANYBODY,
    seeks=frozenset({"woman"}),
    ages_min=30,
    ages_max=35,
    intents=frozenset({"dating"}),
    languages=frozenset({"de"}),
    distance_km=30,
)
VIEWER = person(1, wishes=PICKY, gender="man")
FITTING = person(2, born=date(1994, 1, 1))
BERLIN, AUGSBURG = "u33db", "u0x9f"


def test_who_fits_needs_nothing_relaxed() -> None:
    assert relaxed_to_fit(VIEWER, FITTING, DAY) == ()


@pytest.mark.parametrize(
    ("about", "relaxed"),
    [
        ({"cell": "u282p"}, ("distance",)),
        ({"born": date(1998, 1, 1)}, ("age",)),
        ({"born": date(1986, 1, 1)}, ("age",)),
        ({"intent": "friends"}, ("intent",)),
        ({"intent": None}, ("intent",)),
        ({"languages": frozenset({"fr"})}, ("language",)),
        ({"born": date(1998, 1, 1), "intent": "unsure"}, ("age", "intent")),
    ],
)
def test_what_has_to_be_relaxed_is_named(
    about: dict[str, object], relaxed: tuple[str, ...]
) -> None:
    found = relaxed_to_fit(VIEWER, replace(FITTING, **about), DAY)  # type: ignore[arg-type]

    assert found == relaxed
    assert level_of(relaxed) == max(LEVEL_OF[name] for name in relaxed)


@pytest.mark.parametrize(
    "about",
    [
        {"gender": "man"},
        {"cell": BERLIN},
        {"born": date(2001, 6, 2)},
        {"born": date(1985, 5, 1)},
        {"user_id": VIEWER.user_id},
    ],
    ids=["gender", "too far", "too young", "too old", "oneself"],
)
def test_some_things_are_never_relaxed(about: dict[str, object]) -> None:
    assert relaxed_to_fit(VIEWER, replace(FITTING, **about), DAY) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wishes",
    [
        {"seeks": frozenset({"woman"})},
        {"ages_min": 32},
        {"ages_max": 30},
        {"intents": frozenset({"friends"})},
        {"languages": frozenset({"fr"})},
    ],
    ids=lambda wishes: next(iter(wishes)),
)
def test_the_others_wishes_are_never_relaxed(wishes: dict[str, object]) -> None:
    other = replace(FITTING, wishes=replace(ANYBODY, **wishes))  # type: ignore[arg-type]

    assert relaxed_to_fit(VIEWER, other, DAY) is None


def test_the_others_distance_counts_too() -> None:
    near = replace(FITTING, wishes=replace(ANYBODY, distance_km=5), cell="u281z")
    far = replace(near, cell="u282p")

    assert relaxed_to_fit(replace(VIEWER, wishes=ANYBODY, cell="u281z"), near, DAY) == ()
    assert relaxed_to_fit(replace(VIEWER, wishes=ANYBODY, cell="u281z"), far, DAY) is None


def test_relaxing_never_reaches_those_under_age() -> None:
    viewer = replace(VIEWER, wishes=replace(PICKY, ages_min=18))

    assert relaxed_to_fit(viewer, replace(FITTING, born=date(2008, 6, 2)), DAY) is None
    assert relaxed_to_fit(viewer, replace(FITTING, born=date(2008, 6, 1)), DAY) == ()


@given(people(1), people(2))
def test_if_one_needs_nothing_relaxed_the_other_may_see_them_at_some_level(
    one: Person, other: Person
) -> None:
    if relaxed_to_fit(one, other, DAY) == ():
        assert relaxed_to_fit(other, one, DAY) == ()
