"""What members' devices may be told of a conversation."""

from datetime import datetime

from chalicelib.core.socket import PushEvent, event
from chalicelib.messaging.schemas import MessageView


@event("message.created")
class MessageCreated(PushEvent, frozen=True):
    """A message was sent; it also means that its sender is not typing any more."""

    message: MessageView


@event("message.deleted")
class MessageDeletedPush(PushEvent, frozen=True):
    """A message's body is to be hidden."""

    message_id: str
    conversation_id: str
    seq: int


@event("receipt.updated")
class ReceiptUpdated(PushEvent, frozen=True):
    """How far the other member's devices got, and how far they read. Watermarks only grow."""

    conversation_id: str
    user_id: str
    delivered_seq: int
    read_seq: int


@event("conversation.updated")
class ConversationUpdated(PushEvent, frozen=True):
    """The member's own view of a conversation changed on another device: set the badge to it."""

    conversation_id: str
    unread: int
    read_seq: int


@event("typing.updated")
class TypingUpdated(PushEvent, frozen=True):
    """The other member is typing until the given time, or has stopped (null)."""

    conversation_id: str
    user_id: str
    until: datetime | None
