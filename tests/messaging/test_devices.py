"""Every device of both members shows the same conversation."""

from typing import Any

from tests.people import Member, draft, say


def test_a_message_reaches_every_device_but_the_one_it_came_from(
    alice: Member, bob: Member, conversation: str, join: Any
) -> None:
    phone, tablet, laptop = alice.socket(), alice.socket(), alice.sign_in().socket()
    his, stranger = [bob.socket(), bob.sign_in().socket()], join("carol").socket()

    sent = phone.do("message.send", draft("hello") | {"conversation_id": conversation})

    for socket in (tablet, laptop, *his):
        assert [event["message"] for event in socket.events("message.created")] == [sent]
    assert phone.events("message.created") == []
    assert stranger.events("message.created") == []
    for socket in (laptop, his[1]):
        socket.close()


def test_a_message_sent_over_http_reaches_all_of_the_senders_sockets(
    alice: Member, bob: Member, conversation: str
) -> None:
    phone, his = alice.socket(), bob.socket()

    sent = say(alice, conversation)

    for socket in (phone, his):
        assert [event["message"] for event in socket.events("message.created")] == [sent]


def test_a_device_that_left_keeps_no_message_from_the_others(
    alice: Member, bob: Member, conversation: str
) -> None:
    gone, stays = bob.socket(), bob.socket()
    gone.wire.socket.close()

    sent = say(alice, conversation)

    assert [event["message"] for event in stays.events("message.created")] == [sent]


def test_a_device_hears_messages_in_their_order(
    alice: Member, bob: Member, conversation: str
) -> None:
    his = bob.socket()
    sent = [say(alice, conversation, f"message {number}") for number in range(3)]
    sent.append(say(bob, conversation, "and mine"))

    heard = [event["message"] for event in his.events("message.created")]

    assert heard == sent
