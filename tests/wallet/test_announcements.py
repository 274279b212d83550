"""A change of a wallet reaches its owner's devices, all of them and nobody else's."""

from typing import Any

from chalicelib.wallet.events import EntryPosted
from infra.local.stack import Stack
from tests.deliveries import deliver
from tests.people import Member, say


def test_a_charge_is_told_to_all_of_the_payers_devices_and_to_nobody_else(
    alice: Member, bob: Member, conversation: str, join: Any
) -> None:
    phone, tablet = alice.socket(), alice.sign_in().socket()
    his, hers = bob.socket(), join("carol").socket()
    for _ in range(4):
        say(alice, conversation)

    told = [socket.events("wallet.updated") for socket in (phone, tablet, his, hers)]

    assert told[0] == told[1]
    (update,) = told[0]
    assert (update["available_credits"], update["amount_credits"]) == (45, -5)
    assert (update["kind"], update["entry_number"]) == ("message", 2)
    assert told[2:] == [[], []]
    tablet.close()


def test_a_free_message_is_no_news_of_the_wallet(
    alice: Member, bob: Member, conversation: str
) -> None:
    phone = alice.socket()
    say(alice, conversation)

    assert phone.events("wallet.updated") == []


def test_of_several_changes_the_newest_is_told(alice: Member, stack: Stack) -> None:
    phone = alice.socket()
    posted = [
        EntryPosted(
            user_id=alice.user_id,
            entry_id=f"message/{number}",
            kind="message",
            number=number,
            amount=-5,
            balance=60 - 5 * number,
        )
        for number in (4, 2, 3)
    ]

    deliver(stack, "wallet-announce", *posted)

    (update,) = phone.events("wallet.updated")
    assert (update["entry_number"], update["available_credits"]) == (4, 40)
