"""What members' devices are told of a conversation, as it happens."""

from chalicelib.messaging.models import Message
from chalicelib.messaging.pushes import (
    ConversationUpdated,
    MessageCreated,
    MessageDeletedPush,
    ReceiptUpdated,
    TypingUpdated,
)
from chalicelib.messaging.schemas import MessageView
from chalicelib.messaging.service.receipts import Marked
from chalicelib.messaging.service.typing import TypingState
from chalicelib.realtime import mention
from chalicelib.safety import tell


def tell_created(message: Message) -> None:
    """The message to all devices of both, but for the one it came from, which has the reply."""
    created = MessageCreated(message=MessageView.of(message))
    both = (message.receiver_id, message.sender_id)
    tell(both, both, created, except_for=message.origin or "")


def tell_deleted(message: Message) -> None:
    """The deletion to all devices of both."""
    deleted = MessageDeletedPush(
        message_id=message.message_id,
        conversation_id=message.conversation_id,
        seq=int(message.seq),
    )
    both = (message.receiver_id, message.sender_id)
    tell(both, both, deleted)


def tell_receipt(marked: Marked) -> None:
    """The badge to the reader's own devices; the watermark to the other, as far as it is shown."""
    if not marked.moved:
        return
    summary = marked.summary
    conversation_id = summary.conversation.conversation_id
    own = ConversationUpdated(
        conversation_id=conversation_id,
        unread=summary.unread,
        read_seq=int(summary.own.read_seq),
    )
    mention([summary.user_id], own, except_for=marked.origin)
    if marked.shown:
        shown = ReceiptUpdated(
            conversation_id=conversation_id,
            user_id=summary.user_id,
            delivered_seq=int(summary.own.delivered_seq),
            read_seq=int(summary.own.shown_read_seq),
        )
        mention([summary.other_id], shown)


def tell_typing(state: TypingState | None) -> None:
    """To the other member's devices, if there is news."""
    if state is not None:
        mention([state.other_id], _typing(state))


def tell_typing_ended(state: TypingState | None) -> None:
    """The same, where nobody has asked just now whether the two may interact."""
    if state is not None:
        tell((state.user_id, state.other_id), [state.other_id], _typing(state))


def _typing(state: TypingState) -> TypingUpdated:
    return TypingUpdated(
        conversation_id=state.conversation_id, user_id=state.user_id, until=state.until
    )
