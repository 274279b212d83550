"""Whom a member wants to meet."""

from tests.people import Member
from tests.profiles.telling import PREFERENCES, TOLD, changed, kept, row

ANY = {"ages_min": 18, "ages_max": 99, "intents": [], "languages": [], "distance_km": 50}


def test_wishes_have_sensible_defaults_and_keep_what_is_left_out(alice: Member) -> None:
    assert alice.get(PREFERENCES).json() == ANY

    changed(alice, PREFERENCES, ages_min=25, ages_max=35, intents=["dating", "friends"])
    wishes = changed(alice, PREFERENCES, distance_km=20)

    assert wishes == ANY | {
        "ages_min": 25,
        "ages_max": 35,
        "intents": ["dating", "friends"],
        "distance_km": 20,
    }
    assert wishes == alice.get(PREFERENCES).json()


def test_null_takes_a_wish_back_and_an_empty_list_means_any(alice: Member) -> None:
    changed(
        alice, PREFERENCES, ages_min=25, ages_max=35, intents=["dating"], languages=["de"],
        distance_km=20,
    )  # fmt: skip

    taken_back = dict.fromkeys(("ages_min", "ages_max", "languages", "distance_km"))
    assert changed(alice, PREFERENCES, **taken_back, intents=[]) == ANY


def test_the_bounds_themselves_are_wishes(alice: Member) -> None:
    least = {"ages_min": 18, "ages_max": 18, "distance_km": 5}
    most = {"ages_min": 99, "ages_max": 99, "distance_km": 200}

    for wishes in (least, most):
        assert changed(alice, PREFERENCES, **wishes) == ANY | wishes


def test_wishes_are_found_in_the_index_at_once(alice: Member) -> None:
    changed(alice, **TOLD)
    changed(alice, PREFERENCES, ages_max=40, intents=["dating"])

    place = row(alice)
    assert place is not None
    assert (place.wants_ages_max, place.wants_intents) == (40, {"dating"})


def test_the_same_wishes_again_write_nothing(alice: Member) -> None:
    for _ in range(2):
        changed(alice, PREFERENCES, ages_max=40, languages=["de", "en"])

    assert kept(alice).version == 1
