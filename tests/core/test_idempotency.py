"""A creation under a client's key is done once, whatever gets lost on the way."""

from typing import Any

import pytest

from infra.local.stack import Stack
from tests import tables
from tests.people import Member, at_once
from tests.problems import code_of, told

KEY = "like-0001"
DAY_SECONDS = 24 * 3600


def like(member: Member, other: Member, key: str = KEY) -> Any:
    return member.post("/v1/likes", {"user_id": other.user_id}, Idempotency_Key=key)


def likes_of(member: Member) -> int:
    """How many wait for the member."""
    count: int = member.get("/v1/likes").json()["count"]
    return count


def test_a_repeated_request_gets_the_first_answer_and_writes_nothing(
    stack: Stack, alice: Member, bob: Member
) -> None:
    first = like(alice, bob)
    before = tables.image(stack)
    stack.clock.advance(60)
    again = like(alice, bob)

    assert first.status_code == again.status_code == 201
    assert again.json() == first.json()
    assert tables.changed(before, tables.image(stack)) == {}


def test_a_match_made_by_a_repeated_request_is_made_once(alice: Member, bob: Member) -> None:
    like(bob, alice)
    first, again = like(alice, bob), like(alice, bob)

    assert first.json()["match_id"]
    assert again.json() == first.json()
    assert len(alice.get("/v1/matches").json()["items"]) == 1


def test_the_same_key_with_another_body_is_refused_and_writes_nothing(
    stack: Stack, alice: Member, bob: Member, join: Any
) -> None:
    carol = join("carol")
    like(alice, bob)
    before = tables.image(stack)

    refused = like(alice, carol)

    assert code_of(refused) == (409, "idempotency_conflict")
    assert tables.changed(before, tables.image(stack)) == {}
    assert likes_of(carol) == 0


def test_one_members_key_is_not_anothers(alice: Member, bob: Member, join: Any) -> None:
    carol = join("carol")

    assert like(alice, carol).status_code == 201
    assert like(bob, carol).status_code == 201
    assert like(carol, bob).status_code == 201


def test_a_key_is_forgotten_after_a_day(
    stack: Stack, alice: Member, bob: Member, join: Any
) -> None:
    carol = join("carol")
    like(alice, bob)

    stack.clock.advance(DAY_SECONDS - 60)
    alice.come_back()
    assert like(alice, carol).status_code == 409

    stack.clock.advance(61)
    assert like(alice, carol).status_code == 201
    carol.come_back()
    assert likes_of(carol) == 1


def test_two_requests_at_the_same_moment_under_one_key_carry_out_one(
    alice: Member, bob: Member, join: Any
) -> None:
    carol = join("carol")

    answers = at_once(lambda: like(alice, bob), lambda: like(alice, carol))

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert likes_of(bob) + likes_of(carol) == 1


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with space", "naïve-key-1", "a" * 7])
def test_a_key_that_is_no_key_is_refused_by_name(onlooker: Member, key: str) -> None:
    headers = onlooker.headers() | {"Idempotency-Key": key.encode()}
    wanted = {"user_id": f"usr_{'0' * 26}"}
    said = told(onlooker.http.post("/v1/likes", json=wanted, headers=headers))

    assert said["status"] == 422
    assert [each["at"] for each in said["errors"]] == ["header.Idempotency-Key"]
