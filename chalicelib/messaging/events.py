"""What the table of messages tells."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.core import changes
from chalicelib.messaging.models import Message


class MessageChange(changes.Event, frozen=True):
    """What both changes of a message carry: enough to tell it without a read."""

    conversation_id: str
    seq: int
    sender_id: str
    client_message_id: str
    body: str | None
    credits: int
    sent_at: datetime
    deleted_at: datetime | None
    origin: str | None

    def message(self) -> Message:
        """The message as it was then."""
        return Message(
            self.conversation_id,
            self.seq,
            sender_id=self.sender_id,
            client_message_id=self.client_message_id,
            body=self.body,
            credits=self.credits,
            sent_at=self.sent_at,
            deleted_at=self.deleted_at,
            origin=self.origin,
        )


class MessageSent(MessageChange, frozen=True):
    """A message was sent."""


class MessageDeleted(MessageChange, frozen=True):
    """A message was hidden from both."""


@changes.of(Message, on=("INSERT", "MODIFY"), tells=(MessageSent, MessageDeleted))
def message_changed(before: Message | None, after: Message | None) -> Iterator[changes.Event]:
    if after is None:
        return
    if before is None:
        yield MessageSent(**_facts(after))
    elif before.deleted_at is None and after.deleted_at is not None:
        yield MessageDeleted(**_facts(after))


def _facts(message: Message) -> dict[str, Any]:
    names = MessageChange.__struct_fields__
    facts = {name: getattr(message, name) for name in names}
    return facts | {"seq": int(message.seq), "credits": int(message.credits)}
