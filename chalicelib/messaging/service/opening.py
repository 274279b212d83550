"""Opening a conversation between two members who matched."""

from datetime import datetime

from chalicelib.core import db, ids
from chalicelib.core.needs import puts
from chalicelib.messaging.models import Conversation, Inbox

OPENS = puts("conversations", "inbox")


def open_conversation(tx: db.Transaction, one: str, other: str, *, at: datetime) -> str:
    """Open the two members' one conversation, within `tx`; returns its id.

    Raises db.Stale at commit if they have one.
    """
    conversation_id = f"cnv_{ids.pair_of(one, other)}"
    tx.put(Conversation(conversation_id, opened_at=at), otherwise=db.Stale())
    for member in (one, other):
        tx.put(Inbox(member, conversation_id, active_at=at), otherwise=db.Stale())
    return conversation_id
