"""Limits: so many knocks in each stretch of time, and not one more."""

from typing import Any

import pytest

from chalicelib.core.errors import TooManyRequests
from chalicelib.core.http import ENDPOINTS
from chalicelib.core.limits import Limit
from infra.local.stack import Stack
from tests import tables
from tests.people import Member, client
from tests.problems import told

TICKETS = "/v1/realtime/tickets"


@pytest.fixture
def limit() -> Limit:
    """How often one member may ask for a ticket."""
    declared = ENDPOINTS[TICKETS, "POST"].limit
    assert declared is not None
    return declared


@pytest.fixture
def worn_out(stack: Stack, onlooker: Member, limit: Limit) -> Member:
    """Somebody who knocked as often as they may, ten seconds and a bit into a stretch of time."""
    stack.clock.advance(limit.seconds - stack.clock() % limit.seconds + 10.25)
    answers = [onlooker.post(TICKETS).status_code for _ in range(limit.knocks)]
    assert answers == [201] * limit.knocks
    return onlooker


def test_one_knock_too_many_is_refused_with_the_time_to_wait(
    worn_out: Member, limit: Limit
) -> None:
    answer = worn_out.post(TICKETS)

    said = told(answer)
    assert (said["status"], said["code"]) == (429, "rate_limited")
    assert answer.headers["retry-after"] == str(said["retry_after_seconds"])
    assert said["retry_after_seconds"] == limit.seconds - 10


def test_whoever_waits_as_long_as_told_is_let_in(stack: Stack, worn_out: Member) -> None:
    told_to_wait = int(worn_out.post(TICKETS).headers["retry-after"])

    stack.clock.advance(told_to_wait - 1)
    assert worn_out.post(TICKETS).status_code == 429
    stack.clock.advance(1)
    assert worn_out.post(TICKETS).status_code == 201


def test_a_refused_knock_writes_nothing_not_even_a_count(stack: Stack, worn_out: Member) -> None:
    before = tables.image(stack), tables.image(stack, tables.COUNTERS)

    worn_out.post(TICKETS)

    after = tables.image(stack), tables.image(stack, tables.COUNTERS)
    assert [tables.changed(*pair) for pair in zip(before, after, strict=True)] == [{}, {}]


def test_the_knocks_of_all_ones_devices_count_together_but_not_anothers_or_at_another_door(
    worn_out: Member, bob: Member
) -> None:
    assert worn_out.sign_in().post(TICKETS).status_code == 429
    assert bob.post(TICKETS).status_code == 201
    assert worn_out.post("/v1/likes", {"user_id": bob.user_id}).status_code == 201


def test_strangers_are_counted_by_their_network_address(stack: Stack) -> None:
    declared = ENDPOINTS["/v1/auth/register", "POST"].limit
    assert declared is not None
    stack.clock.advance(declared.seconds - stack.clock() % declared.seconds)

    def knock(http: Any) -> int:
        status: int = http.post("/v1/auth/register", json={}).status_code
        return status

    with client(stack) as here, client(stack) as there:
        assert [knock(here) for _ in range(declared.knocks)] == [422] * declared.knocks
        assert knock(here) == 429
        assert knock(there) == 422


def test_every_door_that_a_stranger_can_knock_at_to_guess_is_limited() -> None:
    guessable = [path for path, method in ENDPOINTS if method == "POST" and "/auth/" in path]
    public = [path for path in guessable if ENDPOINTS[path, "POST"].access == "public"]

    assert public
    assert all(ENDPOINTS[path, "POST"].limit for path in public)


def test_a_stretch_ends_for_everybody_at_the_same_time(stack: Stack) -> None:
    limit = Limit(knocks=1, seconds=60, by="account")
    stack.clock.advance(60 - stack.clock() % 60)

    def wait() -> int:
        try:
            limit.admit("test.stretch", "somebody")
        except TooManyRequests as refusal:
            return refusal.retry_after_seconds
        return 0

    waits = []
    for _ in range(9):
        waits.append(wait())
        stack.clock.advance(20)

    assert waits == [0, 40, 20] * 3
