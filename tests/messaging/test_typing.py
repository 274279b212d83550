"""Typing: seen at once, and never stuck."""

from datetime import datetime, timedelta

from chalicelib.core import clock
from chalicelib.messaging.models import Typing
from infra.local.stack import Stack
from tests.people import Member, Socket, draft


def starts(socket: Socket, conversation: str) -> None:
    socket.do("typing.start", {"conversation_id": conversation})


def stops(socket: Socket, conversation: str) -> None:
    socket.do("typing.stop", {"conversation_id": conversation})


def connection_of(socket: Socket) -> str:
    """What the server calls this socket; it says so in its first frame."""
    return str(socket.events("hello")[0]["connection_id"])


def test_typing_is_told_to_all_devices_of_the_other_and_to_nobody_else(
    alice: Member, bob: Member, conversation: str, join
) -> None:
    phone, tablet = bob.socket(), bob.socket()
    hers, second, stranger = alice.socket(), alice.socket(), join("carol").socket()

    starts(hers, conversation)

    until = (clock.now() + timedelta(seconds=6)).isoformat(timespec="milliseconds")
    for socket in (phone, tablet):
        (told,) = socket.events("typing.updated")
        assert (told["conversation_id"], told["user_id"]) == (conversation, alice.user_id)
        assert datetime.fromisoformat(told["until"]) == datetime.fromisoformat(until)
    for socket in (hers, second, stranger):
        assert socket.events("typing.updated") == []


def test_typing_ends_when_the_member_stops(alice: Member, bob: Member, conversation: str) -> None:
    hers, his = alice.socket(), bob.socket()
    connection = connection_of(hers)
    starts(hers, conversation)

    stops(hers, conversation)

    assert [told["until"] is None for told in his.events("typing.updated")] == [False, True]
    kept = Typing.find(connection)
    assert kept is None or kept.until <= clock.now()

    stops(hers, conversation)
    assert len(his.events("typing.updated")) == 2


def test_typing_ends_with_the_message_that_was_typed(
    alice: Member, bob: Member, conversation: str
) -> None:
    hers, his = alice.socket(), bob.socket()
    starts(hers, conversation)

    hers.do("message.send", draft("there!") | {"conversation_id": conversation})

    (created,) = his.events("message.created")
    assert created["message"]["sender_id"] == alice.user_id
    assert his.heard()[-2:] == ["typing.updated", "message.created"]


def test_typing_ends_when_the_device_is_gone(alice: Member, bob: Member, conversation: str) -> None:
    hers, his = alice.socket(), bob.socket()
    connection = connection_of(hers)
    starts(hers, conversation)

    hers.close()

    assert [told["until"] is None for told in his.events("typing.updated")] == [False, True]
    assert Typing.find(connection) is None


def test_a_device_that_was_not_typing_leaves_without_a_word_of_it(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    hers, his = alice.socket(), bob.socket()
    starts(hers, conversation)
    stack.clock.advance(6)

    hers.close()

    assert len(his.events("typing.updated")) == 1


def test_typing_ends_by_itself_after_six_seconds_and_is_not_kept_for_longer(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    hers, his = alice.socket(), bob.socket()
    starts(hers, conversation)
    stack.clock.advance(3)
    starts(hers, conversation)

    kept = Typing.find(connection_of(hers))

    assert kept is not None
    assert kept.until == clock.now() + timedelta(seconds=6)
    assert kept.expires_at <= clock.now() + timedelta(seconds=6)
    untils = [datetime.fromisoformat(told["until"]) for told in his.events("typing.updated")]
    assert untils[1] - untils[0] == timedelta(seconds=3)


def test_whoever_types_on_two_devices_stops_on_each(
    alice: Member, bob: Member, conversation: str
) -> None:
    phone, tablet, his = alice.socket(), alice.socket(), bob.socket()
    starts(phone, conversation)
    starts(tablet, conversation)
    stops(phone, conversation)

    tablet.close()

    told = [update["until"] is None for update in his.events("typing.updated")]
    assert told == [False, False, True, True]


def test_stopping_twice_is_stopping_once_more(
    alice: Member, bob: Member, conversation: str
) -> None:
    hers = alice.socket()

    for _ in range(2):
        stops(hers, conversation)
