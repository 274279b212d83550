"""The journal: every line sums to zero, stays small, and is never written twice."""

from typing import Any

import pytest

from chalicelib.core import db
from chalicelib.wallet.models import Entry, Wallet
from chalicelib.wallet.service.grants import grant
from infra.local.stack import Stack
from tests.people import Member, draft, say

KILOBYTE = 1024


def journal(member: Member) -> list[Entry]:
    """Every entry of a wallet, those of free messages included."""
    return list(Entry.query(member.user_id, consistent_read=True))


def weight(item: dict[str, Any]) -> int:
    """What an item weighs by DynamoDB's rules: names and values, 3 bytes for each list or map."""
    return sum(len(name.encode()) + _value(value) for name, value in item.items())


def _value(value: dict[str, Any]) -> int:
    ((kind, inner),) = value.items()
    if kind == "S":
        return len(inner.encode())
    if kind == "N":
        return len(inner.strip("-").replace(".", "")) // 2 + 2
    if kind == "L":
        return 3 + sum(1 + _value(each) for each in inner)
    if kind == "M":
        return 3 + weight(inner) + len(inner)
    return 1


@pytest.fixture
def rich(alice: Member, bob: Member, conversation: str) -> Member:
    """Alice, with eight lots of a few credits each, and past her free quota with Bob."""
    for number in range(7):
        grant(alice.user_id, reason=f"christmas-203{number}", credits=2, days=30 + number)
    for _ in range(3):
        say(alice, conversation)
    return alice


def test_every_entry_sums_to_zero(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    bob.put("/v1/me/prices", {"message_credits": 7, "call_minute_credits": 7})
    sent = [say(alice, conversation) for _ in range(6)]
    alice.delete(f"/v1/messages/{sent[-1]['message_id']}")
    stack.clock.advance(90 * 86_400)
    alice.come_back()
    alice.post(f"/v1/conversations/{conversation}/messages", draft(quoted=7))

    posted = [entry for entry in journal(alice) if entry.number is not None]

    assert sorted(entry.kind for entry in posted) == [
        "expiry", "grant", "message", "message", "message", "refund",
    ]  # fmt: skip
    for entry in posted:
        assert sum(entry.legs.values()) == 0, entry.entry_id
        assert entry.legs[f"member:{alice.user_id}"] == entry.amount
        assert sum(int(lot.credits) for lot in entry.lots) == abs(int(entry.amount))


def test_what_the_receiver_earns_is_rounded_in_the_houses_favour(
    alice: Member, bob: Member, conversation: str
) -> None:
    bob.put("/v1/me/prices", {"message_credits": 7, "call_minute_credits": 7})
    sent = [say(alice, conversation) for _ in range(4)][-1]
    alice.delete(f"/v1/messages/{sent['message_id']}")

    by_kind = {entry.kind: entry for entry in journal(alice) if entry.number is not None}

    assert by_kind["message"].legs == {
        f"member:{alice.user_id}": -7,
        f"earned:{bob.user_id}": 2,
        "house:revenue": 5,
    }
    assert by_kind["refund"].legs == {
        f"member:{alice.user_id}": 7,
        f"earned:{bob.user_id}": -2,
        "house:revenue": -5,
    }


def test_a_wallet_is_the_sum_of_its_entries(rich: Member, conversation: str, stack: Stack) -> None:
    sent = [say(rich, conversation) for _ in range(4)]
    rich.delete(f"/v1/messages/{sent[1]['message_id']}")
    wallet = db.fetch(Wallet.at(rich.user_id))[Wallet.at(rich.user_id)]
    assert wallet is not None

    amounts = [int(entry.amount) for entry in journal(rich) if entry.number is not None]

    assert wallet.available + wallet.held == wallet.credits - wallet.debits == sum(amounts)
    assert wallet.credits == sum(amount for amount in amounts if amount > 0)
    assert wallet.entries == len(amounts)
    assert wallet.available == wallet.bought + sum(int(lot.credits) for lot in wallet.lots)


def test_a_wallet_of_eight_lots_stays_under_a_kilobyte(rich: Member) -> None:
    wallet = Wallet.get(rich.user_id)

    assert len(wallet.lots) == 8
    assert weight(wallet.serialize()) < KILOBYTE


def test_the_longest_entry_stays_under_a_kilobyte(
    rich: Member, bob: Member, conversation: str, meter: Any
) -> None:
    bob.put("/v1/me/prices", {"message_credits": 20, "call_minute_credits": 20})
    wanted = draft(quoted=20, client_id="x" * 64)
    sent = rich.post(f"/v1/conversations/{conversation}/messages", wanted).json()
    drawn = Entry.get(rich.user_id, f"message/{conversation}/{'x' * 64}")
    assert len(drawn.lots) == 8
    rich.delete(f"/v1/messages/{sent['message_id']}")

    weights = {entry.entry_id[:7]: weight(entry.serialize()) for entry in journal(rich)}

    assert max(weights.values()) < KILOBYTE, weights


def test_a_posted_entry_changes_in_nothing_but_what_can_be_refunded(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    sent = [say(alice, conversation) for _ in range(4)][-1]
    entry_id = f"message/{conversation}/{sent['client_message_id']}"
    before = Entry.get(alice.user_id, entry_id).serialize()
    stack.clock.advance(60)

    alice.delete(f"/v1/messages/{sent['message_id']}")

    after = Entry.get(alice.user_id, entry_id).serialize()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"refundable"}
    assert after["refundable"] == {"N": "0"}
