"""What two members wrote, for whoever has to judge it later: read past every policy."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.core import db, ids
from chalicelib.core.errors import NotFound
from chalicelib.core.needs import queries
from chalicelib.messaging.models import Message, place_of

WITNESSES = queries("messages")
WINDOW = 40


@dataclass(frozen=True)
class Witnessed:
    """A message as it was written, and when it was deleted, if it was."""

    message_id: str
    sender_id: str
    body: str
    sent_at: datetime
    deleted_at: datetime | None
    flags: list[str]


def witness(one: str, other: str, message_id: str | None = None) -> list[Witnessed]:
    """The 40 newest messages between two members, or those around one of them; oldest first.

    Whether they may still talk is not asked: who was blocked can still be reported. Raises NotFound
    for a message that these two did not exchange.
    """
    conversation_id, place = f"cnv_{ids.pair_of(one, other)}", None
    if message_id is not None:
        named, seq = place_of(message_id)
        if named != conversation_id:
            raise NotFound()
        place = Message.seq <= seq + WINDOW // 2
    messages, _ = db.page(
        Message.query(
            conversation_id, place, scan_index_forward=False, consistent_read=True, limit=WINDOW
        )
    )
    seen = [_witnessed(message) for message in reversed(messages)]
    if message_id is not None and message_id not in {each.message_id for each in seen}:
        raise NotFound()
    return seen


def _witnessed(message: Message) -> Witnessed:
    return Witnessed(
        message.message_id,
        message.sender_id,
        message.body or message.withdrawn or "",
        message.sent_at,
        message.deleted_at,
        sorted(message.flags or ()),
    )
