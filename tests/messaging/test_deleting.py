"""Deleting one's own message: hidden from both, its place kept, its price back if unread."""

from typing import Any

import httpx
import pytest

from chalicelib.messaging.events import MessageDeleted, MessageSent
from infra.local.stack import Stack
from tests.deliveries import deliver
from tests.messaging.test_inbox import change
from tests.messaging.test_sending import history, post
from tests.people import Member, Socket, at_once, draft, say


def delete(member: Member, message: dict[str, Any]) -> httpx.Response:
    return member.delete(f"/v1/messages/{message['message_id']}")


def reads(socket: Socket, message: dict[str, Any], **how: bool) -> None:
    place = {"conversation_id": message["conversation_id"], "seq": message["seq"]}
    socket.do("message.read", place | how)


@pytest.fixture
def paid(alice: Member, bob: Member, conversation: str) -> dict[str, Any]:
    """A message that cost Alice five credits."""
    for _ in range(3):
        say(alice, conversation)
    return say(alice, conversation, "not meant for you")


def test_a_deleted_message_is_hidden_from_both_and_keeps_its_place(
    alice: Member, bob: Member, conversation: str, paid: dict[str, Any]
) -> None:
    after = say(bob, conversation, "what?")

    answer = delete(alice, paid)

    assert (answer.status_code, answer.text) == (204, "")
    for member in (alice, bob):
        kept = history(member, conversation)
        assert [message["seq"] for message in kept] == [1, 2, 3, 4, 5]
        assert (kept[3]["body"], kept[3]["message_id"]) == (None, paid["message_id"])
        assert kept[3]["deleted_at"] is not None
        assert kept[4] == after


def test_every_device_hides_a_deleted_message(
    alice: Member, bob: Member, conversation: str, paid: dict[str, Any]
) -> None:
    sockets = [alice.socket(), alice.socket(), bob.socket(), bob.socket()]

    sockets[0].do("message.delete", {"message_id": paid["message_id"]})

    told = {"message_id": paid["message_id"], "conversation_id": conversation, "seq": 4}
    assert [socket.events("message.deleted") for socket in sockets] == [[told]] * 4


def test_a_device_hears_of_a_deletion_after_the_message_even_if_the_news_overtook_it(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    his = bob.socket()
    sent = say(alice, conversation)
    created = change(MessageSent, sent)
    delete(alice, sent)
    deleted = change(MessageDeleted, sent)

    deliver(stack, "messaging-announce", deleted, created)

    assert his.heard()[1:3] == ["message.created", "message.deleted"]


def test_an_unread_message_is_refunded(
    alice: Member, bob: Member, conversation: str, paid: dict[str, Any]
) -> None:
    phone = alice.socket()
    assert alice.credits == 45

    delete(alice, paid)

    assert alice.credits == 50
    (update,) = phone.events("wallet.updated")[-1:]
    assert (update["kind"], update["amount_credits"]) == ("refund", 5)
    assert bob.credits == 50


@pytest.mark.parametrize("privately", [False, True])
def test_a_message_that_was_read_is_not_refunded(
    alice: Member, bob: Member, conversation: str, paid: dict[str, Any], privately: bool
) -> None:
    reads(bob.socket(), paid, private=privately)

    assert delete(alice, paid).status_code == 204

    assert alice.credits == 45
    assert history(bob, conversation)[3]["body"] is None


def test_a_message_that_was_answered_is_not_refunded(
    alice: Member, bob: Member, conversation: str, paid: dict[str, Any]
) -> None:
    say(bob, conversation, "I saw that")

    delete(alice, paid)

    assert alice.credits == 45


def test_a_message_that_only_reached_a_device_is_refunded(
    alice: Member, bob: Member, conversation: str, paid: dict[str, Any]
) -> None:
    bob.socket().do("message.delivered", {"conversation_id": conversation, "seq": 4})

    delete(alice, paid)

    assert alice.credits == 50


@pytest.mark.parametrize(("seconds", "credits"), [(899, 50), (900, 45)])
def test_a_message_is_refunded_within_fifteen_minutes(
    alice: Member,
    bob: Member,
    conversation: str,
    paid: dict[str, Any],
    stack: Stack,
    seconds: int,
    credits: int,
) -> None:
    stack.clock.advance(seconds)
    alice.come_back()

    assert delete(alice, paid).status_code == 204

    assert alice.credits == credits
    assert history(alice, conversation)[3]["body"] is None


def test_a_free_message_gives_nothing_back(alice: Member, bob: Member, conversation: str) -> None:
    sent = say(alice, conversation)

    assert delete(alice, sent).status_code == 204

    assert alice.credits == 50
    assert len(alice.get("/v1/wallet/entries").json()["items"]) == 1
    assert alice.get(f"/v1/conversations/{conversation}/quote").json()["free_left"] == 2


def test_deleting_twice_is_deleting_once(
    alice: Member, bob: Member, conversation: str, paid: dict[str, Any], stack: Stack
) -> None:
    his = bob.socket()
    delete(alice, paid)
    once = history(alice, conversation)
    stack.clock.advance(60)

    assert delete(alice, paid).status_code == 204
    told = alice.socket().do("message.delete", {"message_id": paid["message_id"]})

    assert told == once[3]
    assert history(alice, conversation) == once
    assert alice.credits == 50
    assert len(his.events("message.deleted")) == 1


def test_deleting_on_several_devices_at_once_refunds_once(
    alice: Member, bob: Member, conversation: str, paid: dict[str, Any]
) -> None:
    messages = [paid, say(alice, conversation), say(alice, conversation)]
    assert alice.credits == 35

    for refunded, message in enumerate(messages, 1):
        answers = at_once(*[lambda message=message: delete(alice, message)] * 4)
        assert {answer.status_code for answer in answers} == {204}
        assert alice.credits == 35 + 5 * refunded

    kinds = [entry["kind"] for entry in alice.get("/v1/wallet/entries").json()["items"]]
    assert kinds.count("refund") == 3


def test_a_deleted_message_is_not_sent_again_by_a_retry(
    alice: Member, bob: Member, conversation: str, paid: dict[str, Any]
) -> None:
    delete(alice, paid)
    wanted = draft("not meant for you", quoted=paid["credits"], client_id=paid["client_message_id"])

    again = post(alice, conversation, wanted)

    assert again.status_code == 201
    assert again.json()["message_id"] == paid["message_id"]
    assert again.json()["body"] is None
    assert alice.credits == 50
    assert len(history(bob, conversation)) == 4


def test_nobody_deletes_anothers_message(
    alice: Member, bob: Member, conversation: str, paid: dict[str, Any]
) -> None:
    refused = delete(bob, paid)
    told = bob.socket().ask("message.delete", {"message_id": paid["message_id"]})

    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert told["error"]["code"] == "not_found"
    assert history(alice, conversation)[3]["body"] == "not meant for you"
    assert (alice.credits, bob.credits) == (45, 50)


def test_a_message_that_does_not_exist_is_not_deleted(
    alice: Member, conversation: str, paid: dict[str, Any]
) -> None:
    unsent = paid["message_id"][:-8] + "000000ff"

    refused = alice.delete(f"/v1/messages/{unsent}")

    assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    assert alice.delete("/v1/messages/msg_nonsense").status_code == 422


def test_a_deleted_message_still_counts_as_unread(
    alice: Member, bob: Member, conversation: str, paid: dict[str, Any]
) -> None:
    before = bob.get(f"/v1/conversations/{conversation}").json()["unread"]

    delete(alice, paid)

    after = bob.get(f"/v1/conversations/{conversation}").json()["unread"]
    assert (before, after) == (4, 4)
