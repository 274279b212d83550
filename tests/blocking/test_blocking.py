"""Blocking and lifting it: one's own act, about anybody who exists, as often as one likes."""

from functools import partial
from typing import Any

import pytest

from chalicelib.accounts.models import ACTIVE
from chalicelib.accounts.models import Member as Account
from chalicelib.core import ids
from infra.local.stack import Stack
from tests import tables
from tests.people import Member, at_once, match, refusal
from tests.safety.situations import block, suspend, unblock

TABLES = "pairs", "blocks"


def blocked_by(member: Member) -> list[str]:
    return [each["user_id"] for each in member.get("/v1/blocks").json()["items"]]


def see_each_other(one: Member, other: Member) -> bool:
    """Whether one can still like the other: the answer is "not found" for nobody."""
    return one.post("/v1/likes", {"user_id": other.user_id}).is_success


def test_a_block_says_whom_and_since_when_and_is_listed(
    alice: Member, bob: Member, stack: Stack
) -> None:
    answer = alice.post("/v1/blocks", {"user_id": bob.user_id})

    assert answer.status_code == 201
    assert answer.json()["user_id"] == bob.user_id
    assert alice.get("/v1/blocks").json()["items"] == [answer.json()]


def test_a_stranger_can_be_blocked(alice: Member, bob: Member) -> None:
    block(alice, bob)

    assert not see_each_other(alice, bob)
    assert not see_each_other(bob, alice)


def test_blocking_twice_is_blocking_once(alice: Member, bob: Member, stack: Stack) -> None:
    first = alice.post("/v1/blocks", {"user_id": bob.user_id})
    before = tables.image(stack, *TABLES)
    stack.clock.advance(60)

    again = alice.post("/v1/blocks", {"user_id": bob.user_id})

    assert (again.status_code, again.json()) == (201, first.json())
    assert tables.changed(before, tables.image(stack, *TABLES)) == {}


def test_two_devices_blocking_at_the_same_moment_block_once(alice: Member, bob: Member) -> None:
    answers = at_once(*[lambda: alice.post("/v1/blocks", {"user_id": bob.user_id})] * 4)

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert blocked_by(alice) == [bob.user_id]


def test_lifting_a_block_twice_or_one_that_never_was_changes_nothing(
    alice: Member, bob: Member, stack: Stack
) -> None:
    block(alice, bob)
    unblock(alice, bob)
    before = tables.image(stack, *TABLES)

    unblock(alice, bob)
    unblock(bob, alice)
    nobody = alice.delete(f"/v1/blocks/{ids.new('usr')}")

    assert nobody.status_code == 204
    assert tables.changed(before, tables.image(stack, *TABLES)) == {}
    assert see_each_other(alice, bob)


def test_who_is_blocked_can_block_back_and_each_lifts_only_their_own(
    alice: Member, bob: Member
) -> None:
    block(alice, bob)
    block(bob, alice)

    unblock(alice, bob)
    assert (blocked_by(alice), blocked_by(bob)) == ([], [alice.user_id])
    assert not see_each_other(alice, bob)

    unblock(bob, alice)
    assert see_each_other(alice, bob)


def test_both_blocking_at_the_same_moment_both_stand(alice: Member, bob: Member) -> None:
    at_once(lambda: block(alice, bob), lambda: block(bob, alice))

    assert (blocked_by(alice), blocked_by(bob)) == ([bob.user_id], [alice.user_id])


def test_whoever_is_blocked_sees_nothing_of_it_in_their_own_list(
    alice: Member, bob: Member
) -> None:
    block(alice, bob)

    assert blocked_by(bob) == []


def test_a_suspended_member_can_be_blocked_for_when_they_come_back(
    alice: Member, bob: Member
) -> None:
    suspend(bob)

    block(alice, bob)

    assert blocked_by(alice) == [bob.user_id]


def test_nobody_can_be_blocked_who_does_not_exist(alice: Member, stack: Stack) -> None:
    before = tables.image(stack, *TABLES)

    answer = alice.post("/v1/blocks", {"user_id": ids.new("usr")})

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert tables.changed(before, tables.image(stack, *TABLES)) == {}


def test_nobody_blocks_themselves(alice: Member) -> None:
    answer = alice.post("/v1/blocks", {"user_id": alice.user_id})

    assert (answer.status_code, answer.json()["code"]) == (422, "blocked_oneself")


def test_the_list_is_told_in_pages(alice: Member, join: Any) -> None:
    blocked = sorted(join("nuisance").user_id for _ in range(5))
    for user_id in blocked:
        alice.post("/v1/blocks", {"user_id": user_id})

    pages, cursor = list[list[str]](), {}
    while not pages or cursor:
        page = alice.get("/v1/blocks", limit=2, **cursor).json()
        pages.append([each["user_id"] for each in page["items"]])
        cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else {}

    assert pages == [blocked[:2], blocked[2:4], blocked[4:]]


def test_a_cursor_of_ones_own_list_opens_no_other(alice: Member, bob: Member, join: Any) -> None:
    for _ in range(2):
        block(alice, join("nuisance"))
    cursor = alice.get("/v1/blocks", limit=1).json()["next_cursor"]

    answer = bob.get("/v1/blocks", cursor=cursor)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("alice_blocks", [True, False])
def test_of_a_like_and_a_block_at_the_same_moment_nothing_is_left_to_be_seen(
    join: Any, alice_blocks: bool
) -> None:
    for _ in range(5):
        alice, bob = join("alice"), join("bob")
        bob.post("/v1/likes", {"user_id": alice.user_id})
        blocker, blocked = (alice, bob) if alice_blocks else (bob, alice)

        liked, _ = at_once(
            partial(alice.post, "/v1/likes", {"user_id": bob.user_id}),
            partial(blocker.post, "/v1/blocks", {"user_id": blocked.user_id}),
        )

        assert liked.status_code in (201, 404)
        for member in (alice, bob):
            assert member.get("/v1/matches").json()["items"] == []
            assert member.get("/v1/conversations").json()["items"] == []


def test_a_suspended_member_is_nowhere_for_the_other_and_back_when_it_ends(
    alice: Member, bob: Member
) -> None:
    conversation = match(alice, bob)
    suspend(bob)

    gone = alice.get(f"/v1/conversations/{conversation}")
    nobody = alice.get(f"/v1/conversations/cnv_{ids.pair_of(alice.user_id, ids.new('usr'))}")
    inbox = alice.get("/v1/conversations").json()["items"]
    Account(bob.user_id).update(actions=[Account.status.set(ACTIVE)])

    assert (gone.status_code, refusal(gone.json())) == (404, refusal(nobody.json()))
    assert inbox == []
    assert alice.get(f"/v1/conversations/{conversation}").status_code == 200
