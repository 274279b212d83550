"""Liking somebody, and the match that comes of it."""

import itertools
from typing import Any

import pytest

from chalicelib.core import ids
from infra.local.stack import Stack
from tests.matching.deeds import like, matches, suspend, waiting
from tests.people import Member, at_once, match, refusal

_keys = (f"like-key-{number}" for number in itertools.count(1))


def test_a_like_waits_for_an_answer(alice: Member, bob: Member) -> None:
    liked = like(alice, bob.user_id)

    assert liked.status_code == 201
    said = liked.json()
    assert said["user_id"] == bob.user_id
    assert said["match_id"] is None
    assert said["conversation_id"] is None
    assert matches(alice) == matches(bob) == []


def test_two_who_like_each_other_have_one_match_and_one_conversation(
    alice: Member, bob: Member
) -> None:
    like(alice, bob.user_id)
    answered = like(bob, alice.user_id).json()

    (hers,), (his,) = matches(alice), matches(bob)
    assert hers["match_id"] == his["match_id"] == answered["match_id"]
    assert hers["conversation_id"] == his["conversation_id"] == answered["conversation_id"]
    assert (hers["user_id"], his["user_id"]) == (bob.user_id, alice.user_id)
    for member in (alice, bob):
        (conversation,) = member.get("/v1/conversations").json()["items"]
        assert conversation["conversation_id"] == answered["conversation_id"]
        assert (conversation["seq"], conversation["unread"]) == (0, 0)


def test_two_who_like_each_other_at_the_same_moment_have_one_match(
    alice: Member, join: Any, stack: Stack
) -> None:
    others = [join(f"other{number}") for number in range(8)]

    for other in others:
        answers = at_once(
            lambda other=other: like(alice, other.user_id),
            lambda other=other: like(other, alice.user_id),
            lambda other=other: like(alice, other.user_id),
            lambda other=other: like(other, alice.user_id),
        )
        assert [answer.status_code for answer in answers] == [201] * 4
        (match_id,) = {answer.json()["match_id"] for answer in answers} - {None}
        assert [each["match_id"] for each in matches(other)] == [match_id]

    assert sorted(each["user_id"] for each in matches(alice)) == sorted(
        other.user_id for other in others
    )
    inbox = alice.get("/v1/conversations").json()["items"]
    assert len({each["conversation_id"] for each in inbox}) == len(inbox) == 8


def test_repeating_a_like_changes_nothing(alice: Member, bob: Member, stack: Stack) -> None:
    first = like(alice, bob.user_id).json()
    stack.clock.advance(5)
    again = like(alice, bob.user_id)

    assert again.status_code == 201
    assert again.json() == first


def test_repeating_the_like_that_made_the_match_gives_the_same_match(
    alice: Member, bob: Member, stack: Stack
) -> None:
    socket = alice.socket()
    like(alice, bob.user_id)
    first = like(bob, alice.user_id).json()
    stack.clock.advance(5)
    again = like(bob, alice.user_id).json()

    assert again == first
    assert len(matches(bob)) == 1
    assert len(socket.events("match.created")) == 1
    assert like(alice, bob.user_id).json()["match_id"] == first["match_id"]


def test_nobody_likes_themselves(alice: Member) -> None:
    refused = like(alice, alice.user_id)

    assert refused.status_code == 404
    assert refusal(refused.json()) == refusal(like(alice, ids.new("usr")).json())


def test_nobody_likes_somebody_who_is_not_there(alice: Member) -> None:
    refused = like(alice, ids.new("usr"))

    assert refused.status_code == 404
    assert refused.json()["code"] == "not_found"


@pytest.mark.parametrize("what", ["", "bob", "usr_", "cnv_01jd3v0000000000000000000"])
def test_a_like_of_what_is_no_member_is_refused(alice: Member, what: str) -> None:
    assert like(alice, what).status_code == 422


def test_a_suspended_member_cannot_be_liked(alice: Member, bob: Member) -> None:
    suspend(bob)

    refused = like(alice, bob.user_id)

    assert refused.status_code == 404
    assert refusal(refused.json()) == refusal(like(alice, ids.new("usr")).json())


def test_a_like_of_a_suspended_member_makes_no_match(alice: Member, bob: Member) -> None:
    like(bob, alice.user_id)
    suspend(bob)

    assert like(alice, bob.user_id).status_code == 404
    assert matches(alice) == []


def test_a_key_stands_for_one_like(alice: Member, bob: Member, join: Any) -> None:
    key, carol = next(_keys), join("carol")
    first = like(alice, bob.user_id, key)
    again = like(alice, bob.user_id, key)

    conflict = like(alice, carol.user_id, key)

    assert again.json() == first.json()
    assert conflict.status_code == 409
    assert conflict.json()["code"] == "idempotency_conflict"
    assert waiting(carol) == 0


def test_a_key_stands_for_its_like_also_where_another_request_made_it(
    alice: Member, bob: Member, join: Any
) -> None:
    like(alice, bob.user_id)
    again = like(alice, bob.user_id, key="key-of-this-like")
    other = like(alice, join("carol").user_id, key="key-of-this-like")

    assert again.status_code == 201
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")


def test_one_members_key_is_no_others(alice: Member, bob: Member, join: Any) -> None:
    key, carol = next(_keys), join("carol")
    like(alice, carol.user_id, key)

    assert like(bob, alice.user_id, key).status_code == 201


def test_a_key_that_was_refused_can_still_be_used(alice: Member, bob: Member) -> None:
    key = next(_keys)
    refused = like(alice, ids.new("usr"), key)

    assert refused.status_code == 404
    assert like(alice, bob.user_id, key).status_code == 201


def test_a_key_is_forgotten_after_a_day(
    alice: Member, bob: Member, join: Any, stack: Stack
) -> None:
    key, carol = next(_keys), join("carol")
    like(alice, bob.user_id, key)
    stack.clock.advance(24 * 3600 - 60)
    alice.come_back()
    assert like(alice, carol.user_id, key).status_code == 409

    stack.clock.advance(60)

    assert like(alice, carol.user_id, key).status_code == 201
    assert like(alice, bob.user_id, key).status_code == 409


@pytest.mark.parametrize("key", ["short", "x" * 65, "with space", "naïve-key"])
def test_a_key_that_is_none_is_refused(alice: Member, bob: Member, key: str) -> None:
    refused = alice.http.post(
        "/v1/likes",
        json={"user_id": bob.user_id},
        headers=alice.headers() | {"Idempotency-Key": key.encode()},
    )

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["at"] == "header.Idempotency-Key"


def test_both_learn_of_their_match_on_all_their_devices(alice: Member, bob: Member) -> None:
    sockets = [alice.socket(), alice.sign_in().socket(), bob.socket(), bob.sign_in().socket()]
    conversation = match(alice, bob)

    told = [socket.events("match.created") for socket in sockets]

    others = [event["match"]["user_id"] for (event,) in told]
    assert others == [bob.user_id, bob.user_id, alice.user_id, alice.user_id]
    assert {event["match"]["conversation_id"] for (event,) in told} == {conversation}
    for socket in sockets:
        socket.close()


def test_a_stranger_does_not_hear_of_a_match(alice: Member, bob: Member, join: Any) -> None:
    socket = join("carol").socket()
    match(alice, bob)

    assert socket.events("match.created") == []


def test_liking_too_often_is_refused_with_a_time_to_wait(alice: Member, bob: Member) -> None:
    answers = [like(alice, alice.user_id) for _ in range(200)]
    refused = like(alice, bob.user_id)

    assert {answer.status_code for answer in answers} == {404}
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 3600
