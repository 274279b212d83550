"""Messaging over the socket."""

from chalicelib import realtime
from chalicelib.core import clock
from chalicelib.core.access import Caller, Permission
from chalicelib.core.errors import InvalidCursor, NotFound
from chalicelib.core.limits import Limit
from chalicelib.core.signature import Request
from chalicelib.core.socket import Actions
from chalicelib.messaging.errors import NoSuchSeq
from chalicelib.messaging.routes import SENDING
from chalicelib.messaging.schemas import (
    Accepted,
    DeleteMessage,
    MessageView,
    MissedView,
    ReadReceipt,
    Receipt,
    SendMessage,
    Sync,
    SyncView,
    TypingIn,
)
from chalicelib.messaging.service import deleting, receipts, sending, syncing, typing
from chalicelib.messaging.service.scene import OnLine
from chalicelib.messaging.telling import tell_receipt, tell_typing

actions = Actions("messaging")

TELLS = realtime.LOOKS_UP + realtime.PUSHES


@actions.on(
    "message.send",
    access=Permission.MEMBER,
    needs=sending.SENDS + realtime.LOOKS_UP,
    raises=SENDING,
)
def send(request: Request, wanted: SendMessage) -> MessageView:
    """Send one message; the reply is the device's proof that we kept it."""
    draft = wanted.to(wanted.conversation_id)
    return MessageView.of(sending.send(draft, OnLine(request.connection_id)))


@actions.on(
    "message.delivered",
    access=Permission.MEMBER,
    needs=receipts.MARKS + TELLS,
    raises=(NotFound, NoSuchSeq),
)
def delivered(request: Request, receipt: Receipt) -> Accepted:
    """Everything up to a seq reached this device."""
    who = OnLine(request.connection_id)
    tell_receipt(receipts.delivered(receipt.conversation_id, receipt.seq, who))
    return Accepted(conversation_id=receipt.conversation_id)


@actions.on(
    "message.read",
    access=Permission.MEMBER,
    needs=receipts.MARKS + TELLS,
    raises=(NotFound, NoSuchSeq),
)
def read(request: Request, receipt: ReadReceipt) -> Accepted:
    """Everything up to a seq was seen."""
    who = OnLine(request.connection_id)
    marked = receipts.read(receipt.conversation_id, receipt.seq, who, private=receipt.private)
    tell_receipt(marked)
    return Accepted(conversation_id=receipt.conversation_id)


@actions.on(
    "message.delete",
    access=Permission.MEMBER,
    needs=deleting.DELETES + realtime.LOOKS_UP,
    raises=(NotFound,),
)
def delete(request: Request, wanted: DeleteMessage) -> MessageView:
    """Hide one's own message from both; its price returns if it is unread and recent."""
    return MessageView.of(deleting.delete(wanted.message_id, OnLine(request.connection_id)))


@actions.on(
    "typing.start",
    access=Permission.MEMBER,
    needs=typing.TYPES + TELLS,
    raises=(NotFound,),
)
def start_typing(request: Request, wanted: TypingIn) -> Accepted:
    """The caller is typing; it is over after 6 s unless repeated."""
    tell_typing(typing.start(wanted.conversation_id, OnLine(request.connection_id)))
    return Accepted(conversation_id=wanted.conversation_id)


@actions.on(
    "typing.stop",
    access=Permission.MEMBER,
    needs=typing.TYPES + TELLS,
    raises=(NotFound,),
)
def stop_typing(request: Request, wanted: TypingIn) -> Accepted:
    """The caller is not typing any more."""
    tell_typing(typing.stop(wanted.conversation_id, OnLine(request.connection_id)))
    return Accepted(conversation_id=wanted.conversation_id)


@actions.on(
    "sync",
    access=Permission.MEMBER,
    needs=syncing.SYNCS,
    limit=Limit(knocks=120, seconds=60, by="account"),
    raises=(NotFound, InvalidCursor),
)
def sync(caller: Caller, wanted: Sync) -> SyncView:
    """Everything this device missed, a page at a time."""
    synced_at = clock.now()
    known = syncing.Known(wanted.since, wanted.synced_at)
    missed, next_cursor = syncing.sync(caller.user_id, known, wanted.cursor)
    conversations = [MissedView.of(each) for each in missed]
    return SyncView(synced_at=synced_at, conversations=conversations, next_cursor=next_cursor)
