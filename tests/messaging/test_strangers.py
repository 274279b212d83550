"""To anybody but its two members a conversation is not there."""

from functools import partial
from typing import Any

import pytest

from chalicelib.messaging.models import Conversation, Inbox
from tests.messaging import surfaces
from tests.messaging.test_sending import ask_nothing, history, post
from tests.people import Member, at_once, draft, match, say


@pytest.fixture
def carol(join: Any) -> Member:
    """Somebody else, who has a conversation of her own with Alice's friend."""
    return join("carol")


def test_a_third_member_finds_nothing_anywhere(
    alice: Member, bob: Member, carol: Member, conversation: str
) -> None:
    say(alice, conversation, "between us")
    match(carol, bob)
    socket = carol.socket()

    said = surfaces.answers(carol, socket, conversation)

    assert said == surfaces.answers(carol, socket, surfaces.not_there(carol))
    assert all(surfaces.is_not_found(answer) for answer in said.values())
    assert len(history(alice, conversation)) == 1
    assert len(carol.get("/v1/conversations").json()["items"]) == 1


def test_a_third_members_attempts_leave_no_trace(
    alice: Member, bob: Member, carol: Member, conversation: str
) -> None:
    say(alice, conversation)
    hers, his, socket = alice.socket(), bob.socket(), carol.socket()
    for each in (hers, his):
        each.forget_events()
    before = Conversation.get(conversation).serialize()

    surfaces.answers(carol, socket, conversation)

    assert Conversation.get(conversation).serialize() == before
    assert hers.heard() == his.heard() == []
    assert Inbox.find(carol.user_id, conversation) is None


def test_two_who_did_not_match_have_no_conversation(alice: Member, bob: Member) -> None:
    alice.post("/v1/likes", {"user_id": bob.user_id})
    conversation = surfaces.not_there(alice)

    said = surfaces.answers(alice, alice.socket(), conversation)

    assert all(surfaces.is_not_found(answer) for answer in said.values())


def test_nobody_enters_without_signing_in(alice: Member, bob: Member, conversation: str) -> None:
    alice.access_token = "forged"

    said = surfaces.over_http(alice, conversation)

    assert {answer.status_code for answer in said.values()} == {401}


def test_a_closed_conversation_refuses_both_and_forgets_nothing(
    alice: Member, bob: Member, conversation: str
) -> None:
    say(alice, conversation, "before")
    Conversation(conversation).update(actions=[Conversation.open.set(False)])

    for member in (alice, bob):
        socket = member.socket()
        said = surfaces.answers(member, socket, conversation)
        assert said == surfaces.answers(member, socket, surfaces.not_there(member))
        assert member.get("/v1/conversations").json()["items"] == []

    Conversation(conversation).update(actions=[Conversation.open.set(True)])
    assert [message["body"] for message in history(bob, conversation)] == ["before"]


def test_no_message_gets_in_while_the_door_is_being_closed(
    alice: Member, bob: Member, conversation: str
) -> None:
    ask_nothing(alice, bob)

    def close() -> int:
        closing = Conversation(conversation)
        closing.update(actions=[Conversation.open.set(False)])
        return int(closing.seq)

    for _ in range(25):
        Conversation(conversation).update(actions=[Conversation.open.set(True)])
        senders = [
            partial(post, member, conversation, draft()) for member in (alice, bob, alice, bob)
        ]
        *answers, seq_at_the_close = at_once(*senders, close)

        assert {answer.status_code for answer in answers} <= {201, 404}
        assert Conversation.get(conversation, consistent_read=True).seq == seq_at_the_close
