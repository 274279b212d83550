"""Deleting one's own message, with its price back if nobody has read it."""

from datetime import timedelta

from chalicelib import wallet
from chalicelib.core import clock, db
from chalicelib.core.errors import NotFound
from chalicelib.core.needs import fetches, updates
from chalicelib.core.settings import settings
from chalicelib.messaging.models import Inbox, Message, place_of
from chalicelib.messaging.service.scene import ENTERS, Scene, Who, enter

DELETES = ENTERS + wallet.REFUNDS + fetches("messages", "inbox") + updates("messages")


def delete(message_id: str, who: Who) -> Message:
    """Hide a message of the caller's from both; its seq stays. A repetition changes nothing.

    Its body is kept for whoever has to judge a report: deleting must not undo what was said.
    The price returns if the other has not read it and it is younger than the refund window.
    Raises NotFound, the same for another's message.
    """
    return db.settle(lambda: _delete_once(message_id, who))


def _delete_once(message_id: str, who: Who) -> Message:
    conversation_id, seq = place_of(message_id)
    scene = enter(
        conversation_id,
        who,
        of_caller=lambda user_id: [
            Message.at(conversation_id, seq),
            wallet.wallet_key(user_id),
        ],
        of_other=lambda user_id: [Inbox.at(user_id, conversation_id)],
    )
    message = scene.found[Message.at(conversation_id, seq)]
    if message is None or message.sender_id != scene.user_id:
        raise NotFound()
    if message.deleted_at is not None:
        return message

    charged = wallet.receipt(scene.user_id, message.entry_id) if _refunds(message, scene) else None
    message.withdrawn, message.body, message.deleted_at = message.body, None, clock.now()
    with db.transaction() as tx:
        tx.update(
            Message(conversation_id, seq),
            Message.body.remove(),
            Message.withdrawn.set(message.withdrawn),
            Message.deleted_at.set(message.deleted_at),
            when=Message.present() & Message.deleted_at.does_not_exist(),
            otherwise=db.Stale(),
        )
        if charged is not None and charged.refundable >= message.credits:
            purse = scene.found[wallet.wallet_key(scene.user_id)]
            wallet.refund(tx, purse, charged, int(message.credits))
    return message


def _refunds(message: Message, scene: Scene) -> bool:
    window = timedelta(seconds=settings().refund_window_seconds)
    inbox = scene.found[Inbox.at(scene.other_id, message.conversation_id)]
    answered_seq = scene.conversation.side_of(scene.other_id).sent_seq
    unread = inbox is not None and max(inbox.read_seq, answered_seq) < message.seq
    return bool(message.credits and unread and clock.now() < message.sent_at + window)
