"""Proof of the ledger across features, over the tables as they stand while members use them.

There is no snapshot across items: what belongs together is read, and read again until its version
stood still meanwhile. It reads everything there is: an offline tool, never part of a request.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from chalicelib.core import clock, db
from chalicelib.messaging.models import Conversation, Inbox, Message, place_of
from chalicelib.wallet.models import Entry, Wallet
from chalicelib.wallet.verifier import Finding, findings

R = TypeVar("R", bound=db.Record)
T = TypeVar("T")

READS_MAX = 50
PAUSE_SECONDS = 0.02
FETCHED_TOGETHER = 100


@dataclass
class Proof:
    """What was looked at, and what is wrong with it."""

    wallets: int = 0
    entries: int = 0
    conversations: int = 0
    messages: int = 0
    charged: int = 0
    findings: list[Finding] = field(default_factory=list)

    def wallet(self, user_id: str) -> None:
        """Prove a wallet by its entries, and each message that an entry pays for."""
        self.wallets += 1
        stood = _standing(
            lambda: Wallet.find(user_id) or Wallet(user_id),
            lambda wallet: int(wallet.version),
            lambda: list(Entry.by_number.query(user_id, consistent_read=True)),
        )
        if stood is None:
            self._find("unsettled", user_id, "the wallet never stood still")
            return
        wallet, entries = stood
        self.entries += len(entries)
        self.findings += findings(wallet, entries)

        kept = Entry.query(user_id, Entry.entry_id.startswith("message/"), consistent_read=True)
        for some in _together(list(kept)):
            found = db.fetch(*(Message.at(*place_of(entry.reference)) for entry in some))
            for entry in some:
                self._compare(entry, found[Message.at(*place_of(entry.reference))])

    def conversation(self, conversation_id: str) -> None:
        """Prove that a conversation has no gap, and that each message has its entry."""
        self.conversations += 1
        stood = _standing(
            lambda: Conversation.find(conversation_id) or Conversation(conversation_id),
            lambda conversation: int(conversation.seq),
            lambda: list(Message.query(conversation_id, consistent_read=True)),
        )
        if stood is None:
            self._find("unsettled", conversation_id, "the conversation never stood still")
            return
        conversation, messages = stood
        self.messages += len(messages)
        seqs = [int(message.seq) for message in messages]
        if seqs != list(range(1, int(conversation.seq) + 1)):
            detail = f"it counts {conversation.seq} messages, and has {_spans(seqs)}"
            self._find("seq", conversation_id, detail)

        for some in _together(messages):
            found = db.fetch(*(Entry.at(each.sender_id, each.entry_id) for each in some))
            for message in some:
                self._has_entry(message, found[Entry.at(message.sender_id, message.entry_id)])

    def _has_entry(self, message: Message, entry: Entry | None) -> None:
        self.charged += bool(message.credits)
        if entry is None:
            detail = f"{message.message_id} cost {message.credits} and has no entry"
            self._find("entry", message.sender_id, detail)
        else:
            self._compare(entry, message)

    def _compare(self, entry: Entry, message: Message | None) -> None:
        """An entry and its message agree: same sender, same key, same price."""
        if message is None:
            detail = f"{entry.entry_id} took {-entry.amount} for a message that is not there"
            self._find("message", entry.user_id, detail)
            return
        told = (entry.user_id, entry.entry_id, entry.reference, -entry.amount)
        kept = (message.sender_id, message.entry_id, message.message_id, message.credits)
        if told != kept:
            self._find("message", entry.user_id, f"the entry says {told}, the message {kept}")

    def _find(self, check: str, subject: str, detail: str) -> None:
        finding = Finding(check, subject, detail)
        if finding not in self.findings:
            self.findings.append(finding)


def prove_all() -> Proof:
    """Prove every wallet and every conversation, also those that only their parts tell of."""
    user_ids = {row.user_id for row in _keys(Wallet, "user_id")}
    user_ids |= {row.user_id for row in _keys(Entry, "user_id")}
    conversation_ids = {row.conversation_id for row in _keys(Conversation, "conversation_id")}
    conversation_ids |= {row.conversation_id for row in _keys(Message, "c", "n")}
    return _prove(sorted(user_ids), sorted(conversation_ids))


def prove_one(user_id: str) -> Proof:
    """Prove one member's wallet and the conversations they are in."""
    rows = Inbox.query(user_id, consistent_read=True)
    return _prove([user_id], [row.conversation_id for row in rows])


def _prove(user_ids: Sequence[str], conversation_ids: Sequence[str]) -> Proof:
    proof = Proof()
    for user_id in user_ids:
        proof.wallet(user_id)
    for conversation_id in conversation_ids:
        proof.conversation(conversation_id)
    return proof


def _standing(
    read: Callable[[], R], version: Callable[[R], int], rest: Callable[[], T]
) -> tuple[R, T] | None:
    """An item and what belongs to it, both at one version; None if it never stands still."""
    item = read()
    for _ in range(READS_MAX):
        belonging = rest()
        again = read()
        if version(again) == version(item):
            return item, belonging
        item = again
        clock.sleep(PAUSE_SECONDS)
    return None


def _keys(kind: type[R], *names: str) -> Iterator[R]:
    """Every item of a kind, with these attributes alone."""
    yield from kind.scan(attributes_to_get=list(names), consistent_read=True)


def _together(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), FETCHED_TOGETHER):
        yield items[start : start + FETCHED_TOGETHER]


def _spans(numbers: Sequence[int]) -> str:
    """`1–4, 6` for 1, 2, 3, 4, 6."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"{low}–{high}" if low < high else f"{low}" for low, high in spans) or "none"
