"""What messaging does when it hears of something."""

from datetime import datetime

from chalicelib.core import db
from chalicelib.messaging.events import MessageChange, MessageDeleted
from chalicelib.messaging.models import Inbox, Message
from chalicelib.messaging.service import typing
from chalicelib.messaging.telling import tell_created, tell_deleted, tell_typing_ended
from chalicelib.realtime import ConnectionClosed

PREVIEW_CHARACTERS = 100


def announce(changed: list[MessageChange]) -> None:
    """Tell both members' devices of messages of one conversation, in the order of their seq.

    Queues do not keep an order, so a message may be told after its deletion in another batch: what
    was once deleted stays so on a device.
    """
    for change in sorted(changed, key=lambda change: (change.seq, change.deleted_at is not None)):
        if isinstance(change, MessageDeleted):
            tell_deleted(change.message())
        else:
            tell_created(change.message())


def move_inbox(changed: list[MessageChange]) -> None:
    """Bring both members' inbox rows up to one conversation's newest message: one write each.

    A deletion costs another, which tells `sync` to look for it.
    """
    messages = [change.message() for change in changed]
    newest = max(messages, key=lambda message: (message.seq, message.deleted_at is not None))
    deletions = [message.deleted_at for message in messages if message.deleted_at is not None]
    for member in (newest.sender_id, newest.receiver_id):
        _move(member, newest)
        if deletions:
            _note_deletion(member, newest.conversation_id, max(deletions))


def end_typing(closed: list[ConnectionClosed]) -> None:
    """A socket is gone, so nobody types on it."""
    for connection in closed:
        tell_typing_ended(typing.end(connection.connection_id))


def _move(user_id: str, message: Message) -> None:
    """A deletion beats the message it deletes, in whichever order they come."""
    behind = Inbox.last_seq < message.seq
    if message.deleted_at is not None:
        behind = Inbox.last_seq <= message.seq
    body = message.body
    try:
        db.update(
            Inbox(user_id, message.conversation_id),
            Inbox.last_seq.set(message.seq),
            Inbox.last_sender_id.set(message.sender_id),
            Inbox.preview.set(body[:PREVIEW_CHARACTERS]) if body else Inbox.preview.remove(),
            Inbox.active_at.set(message.sent_at),
            when=Inbox.present() & behind,
            otherwise=db.Stale(),
        )
    except db.Stale:
        return  # something newer came first


def _note_deletion(user_id: str, conversation_id: str, deleted_at: datetime) -> None:
    earlier = Inbox.deleted_at.does_not_exist() | (Inbox.deleted_at < deleted_at)
    try:
        db.update(
            Inbox(user_id, conversation_id),
            Inbox.deleted_at.set(deleted_at),
            when=Inbox.present() & earlier,
            otherwise=db.Stale(),
        )
    except db.Stale:
        return  # a later deletion came first
