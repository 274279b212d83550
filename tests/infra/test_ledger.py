"""`infra.ledger verify` over the running stack: silent on what Pairly did, loud on damage."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from chalicelib.core.db import Record
from chalicelib.messaging.models import Conversation, Message
from chalicelib.wallet.models import Entry, Wallet
from infra import ledger, proof
from tests.people import Member, draft


@pytest.fixture
def paid(alice: Member, conversation: str) -> str:
    """A conversation in which Alice sent three free messages and two paid ones, and took one back.

    Returns its id.
    """
    path = f"/v1/conversations/{conversation}"
    for _ in range(5):
        quoted = alice.get(f"{path}/quote").json()["credits"]
        sent = alice.post(f"{path}/messages", draft(quoted=quoted))
        assert sent.status_code == 201, sent.text
    assert alice.delete(f"/v1/messages/{sent.json()['message_id']}").status_code == 204
    alice.stack.settle()
    return conversation


@contextmanager
def damaged(item: Record, **changes: Any) -> Iterator[None]:
    """The item as somebody else left it, or gone for no changes; put back at the end."""
    kept = type(item).from_raw_data(item.serialize())
    if changes:
        for name, value in changes.items():
            setattr(item, name, value)
        item.save()
    else:
        item.delete()
    try:
        yield
    finally:
        kept.save()


def checks(user_id: str) -> set[str]:
    """The rules that do not hold for a member."""
    return {finding.check for finding in proof.prove_one(user_id).findings}


def message_of(conversation: str, seq: int) -> Message:
    message = Message.find(conversation, seq)
    assert message is not None
    return message


def entry_of(message: Message) -> Entry:
    entry = Entry.find(message.sender_id, message.entry_id)
    assert entry is not None
    return entry


def test_what_pairly_did_is_without_findings(
    alice: Member, paid: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = ledger.main(["verify", alice.user_id])

    told = capsys.readouterr().out
    assert status == 0
    assert "Proved 1 wallets with 4 entries, and 1 conversations with 5 messages, 2 of" in told
    assert told.endswith("Every rule holds.\n")


def test_everybody_is_proved_without_a_user_id(alice: Member, bob: Member, paid: str) -> None:
    found = proof.prove_all()

    assert found.wallets >= 2
    assert found.conversations >= 1
    assert found.messages >= 5


def test_a_wallet_that_was_tampered_with_is_told_and_fails(
    alice: Member, paid: str, capsys: pytest.CaptureFixture[str]
) -> None:
    wallet = Wallet.find(alice.user_id)
    assert wallet is not None

    with damaged(wallet, bought=wallet.bought + 1):
        status = ledger.main(["verify", alice.user_id])

    told = capsys.readouterr().out
    assert status == 1
    assert f"purse  {alice.user_id}  bought and the lots are" in told
    assert "1 rules do not hold." in told


def test_an_entry_without_its_message_is_found(alice: Member, paid: str) -> None:
    with damaged(message_of(paid, 4)):
        assert {"message", "seq"} <= checks(alice.user_id)


@pytest.mark.parametrize("seq", [1, 4], ids=["free", "charged"])
def test_a_message_without_its_entry_is_found(alice: Member, paid: str, seq: int) -> None:
    with damaged(entry_of(message_of(paid, seq))):
        assert "entry" in checks(alice.user_id)


@pytest.mark.parametrize("credits", [0, 4])
def test_a_message_and_its_entry_that_disagree_on_the_price_are_found(
    alice: Member, paid: str, credits: int
) -> None:
    with damaged(message_of(paid, 4), credits=credits):
        assert checks(alice.user_id) == {"message"}


def test_a_conversation_that_counts_wrong_is_found(alice: Member, paid: str) -> None:
    conversation = Conversation.find(paid)
    assert conversation is not None

    with damaged(conversation, seq=6):
        assert checks(alice.user_id) == {"seq"}


def test_messages_whose_conversation_is_gone_are_found(paid: str) -> None:
    conversation = Conversation.find(paid)
    assert conversation is not None

    with damaged(conversation):
        found = proof.prove_all().findings

    assert [each.check for each in found if each.user_id == paid] == ["seq"]


def test_a_wallet_that_never_stands_still_is_told(
    alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = iter(range(1_000))
    monkeypatch.setattr(proof, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(Wallet, "find", lambda user_id: Wallet(user_id, version=next(versions)))

    assert checks(alice.user_id) == {"unsettled"}


def test_gaps_are_told_in_short() -> None:
    assert proof._spans([1, 2, 3, 5, 8, 9]) == "1–3, 5, 8–9"
    assert proof._spans([]) == "none"


@pytest.mark.parametrize("arguments", [[], ["prove"], ["verify", "usr_a", "usr_b"]])
def test_other_words_are_answered_with_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ledger.main(arguments) == 2
    assert capsys.readouterr().err.startswith("Usage: ")
