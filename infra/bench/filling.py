"""Tables filled with the past of many members, so that it shows what grows with them.

Written past the app, twenty-five items to a call. The past is over: its stream records are dropped,
so that nobody is told of it now.
"""

import itertools
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib.accounts.models import Member
from chalicelib.core import clock, db, ids
from chalicelib.matching.models import Liking, listing
from chalicelib.messaging.models import Conversation, Inbox, Message
from chalicelib.wallet.models import Entry, Wallet
from infra.local.engine import FILE, TRIM
from infra.local.events import REGION
from infra.local.stack import Stack
from infra.local.wire import Wire

ITEMS_PER_CALL = 25
BODY = "a" * 400
Item = dict[str, Any]


@dataclass(frozen=True)
class Past:
    """So many items of everything, around one member and one conversation of theirs."""

    user_id: str
    conversation_id: str
    size: int

    def write(self, stack: Stack) -> None:
        """Fill every table that grows."""
        wire = Wire(stack.addresses.engine, region=REGION)
        for kind, items in self._tables():
            _write(wire, kind, items)
        self._make_true()
        forget_streams(stack)

    def _tables(self) -> Iterator[tuple[type[db.Record], Iterable[Item]]]:
        yield Message, self._messages()
        yield Message, (self._message(each, 1) for each in _some(self._conversations()))
        yield Entry, (self._entry(self.user_id, number) for number in range(2, self.size + 1))
        yield Entry, (self._entry(each, 1) for each in _some(self._strangers()))
        yield Wallet, (_with(_WALLET, user_id=each) for each in self._strangers())
        yield Member, (_with(_MEMBER, user_id=each) for each in self._strangers())
        yield Conversation, (_with(_CONVERSATION, conversation_id=c) for c in self._conversations())
        yield Inbox, self._inbox_rows()
        yield type(_MATCH), (self._match(each) for each in self._strangers())
        yield Liking, (self._like(each) for each in self._conversations())

    def _strangers(self) -> Iterator[str]:
        return (f"usr_{number:026}" for number in range(self.size))

    def _conversations(self) -> Iterator[str]:
        return (f"cnv_{ids.pair_of(self.user_id, each)}" for each in self._strangers())

    def _messages(self) -> Iterator[Item]:
        return (self._message(self.conversation_id, seq) for seq in range(1, self.size + 1))

    def _message(self, conversation_id: str, seq: int) -> Item:
        item = _with(_MESSAGE, c=conversation_id, s=self.user_id, k=f"message-{seq:08}")
        return item | {"n": {"N": str(seq)}}

    def _entry(self, user_id: str, number: int) -> Item:
        item = _with(_ENTRY, user_id=user_id, entry_id=f"grant/past-{number:08}")
        return item | {"number": {"N": str(number)}}

    def _inbox_rows(self) -> Iterator[Item]:
        for stranger, conversation_id in zip(self._strangers(), self._conversations(), strict=True):
            for user_id in (self.user_id, stranger):
                yield _with(_INBOX, user_id=user_id, conversation_id=conversation_id)

    def _match(self, stranger: str) -> Item:
        return listing(self.user_id, stranger, _AT).serialize()

    def _like(self, conversation_id: str) -> Item:
        pair_id = conversation_id.removeprefix("cnv_")
        return _with(_LIKING, pair_id=pair_id, received_by=self.user_id)

    def _make_true(self) -> None:
        """What counts the items, counts them."""
        conversation = Conversation.get(self.conversation_id)
        conversation.seq = self.size
        conversation.save()
        wallet = Wallet.get(self.user_id)
        given = self.size - 1
        wallet.entries = self.size
        wallet.version = self.size
        wallet.bought = given
        wallet.available = int(wallet.available) + given
        wallet.credits = int(wallet.credits) + given
        wallet.save()


def _some(names: Iterator[str]) -> Iterator[str]:
    """Every tenth: these tables are large already."""
    return itertools.islice(names, 0, None, 10)


def _with(record: db.Record, **texts: str) -> Item:
    """An item like this one, but for some texts."""
    serialized: Item = _SERIALIZED.setdefault(id(record), record.serialize())
    return serialized | {name: {"S": text} for name, text in texts.items()}


def _write(wire: Wire, kind: type[db.Record], items: Iterable[Item]) -> None:
    table = kind.Meta.table_name
    puts = ({"PutRequest": {"Item": item}} for item in items)
    while batch := list(itertools.islice(puts, ITEMS_PER_CALL)):
        wire.tables("BatchWriteItem", RequestItems={table: batch})


def forget_streams(stack: Stack) -> None:
    """Drop the records of what was written here."""
    file = sqlite3.connect(stack.folder / FILE, isolation_level=None, timeout=60)
    try:
        file.execute(TRIM, (int(time.time()) + 60,))
    finally:
        file.close()


_AT = clock.now()
_NOBODY, _NOWHERE = "usr_", "cnv_"
_WALLET = Wallet(_NOBODY, available=50, credits=50, bought=50, entries=1, version=1)
_MEMBER = Member(
    _NOBODY,
    email="stranger@example.com",
    password_hash="none",
    birthdate=_AT.date(),
    roles={"member"},
    created_at=_AT,
)
_CONVERSATION = Conversation(_NOWHERE, seq=1, opened_at=_AT)
_MESSAGE = Message(
    _NOWHERE, 1, sender_id=_NOBODY, client_message_id="", body=BODY, credits=0, sent_at=_AT
)
_ENTRY = Entry(
    _NOBODY, "", number=1, kind="grant", amount=1, balance=1, reference="past", posted_at=_AT
)
_INBOX = Inbox(_NOBODY, _NOWHERE, active_at=_AT, last_seq=1, preview="a" * 100)
_MATCH = listing(_NOBODY, _NOBODY, _AT)
_LIKING = Liking("", received_by=_NOBODY, low_liked_at=_AT, liked_at=_AT)
_SERIALIZED: dict[int, Item] = {}
