"""What each operation may ask of DynamoDB, by the engine's own figures."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chalicelib.wallet.service.grants import grant
from infra.local.stack import Stack
from infra.metering import Call, Meter, total
from tests.matching.deeds import like, pass_on, rewind, superlike, unlock, unmatch
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


def test_a_like_takes_three_round_trips_and_nine_units(
    alice: Member, bob: Member, asked: Any
) -> None:
    with asked("matching-like") as liking:
        like(alice, bob.user_id)
    with asked("matching-like") as repeating:
        like(alice, bob.user_id)
    with asked("matching-like") as matching:
        like(bob, alice.user_id)

    assert operations(liking) == ["UpdateItem", *READ, *WRITE]
    assert (total(liking).write_units, total(liking).index_units) == (9, 1)
    assert operations(repeating) == ["UpdateItem", *READ]
    assert (total(matching).write_units, total(matching).index_units) == (19, 3)


def test_a_super_like_costs_its_charge_instead_of_one_of_the_days_likes(
    alice: Member, bob: Member, asked: Any
) -> None:
    with asked("matching-like") as calls:
        superlike(alice, bob.user_id)

    assert operations(calls) == ["UpdateItem", *READ, *WRITE]
    assert (total(calls).write_units, total(calls).index_units) == (11, 2)


def test_a_pass_and_taking_it_back_are_seven_and_six_units(
    alice: Member, bob: Member, asked: Any
) -> None:
    with asked("matching-pass-on") as passing:
        pass_on(alice, bob.user_id)
    with asked("matching-rewind") as rewinding:
        rewind(alice)

    assert operations(passing) == ["UpdateItem", *READ, *WRITE]
    assert operations(rewinding) == [*READ, *READ, *WRITE]
    assert (total(passing).write_units, total(passing).index_units) == (7, 0)
    assert (total(rewinding).write_units, total(rewinding).index_units) == (6, 0)


def test_the_likes_received_cost_one_query_and_two_reads(
    alice: Member, bob: Member, join: Any, asked: Any
) -> None:
    for admirer in (bob, join("carol")):
        like(admirer, alice.user_id)
    with asked("matching-received") as counting:
        alice.get("/v1/likes")
    with asked("matching-unlock") as unlocking:
        unlock(alice)
    with asked("matching-received") as listing:
        alice.get("/v1/likes")

    assert operations(counting) == operations(listing) == ["GetItem", "Query", *READ]
    assert operations(unlocking) == ["UpdateItem", *READ, "Query", *READ, *WRITE]
    assert (total(unlocking).write_units, total(unlocking).index_units) == (7, 1)


def test_ending_a_match_is_ten_units(alice: Member, conversation: str, asked: Any) -> None:
    with asked("matching-unmatch") as calls:
        unmatch(alice, conversation.replace("cnv_", "mat_"))

    assert operations(calls) == READ + WRITE
    assert (total(calls).write_units, total(calls).index_units) == (10, 0)


def test_the_inbox_costs_one_query_and_one_read_of_its_conversations(
    alice: Member, phone: Socket, conversation: str, asked: Any
) -> None:
    with asked("messaging-list-conversations") as calls:
        alice.get("/v1/conversations")

    assert operations(calls) == ["Query", "BatchGetItem"]
    assert writes(calls) == []


def test_a_first_message_worth_knowing_again_costs_one_more_read_and_one_more_item(
    bob: Member, conversation: str, asked: Any
) -> None:
    opening = "Hello there, that is a view I would like to have seen for myself"

    with asked("messaging-send") as calls:
        path = f"/v1/conversations/{conversation}/messages"
        assert bob.post(path, draft(opening)).is_success

    assert operations(calls) == [*READ, "GetItem", *WRITE]
    assert total(calls).write_units <= 8


def test_a_refused_text_writes_nothing(bob: Member, conversation: str, asked: Any) -> None:
    with asked("messaging-send") as calls:
        path = f"/v1/conversations/{conversation}/messages"
        assert bob.post(path, draft("pay to bob@okaxis")).status_code == 422

    assert writes(calls) == []


def test_a_block_is_one_read_and_one_transaction_of_two_items(
    alice: Member, bob: Member, asked: Any
) -> None:
    with asked("blocking-block") as calls:
        alice.post("/v1/blocks", {"user_id": bob.user_id})
    with asked("blocking-block") as again:
        alice.post("/v1/blocks", {"user_id": bob.user_id})

    assert operations(calls) == ["UpdateItem", *READ, *WRITE]
    assert total(calls).write_units <= 1 + 4
    assert operations(again) == ["UpdateItem", *READ]


def test_a_block_within_a_talk_writes_one_item_more_and_lifting_it_the_same(
    alice: Member, bob: Member, conversation: str, asked: Any
) -> None:
    with asked("blocking-block") as blocking:
        alice.post("/v1/blocks", {"user_id": bob.user_id})
    with asked("blocking-unblock") as lifting:
        alice.delete(f"/v1/blocks/{bob.user_id}")

    assert operations(blocking) == ["UpdateItem", *READ, *WRITE]
    assert operations(lifting) == [*READ, *WRITE]
    assert (total(blocking).write_units, total(blocking).index_units) == (1 + 6, 0)
    assert (total(lifting).write_units, total(lifting).index_units) == (6, 0)


def test_a_message_costs_no_more_after_a_block_was_lifted(
    alice: Member, bob: Member, phone: Socket, conversation: str, asked: Any
) -> None:
    alice.post("/v1/blocks", {"user_id": bob.user_id})
    alice.delete(f"/v1/blocks/{bob.user_id}")

    with asked("messaging-socket-message-send") as calls:
        send(phone, conversation)

    assert operations(calls) == READ + WRITE
    assert total(calls).write_units <= 8


def test_a_report_without_a_talk_is_two_reads_and_one_transaction(
    alice: Member, bob: Member, asked: Any
) -> None:
    with asked("reporting-report") as calls:
        alice.post("/v1/reports", {"user_id": bob.user_id, "reason": "fake"})

    assert operations(calls) == ["UpdateItem", *READ, "Query", *WRITE]
    assert total(calls).write_units <= 1 + 4


def test_a_report_again_costs_no_more_and_after_five_looks_it_looks_no_more(
    alice: Member, bob: Member, conversation: str, asked: Any
) -> None:
    complaint = {"user_id": bob.user_id, "reason": "fake"}
    ask_nothing(bob)
    for number in range(5):
        say(bob, conversation, f"message {number}")
        with asked("reporting-report") as looking:
            alice.post("/v1/reports", complaint)
        if number == 0:
            with asked("reporting-report") as again:
                alice.post("/v1/reports", complaint)
    with asked("reporting-report") as late:
        alice.post("/v1/reports", complaint)

    assert operations(looking) == operations(again) == ["UpdateItem", *READ, "Query", *WRITE]
    assert total(again).write_units <= 1 + 2
    assert total(looking).write_units <= 1 + 6
    assert operations(late) == ["UpdateItem", *READ, *WRITE]
    assert total(late).write_units <= 1 + 2
