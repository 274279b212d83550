"""A block, from whichever side: the two are to each other as if the other were not there."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.core import clock, ids
from chalicelib.safety.models import Pair
from infra.local.stack import Stack
from tests.messaging import surfaces
from tests.messaging.test_sending import history
from tests.people import Member, draft, match, refusal, say
from tests.safety.situations import block, unblock

SIDES = pytest.mark.parametrize("alice_blocks", [True, False], ids=["blocks", "is blocked"])
Ended = Callable[[Member, Member], None]


def unmatch(who: Member, whom: Member) -> None:
    """As the end of a match will: for good."""
    Pair(ids.pair_of(who.user_id, whom.user_id), closed_at=clock.now()).save()


def between(alice: Member, bob: Member, alice_blocks: bool) -> None:
    block(*((alice, bob) if alice_blocks else (bob, alice)))


@SIDES
def test_every_door_into_the_conversation_is_gone(
    alice: Member, bob: Member, conversation: str, alice_blocks: bool
) -> None:
    socket = alice.socket()
    say(alice, conversation, client_id="message-of-before")
    between(alice, bob, alice_blocks)

    said = surfaces.answers(alice, socket, conversation)

    assert said == surfaces.answers(alice, socket, surfaces.not_there(alice))
    assert all(surfaces.is_not_found(answer) for answer in said.values())


@SIDES
def test_it_is_in_no_list(
    alice: Member, bob: Member, conversation: str, join: Any, alice_blocks: bool
) -> None:
    carol = join("carol")
    other = match(alice, carol)
    say(bob, conversation)
    between(alice, bob, alice_blocks)

    inbox = alice.get("/v1/conversations").json()["items"]
    matches = alice.get("/v1/matches").json()["items"]
    synced = alice.socket().do("sync", {"since": {conversation: 0, other: 0}})

    assert [seen["conversation_id"] for seen in inbox] == [other]
    assert [seen["user_id"] for seen in matches] == [carol.user_id]
    assert [missed["conversation"]["conversation_id"] for missed in synced["conversations"]] == [
        other
    ]


@SIDES
def test_neither_can_like_the_other(
    alice: Member, bob: Member, alice_blocks: bool, stack: Stack
) -> None:
    between(alice, bob, alice_blocks)

    refused = alice.post("/v1/likes", {"user_id": bob.user_id})
    nobody = alice.post("/v1/likes", {"user_id": ids.new("usr")})

    assert refused.status_code == 404
    assert refusal(refused.json()) == refusal(nobody.json())
    assert bob.get("/v1/likes").json()["items"] == []


@SIDES
def test_a_like_from_before_is_not_listed_and_makes_no_match(
    alice: Member, bob: Member, alice_blocks: bool
) -> None:
    bob.post("/v1/likes", {"user_id": alice.user_id})
    between(alice, bob, alice_blocks)

    assert alice.get("/v1/likes").json()["items"] == []
    assert alice.post("/v1/likes", {"user_id": bob.user_id}).status_code == 404
    assert alice.get("/v1/matches").json()["items"] == []


@SIDES
def test_the_other_hears_nothing_of_any_attempt(
    alice: Member, bob: Member, conversation: str, alice_blocks: bool
) -> None:
    say(bob, conversation)
    hers, his = alice.socket(), bob.socket()
    between(alice, bob, alice_blocks)
    his.forget_events()

    surfaces.over_the_socket(hers, conversation)
    surfaces.over_http(alice, conversation)

    assert his.heard() == []


def test_nobody_is_charged_for_what_a_block_refused(
    alice: Member, bob: Member, conversation: str
) -> None:
    for _ in range(3):
        say(alice, conversation)
    block(bob, alice)

    refused = alice.post(f"/v1/conversations/{conversation}/messages", draft(quoted=5))

    assert refused.status_code == 404
    assert alice.credits == 50


def test_a_block_leaves_others_alone(
    alice: Member, bob: Member, conversation: str, join: Any
) -> None:
    carol = join("carol")
    other = match(alice, carol)
    block(bob, alice)

    assert say(alice, other)["seq"] == 1
    assert say(carol, other)["seq"] == 2


def test_when_the_block_is_lifted_everything_is_there_again(
    alice: Member, bob: Member, conversation: str
) -> None:
    sent = say(alice, conversation)
    block(bob, alice)
    unblock(bob, alice)

    assert history(alice, conversation) == history(bob, conversation) == [sent]
    assert say(alice, conversation)["seq"] == 2


@pytest.mark.parametrize("ended", [unmatch, block])
def test_what_ends_it_ends_it_for_both(
    alice: Member, bob: Member, conversation: str, ended: Ended
) -> None:
    ended(alice, bob)

    for member in (alice, bob):
        assert member.get(f"/v1/conversations/{conversation}").status_code == 404
        assert member.get("/v1/matches").json()["items"] == []
