"""What each operation may ask of DynamoDB, by the engine's own figures."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chalicelib.wallet.service.grants import grant
from infra.local.stack import Stack
from infra.metering import Call, Meter, total
from tests.messaging.test_sending import ask_nothing
from tests.people import Member, Socket, draft, say

READ, WRITE = ["BatchGetItem"], ["TransactWriteItems"]


@pytest.fixture
def phone(alice: Member, bob: Member, conversation: str) -> Socket:
    """Alice's, past her free quota with Bob; nothing is left to be worked off."""
    for _ in range(3):
        say(alice, conversation)
    return alice.socket()


@pytest.fixture
def asked(meter: Meter, stack: Stack) -> Any:
    """What one function asks inside the block: `with asked("messaging-send") as calls`."""

    @contextmanager
    def asked_by(function: str) -> Iterator[list[Call]]:
        own: list[Call] = []
        with meter.watch() as calls:
            yield own
        own += [call for call in calls if call.function == function]
        stack.settle()

    return asked_by


def operations(calls: list[Call]) -> list[str]:
    return [call.operation for call in calls]


def writes(calls: list[Call]) -> list[Call]:
    return [call for call in calls if not call.is_read]


def send(phone: Socket, conversation: str, quoted: int = 5, text: str = "hello") -> dict[str, Any]:
    wanted = draft(text, quoted=quoted) | {"conversation_id": conversation}
    return phone.do("message.send", wanted)


def test_a_paid_message_over_the_socket_takes_two_round_trips_and_eight_units(
    phone: Socket, conversation: str, asked: Any
) -> None:
    with asked("messaging-socket-message-send") as calls:
        send(phone, conversation)

    cost = total(calls)
    assert operations(calls) == READ + WRITE
    assert cost.write_units <= 8
    assert cost.index_units <= 1


def test_a_paid_message_over_http_takes_two_round_trips_and_eight_units(
    alice: Member, phone: Socket, conversation: str, asked: Any
) -> None:
    with asked("messaging-send") as calls:
        assert alice.post(f"/v1/conversations/{conversation}/messages", draft(quoted=5)).is_success

    cost = total(calls)
    assert operations(calls) == READ + WRITE
    assert cost.write_units <= 8
    assert cost.index_units <= 1


def test_a_message_paid_from_eight_lots_costs_no_more(
    alice: Member, bob: Member, phone: Socket, conversation: str, asked: Any
) -> None:
    for number in range(7):
        grant(alice.user_id, reason=f"christmas-203{number}", credits=2, days=30 + number)
    bob.put("/v1/me/prices", {"message_credits": 20, "call_minute_credits": 0})

    with asked("messaging-socket-message-send") as calls:
        send(phone, conversation, quoted=20)

    assert total(calls).write_units <= 8


def test_a_free_message_takes_two_round_trips_and_six_units(
    bob: Member, phone: Socket, conversation: str, asked: Any
) -> None:
    ask_nothing(bob)

    with asked("messaging-socket-message-send") as calls:
        send(phone, conversation, quoted=0)

    cost = total(calls)
    assert operations(calls) == READ + WRITE
    assert (cost.write_units, cost.index_units) == (6, 0)


def test_a_message_costs_the_same_however_long_the_talk(
    alice: Member, bob: Member, phone: Socket, conversation: str, asked: Any
) -> None:
    ask_nothing(bob)
    costs = []
    for _ in range(50):
        with asked("messaging-socket-message-send") as calls:
            send(phone, conversation, quoted=0)
        costs.append(total(calls))

    assert costs == [costs[0]] * 50


@pytest.mark.parametrize("private", [False, True])
def test_a_receipt_is_one_write_unit(
    bob: Member, phone: Socket, conversation: str, asked: Any, private: bool
) -> None:
    his = bob.socket()

    with asked("messaging-socket-message-read") as calls:
        his.do("message.read", {"conversation_id": conversation, "seq": 2, "private": private})
    with asked("messaging-socket-message-delivered") as delivered:
        his.do("message.delivered", {"conversation_id": conversation, "seq": 3})
    with asked("messaging-socket-message-read") as repeated:
        his.do("message.read", {"conversation_id": conversation, "seq": 2, "private": private})

    for receipt in (calls, delivered):
        assert [(call.operation, call.units) for call in writes(receipt)] == [("UpdateItem", 1)]
        assert total(receipt).index_units == 0
    assert writes(repeated) == []


def test_what_follows_a_message_is_at_most_four_writes_of_three_units(
    phone: Socket, conversation: str, stack: Stack, meter: Meter
) -> None:
    stack.clock.advance(1)
    send(phone, conversation)

    with meter.watch() as calls:
        stack.settle()

    following = writes(calls)
    moved = [call for call in following if call.function == "messaging-inbox"]
    assert len(following) <= 4
    assert len(moved) == 2
    for call in moved:
        assert call.units <= 1
        assert 0 < call.index_units <= 2


def test_a_burst_of_messages_moves_each_inbox_once(
    bob: Member, phone: Socket, conversation: str, stack: Stack, meter: Meter
) -> None:
    ask_nothing(bob)
    for number in range(5):
        send(phone, conversation, quoted=0, text=f"message {number}")

    with meter.watch() as calls:
        stack.settle()

    assert len([call for call in writes(calls) if call.function == "messaging-inbox"]) == 2


def test_fifty_messages_are_read_in_one_query_of_three_and_a_half_units(
    alice: Member, bob: Member, phone: Socket, conversation: str, asked: Any
) -> None:
    ask_nothing(bob)
    for _ in range(50):
        send(phone, conversation, quoted=0, text="x" * 400)

    with asked("messaging-history") as calls:
        page = alice.get(f"/v1/conversations/{conversation}/messages", limit=50).json()

    queries = [call for call in calls if call.operation == "Query"]
    assert [len(message["body"]) for message in page["items"]] == [400] * 50
    assert len(queries) == 1
    assert queries[0].units <= 3.5
    assert len(calls) == 2


def test_opening_and_closing_a_socket_is_nine_units(
    alice: Member, asked: Any, stack: Stack
) -> None:
    with asked("realtime-socket-connect") as opening:
        socket = alice.socket()
    with asked("socket-disconnect") as closing:
        socket.close()
        stack.settle()

    assert total(opening).write_units <= 5
    assert total(closing).write_units <= 4


def test_a_deletion_with_its_refund_is_eight_units(
    alice: Member, phone: Socket, conversation: str, asked: Any
) -> None:
    sent = send(phone, conversation)
    assert alice.credits == 45

    with asked("messaging-socket-message-delete") as calls:
        phone.do("message.delete", {"message_id": sent["message_id"]})

    cost = total(calls)
    assert alice.credits == 50
    assert operations(calls) == [*READ, "GetItem", *WRITE]
    assert cost.write_units <= 8
    # The refund's own line, `refundable` in the charge's, and the conversation's deletions.
    assert cost.index_units <= 3


def test_the_inbox_costs_one_query_and_one_read_of_its_conversations(
    alice: Member, phone: Socket, conversation: str, asked: Any
) -> None:
    with asked("messaging-list-conversations") as calls:
        alice.get("/v1/conversations")

    assert operations(calls) == ["Query", "BatchGetItem"]
    assert writes(calls) == []
