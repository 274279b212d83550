"""Opening a conversation between two members who matched, barring it, and closing it for good."""

from datetime import datetime

from chalicelib.core import db, ids
from chalicelib.core.needs import fetches, puts, updates
from chalicelib.messaging.models import Conversation, Inbox

OPENS = puts("conversations", "inbox")
CLOSES = updates("conversations")
BARS = fetches("conversations") + updates("conversations")


def conversation_key(one: str, other: str) -> db.Key[Conversation]:
    """Where the two members' conversation stands, if they have one."""
    return Conversation.at(_id_of(one, other))


def open_conversation(tx: db.Transaction, one: str, other: str, *, at: datetime) -> str:
    """Open the two members' one conversation, within `tx`; returns its id.

    Raises db.Stale at commit if they have one.
    """
    conversation_id = _id_of(one, other)
    tx.put(Conversation(conversation_id, opened_at=at), otherwise=db.Stale())
    for member in (one, other):
        tx.put(Inbox(member, conversation_id, active_at=at), otherwise=db.Stale())
    return conversation_id


def close_conversation(tx: db.Transaction, one: str, other: str) -> None:
    """Let nothing more be sent between two members, within `tx`; what was sent stays.

    A message on its way lands before this or not at all. Raises db.Stale at commit if they have no
    conversation.
    """
    tx.update(
        Conversation(_id_of(one, other)),
        Conversation.open.set(False),
        when=Conversation.present(),
        otherwise=db.Stale(),
    )


def bar_conversation(tx: db.Transaction, user_id: str, other_id: str) -> None:
    """Let nothing be sent in a conversation while the member blocks the other, within `tx`.

    A message on its way lands before this or not at all. Raises db.Stale at commit if they have no
    conversation.
    """
    tx.update(
        Conversation(_id_of(user_id, other_id)),
        Conversation.barred_by.add({user_id}),
        when=Conversation.present(),
        otherwise=db.Stale(),
    )


def unbar_conversation(tx: db.Transaction, user_id: str, other_id: str) -> None:
    """The contrary of `bar_conversation`, within `tx`; the other's bar stands."""
    tx.update(
        Conversation(_id_of(user_id, other_id)),
        Conversation.barred_by.delete({user_id}),
        when=Conversation.present(),
        otherwise=db.Stale(),
    )


def _id_of(one: str, other: str) -> str:
    return f"cnv_{ids.pair_of(one, other)}"
