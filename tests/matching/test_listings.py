"""Likes that wait for an answer, and matches: newest first, a page at a time."""

from typing import Any

import pytest

from infra.local.stack import Stack
from tests.matching.deeds import (
    enrich,
    faces,
    like,
    pass_on,
    spent_on,
    superlike,
    suspend,
    unlock,
    waiting,
)
from tests.people import Member, at_once, match


def pages(member: Member, path: str, limit: int) -> list[list[str]]:
    """The other members' ids, page by page."""
    seen, cursor = [], None
    while not seen or cursor:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = member.get(path, **query).json()
        seen.append([item["user_id"] for item in page["items"]])
        cursor = page["next_cursor"]
    return seen


@pytest.fixture
def admirers(alice: Member, join: Any, stack: Stack) -> list[Member]:
    """Five who like Alice, one after the other."""
    joined = [join(f"admirer{number}") for number in range(5)]
    for admirer in joined:
        like(admirer, alice.user_id)
        stack.clock.advance(1)
    return joined


def test_how_many_likes_wait_is_told_for_nothing_and_whose_is_not(
    alice: Member, admirers: list[Member]
) -> None:
    said = alice.get("/v1/likes").json()

    assert said["count"] == 5
    assert (said["items"], said["next_cursor"], said["unlocked_until"]) == ([], None, None)
    assert said["unlock_credits"] == 30
    assert alice.credits == 50


def test_what_one_may_give_is_told_along_with_its_price(
    alice: Member, bob: Member, stack: Stack
) -> None:
    def told() -> tuple[int, int]:
        said = alice.get("/v1/likes").json()
        return said["likes_left"], said["super_like_credits"]

    assert told() == (100, 10)
    like(alice, bob.user_id)
    assert told() == (99, 10)
    stack.clock.advance(24 * 3600)
    alice.come_back()
    assert told() == (100, 10)


def test_once_unlocked_likes_received_are_listed_newest_first(
    alice: Member, admirers: list[Member]
) -> None:
    unlock(alice)

    listed = pages(alice, "/v1/likes", 2)

    newest_first = [admirer.user_id for admirer in reversed(admirers)]
    assert [user_id for page in listed for user_id in page] == newest_first
    assert [len(page) for page in listed] == [2, 2, 1]


def test_unlocking_costs_once_until_it_is_over(
    alice: Member, admirers: list[Member], stack: Stack
) -> None:
    first = unlock(alice).json()
    stack.clock.advance(24 * 3600 - 60)
    alice.come_back()
    again = unlock(alice)

    assert again.json() == first
    assert alice.credits == 20
    assert spent_on(alice) == ["unlock"]
    assert alice.get("/v1/likes").json()["unlocked_until"] == first["unlocked_until"]


def test_after_a_day_the_faces_are_hidden_and_can_be_unlocked_again(
    alice: Member, admirers: list[Member], stack: Stack
) -> None:
    unlock(alice)
    stack.clock.advance(24 * 3600)
    alice.come_back()

    assert faces(alice) == []
    enrich(alice, 30)
    assert unlock(alice).is_success
    assert len(faces(alice)) == 5
    assert spent_on(alice) == ["unlock", "unlock"]


def test_two_devices_that_unlock_at_once_pay_once(alice: Member, admirers: list[Member]) -> None:
    answers = at_once(*[lambda: unlock(alice)] * 4)

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["unlocked_until"] for answer in answers}) == 1
    assert alice.credits == 20


def test_unlocking_at_another_price_than_quoted_is_refused(
    alice: Member, admirers: list[Member]
) -> None:
    refused = unlock(alice, quoted=29)

    assert (refused.status_code, refused.json()["code"]) == (409, "price_changed")
    assert refused.json()["price_credits"] == 30
    assert (alice.credits, faces(alice)) == (50, [])


def test_unlocking_without_enough_credits_shows_nothing(
    alice: Member, admirers: list[Member]
) -> None:
    for other in admirers[:3]:
        superlike(alice, other.user_id)

    refused = unlock(alice)

    assert (refused.status_code, refused.json()["code"]) == (402, "insufficient_credits")
    assert (alice.credits, faces(alice)) == (20, [])


def test_nobody_pays_to_see_nobody(alice: Member, bob: Member) -> None:
    nobody = unlock(alice)
    like(bob, alice.user_id)
    suspend(bob)
    gone = unlock(alice)

    for refused in (nobody, gone):
        assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_unlock")
    assert alice.credits == 50


def test_a_like_that_was_answered_no_longer_waits(alice: Member, bob: Member, join: Any) -> None:
    carol, dora = join("carol"), join("dora")
    for admirer in (bob, carol, dora):
        like(admirer, alice.user_id)
    unlock(alice)

    like(alice, bob.user_id)
    pass_on(alice, dora.user_id)

    assert waiting(alice) == 1
    assert faces(alice) == [carol.user_id]
    assert waiting(bob) == waiting(dora) == 0


def test_a_super_like_shows_as_one(alice: Member, bob: Member, join: Any) -> None:
    carol = join("carol")
    like(bob, alice.user_id)
    superlike(carol, alice.user_id)
    unlock(alice)

    items = alice.get("/v1/likes").json()["items"]

    assert {item["user_id"]: item["super"] for item in items} == {
        bob.user_id: False,
        carol.user_id: True,
    }


def test_who_is_suspended_is_neither_counted_nor_shown(
    alice: Member, admirers: list[Member]
) -> None:
    unlock(alice)
    suspend(admirers[0])

    assert waiting(alice) == 4
    assert admirers[0].user_id not in faces(alice)


def hide(users: list[Member]) -> None:
    for user in users:
        suspend(user)


def test_who_cannot_be_shown_leaves_no_gap_whatever_the_page(
    alice: Member, admirers: list[Member]
) -> None:
    unlock(alice)
    hide([admirers[1], admirers[2], admirers[4]])
    left = [admirers[3].user_id, admirers[0].user_id]

    assert pages(alice, "/v1/likes", 2) == [left]
    assert pages(alice, "/v1/likes", 1) == [*([each] for each in left), []]
    assert [alice.get("/v1/likes", limit=limit).json()["count"] for limit in (1, 2, 50)] == [2] * 3


def test_whoever_is_counted_is_there_to_be_seen_for_credits(
    alice: Member, admirers: list[Member]
) -> None:
    hide(admirers[1:])
    counted = waiting(alice)

    assert unlock(alice).is_success
    assert counted == len(faces(alice)) == 1


def test_matches_out_of_reach_leave_no_gap_either(alice: Member, join: Any, stack: Stack) -> None:
    others = [join(f"other{number}") for number in range(4)]
    for other in others:
        match(alice, other)
        stack.clock.advance(1)
    hide([others[0], others[2], others[3]])

    assert pages(alice, "/v1/matches", 1) == [[others[1].user_id], []]


def test_only_the_first_page_counts(alice: Member, admirers: list[Member]) -> None:
    unlock(alice)
    first = alice.get("/v1/likes", limit=2).json()
    second = alice.get("/v1/likes", limit=2, cursor=first["next_cursor"]).json()

    assert (first["count"], second["count"]) == (5, None)


def test_nobody_waits_for_their_own_like(alice: Member, bob: Member) -> None:
    like(alice, bob.user_id)

    assert waiting(alice) == 0


def test_matches_are_listed_newest_first(alice: Member, join: Any, stack: Stack) -> None:
    others = [join(f"other{number}") for number in range(5)]
    for other in others:
        match(alice, other)
        stack.clock.advance(1)

    listed = pages(alice, "/v1/matches", 2)

    newest_first = [other.user_id for other in reversed(others)]
    assert [user_id for page in listed for user_id in page] == newest_first
    assert [len(page) for page in listed[:2]] == [2, 2]


def test_a_list_is_nobody_elses(alice: Member, bob: Member, join: Any) -> None:
    for name in ("carol", "dora"):
        other = join(name)
        match(alice, other)
        like(join(name), alice.user_id)
    unlock(alice)

    for path in ("/v1/matches", "/v1/likes"):
        cursor = alice.get(path, limit=1).json()["next_cursor"]
        refused = bob.get(path, limit=1, cursor=cursor)
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_cursor")
        assert bob.get(path).json()["items"] == []


def test_a_cursor_of_one_list_is_of_no_use_in_another(alice: Member, join: Any) -> None:
    for name in ("carol", "dora"):
        match(alice, join(name))
    cursor = alice.get("/v1/matches", limit=1).json()["next_cursor"]

    refused = alice.get("/v1/likes", limit=1, cursor=cursor)

    assert refused.json()["code"] == "invalid_cursor"
