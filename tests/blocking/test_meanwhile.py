"""What is on its way when a block comes lands before the block, or not at all and for nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest

from chalicelib.core import ids
from chalicelib.messaging.models import Conversation, Message
from infra.local.stack import Stack
from tests import tables
from tests.messaging.test_sending import history, post
from tests.outages import at_the_wire
from tests.people import Member, draft, say
from tests.safety.situations import block, unblock


@contextmanager
def meanwhile(act: Callable[[], Any]) -> Iterator[None]:
    """Do something once the next request has read, and before it commits."""
    left = iter([act])

    def first(_request: AWSRequest) -> None:
        todo = next(left, None)
        if todo is not None:
            todo()

    with at_the_wire("TransactWriteItems", first):
        yield
    assert next(left, None) is None


@pytest.fixture
def talk(alice: Member, bob: Member, conversation: str) -> str:
    """A conversation in which Alice's next message costs 5 credits."""
    for _ in range(3):
        say(alice, conversation)
    return conversation


def barred_by(conversation: str) -> set[str]:
    return set(Conversation.get(conversation, consistent_read=True).barred_by or ())


def conversation_of(one: Member, other: Member) -> str:
    return f"cnv_{ids.pair_of(one.user_id, other.user_id)}"


def like(one: Member, other: Member) -> Any:
    return one.post("/v1/likes", {"user_id": other.user_id})


@pytest.mark.parametrize("bob_blocks", [True, False], ids=["is blocked", "blocks"])
def test_a_message_that_a_block_overtook_is_not_kept_and_costs_nothing(
    alice: Member, bob: Member, talk: str, stack: Stack, bob_blocks: bool
) -> None:
    blocker, blocked = (bob, alice) if bob_blocks else (alice, bob)
    before = tables.image(stack, "messages", "entries", "wallets")

    with meanwhile(lambda: block(blocker, blocked)):
        refused = post(alice, talk, draft(quoted=5))

    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert tables.changed(before, tables.image(stack, *before)) == {}
    assert alice.credits == 50


def test_so_it_is_over_the_socket(alice: Member, bob: Member, talk: str) -> None:
    phone = alice.socket()

    with meanwhile(lambda: block(bob, alice)):
        refused = phone.ask("message.send", draft(quoted=5) | {"conversation_id": talk})

    assert refused["error"]["code"] == "not_found"
    assert alice.credits == 50
    assert Message.find(talk, 4) is None


def test_a_message_that_overtook_a_block_stands_and_is_paid_for(
    alice: Member, bob: Member, talk: str
) -> None:
    sent = list[Any]()

    with meanwhile(lambda: sent.append(post(alice, talk, draft(quoted=5)))):
        block(bob, alice)

    assert sent[0].status_code == 201
    assert alice.credits == 45
    assert post(alice, talk, draft(quoted=5)).status_code == 404
    unblock(bob, alice)
    assert history(bob, talk)[-1] == sent[0].json()


def test_a_message_that_a_block_overtook_can_be_sent_when_it_is_lifted(
    alice: Member, bob: Member, talk: str
) -> None:
    wanted = draft(quoted=5)
    with meanwhile(lambda: block(bob, alice)):
        post(alice, talk, wanted)
    unblock(bob, alice)

    sent = post(alice, talk, wanted)

    assert (sent.status_code, sent.json()["seq"]) == (201, 4)
    assert alice.credits == 45


def test_where_both_block_the_talk_goes_on_when_both_have_lifted_it(
    alice: Member, bob: Member, talk: str
) -> None:
    block(alice, bob)
    block(bob, alice)
    assert barred_by(talk) == {alice.user_id, bob.user_id}

    unblock(alice, bob)
    assert barred_by(talk) == {bob.user_id}
    assert post(alice, talk, draft(quoted=5)).status_code == 404

    unblock(bob, alice)
    assert barred_by(talk) == set()
    assert say(alice, talk)["seq"] == 4


def test_a_message_on_its_way_is_sent_if_the_block_was_lifted_before_it_landed(
    alice: Member, bob: Member, talk: str
) -> None:
    def block_and_lift() -> None:
        block(bob, alice)
        unblock(bob, alice)

    with meanwhile(block_and_lift):
        sent = post(alice, talk, draft(quoted=5))

    assert sent.status_code == 201
    assert alice.credits == 45


def test_a_match_that_overtook_a_block_opens_nothing_to_write_in(
    alice: Member, bob: Member
) -> None:
    like(alice, bob)

    with meanwhile(lambda: like(bob, alice)):
        block(bob, alice)

    conversation = conversation_of(alice, bob)
    assert barred_by(conversation) == {bob.user_id}
    unblock(bob, alice)
    assert say(alice, conversation)["seq"] == 1


def test_a_block_that_overtook_a_match_leaves_none(alice: Member, bob: Member) -> None:
    like(alice, bob)

    with meanwhile(lambda: block(alice, bob)):
        refused = like(bob, alice)

    assert refused.status_code == 404
    assert Conversation.find(conversation_of(alice, bob)) is None


def test_a_block_lifted_while_another_device_lifts_and_renews_it_bars_nobody_for_ever(
    alice: Member, bob: Member
) -> None:
    like(alice, bob)
    block(bob, alice)

    def match_in_between() -> None:
        unblock(bob, alice)
        like(bob, alice)
        block(bob, alice)

    with meanwhile(match_in_between):
        unblock(bob, alice)

    conversation = conversation_of(alice, bob)
    assert barred_by(conversation) == set()
    assert say(alice, conversation)["seq"] == 1
