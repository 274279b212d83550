"""Who is shown to whom: both ones' wishes, and nobody who could not be liked."""

from typing import Any

import pytest

from tests.matching import deeds
from tests.matching.deeds import like
from tests.matching.discovery.world import (
    NEVER,
    Scene,
    Town,
    cards,
    dress,
    ids_of,
    page,
    shown_to,
)
from tests.people import Member
from tests.problems import code_of
from tests.safety.situations import block, suspend


def test_a_card_says_how_far_and_why_and_never_where_or_when_born(
    viewer: Member, bob: Member
) -> None:
    (card,) = cards(viewer)

    assert card["profile"]["user_id"] == bob.user_id
    assert card["profile"]["display_name"] == bob.name
    assert card["distance_km"] >= 1
    assert card["relaxed"] == []
    assert card["why"].keys() == {
        "distance",
        "recency",
        "interests",
        "completeness",
        "exposure",
        "reciprocity",
    }
    assert not {"born", "birthdate", "cell", "place", "visibility"} & card["profile"].keys()


def test_without_a_profile_nobody_is_shown(alice: Member) -> None:
    assert code_of(alice.get("/v1/discovery")) == (409, "profile_incomplete")


@pytest.mark.parametrize("missing", ["display_name", "gender", "seeks", "place"])
def test_nor_with_one_that_lacks_what_finding_needs(
    viewer: Member, bob: Member, missing: str
) -> None:
    shown = page(viewer, limit=1)
    taken_back = viewer.patch("/v1/me/profile", {missing: None})
    assert taken_back.is_success, taken_back.text

    refused = viewer.get("/v1/discovery", cursor=shown["next_cursor"] or None)

    assert code_of(refused) == (409, "profile_incomplete")


@pytest.mark.parametrize("what", NEVER)
def test_whom_she_could_not_like_is_not_shown(
    viewer: Member, bob: Member, others: list[Member], town: Town, what: str
) -> None:
    NEVER[what](Scene(viewer, bob, town))

    assert shown_to(viewer) == {each.user_id for each in others}


def test_every_card_can_be_liked(viewer: Member, bob: Member, others: list[Member]) -> None:
    like(others[0], viewer.user_id)
    block(others[1], viewer)
    suspend(others[2])

    answers = [like(viewer, each) for each in shown_to(viewer)]

    assert [answer.status_code for answer in answers] == [201] * 4


@pytest.mark.parametrize(
    ("hers", "his"),
    [
        ({"seeks": ["woman"]}, {}),
        ({}, {"seeks": ["nonbinary"]}),
        ({}, {"ages_min": 40}),
        ({}, {"ages_max": 25}),
        ({"ages_min": 50}, {}),
        ({}, {"intents": ["friends"]}),
        ({}, {"languages_wanted": ["fr"]}),
    ],
    ids=lambda about: next(iter(about), ""),
)
def test_each_ones_wishes_are_kept_to(
    alice: Member, bob: Member, town: Town, hers: dict[str, Any], his: dict[str, Any]
) -> None:
    dress(alice, town, **hers)
    dress(bob, town, gender="man", **his)

    assert shown_to(alice) == set()


@pytest.mark.parametrize(
    ("wishes", "relaxed"),
    [
        ({"ages_min": 35}, ["age"]),
        ({"intents": ["friends"]}, ["intent"]),
        ({"languages_wanted": ["fr"]}, ["language"]),
        ({"ages_max": 28, "intents": ["friends", "unsure"]}, ["age", "intent"]),
    ],
    ids=str,
)
def test_for_lack_of_people_her_wishes_are_relaxed_and_the_card_says_which(
    alice: Member, bob: Member, town: Town, wishes: dict[str, Any], relaxed: list[str]
) -> None:
    dress(alice, town, **wishes)

    (card,) = cards(alice)

    assert card["profile"]["user_id"] == bob.user_id
    assert card["relaxed"] == relaxed


def test_somebody_a_little_too_far_away_comes_after_those_who_are_near(
    alice: Member, bob: Member, join: Any, town: Town
) -> None:
    dress(alice, town, distance_km=50)
    carol = dress(join("carol"), (town[0] + 0.65, town[1]), distance_km=200)

    near, far = cards(alice)

    assert (near["profile"]["user_id"], near["relaxed"]) == (bob.user_id, [])
    assert (far["profile"]["user_id"], far["relaxed"]) == (carol.user_id, ["distance"])
    assert 50 < far["distance_km"] <= 100


def test_one_who_is_incognito_is_shown_to_those_they_liked_and_to_nobody_else(
    viewer: Member, bob: Member, join: Any, town: Town
) -> None:
    carol = dress(join("carol"), town)
    dress(bob, town, gender="man", visibility="incognito")
    like(bob, viewer.user_id)

    assert bob.user_id in shown_to(viewer)
    assert shown_to(carol) == {viewer.user_id}


def test_somebody_who_likes_the_viewer_is_shown_once_and_only_if_they_fit(
    viewer: Member, bob: Member, others: list[Member], town: Town
) -> None:
    for admirer in (bob, *others):
        like(admirer, viewer.user_id)
    dress(others[0], town, gender="man", seeks=["man"])

    assert shown_to(viewer) == {each.user_id for each in [bob, *others[1:]]}


def test_that_they_like_the_viewer_is_told_only_while_faces_are_unlocked(
    viewer: Member, bob: Member, others: list[Member]
) -> None:
    like(bob, viewer.user_id)
    locked = page(viewer)
    assert deeds.unlock(viewer).is_success

    told = {card["profile"]["user_id"]: card["why"]["reciprocity"] for card in cards(viewer)}

    assert {card["why"]["reciprocity"] for card in locked["items"]} == {None}
    assert told == {bob.user_id: 1.0} | {each.user_id: 0.0 for each in others}


@pytest.mark.parametrize("limit", [1, 2, 10])
def test_nor_does_the_order_of_a_lap(
    viewer: Member, bob: Member, others: list[Member], limit: int
) -> None:
    def lap_within(distance_km: int) -> list[str]:
        wishes = {"distance_km": distance_km}
        viewer.http.patch("/v1/me/preferences", headers=viewer.headers(), json=wishes)
        return ids_of(cards(viewer, limit=limit))

    lap_within(49)  # only the first lap of all reads no decisions
    before = lap_within(48)
    for other in (others[3], bob):
        like(other, viewer.user_id)

    assert lap_within(47) == before
    assert len(before) == 6
