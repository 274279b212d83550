"""Messaging over HTTP."""

from http import HTTPStatus

from chalicelib import safety, wallet
from chalicelib.core.access import Caller, Permission
from chalicelib.core.errors import (
    IdempotencyConflict,
    InvalidCursor,
    NotFound,
    TooManyRequests,
)
from chalicelib.core.http import Api
from chalicelib.core.schema import ConversationId, MessageId
from chalicelib.messaging.errors import RequestExpired
from chalicelib.messaging.schemas import (
    ConversationList,
    ConversationView,
    HistoryQuery,
    InboxPage,
    MessageList,
    MessageView,
    PostMessage,
    QuoteView,
)
from chalicelib.messaging.service import deleting, reading, sending

conversations = Api("messaging", prefix="/v1/conversations")
messages = Api("messaging", prefix="/v1/messages")
apis = [conversations, messages]

SENDING = (
    NotFound,
    wallet.PriceChanged,
    wallet.InsufficientCredits,
    TooManyRequests,
    RequestExpired,
    safety.TextRefused,
    IdempotencyConflict,
)


@conversations.get("", access=Permission.MEMBER, needs=reading.LISTS, raises=(InvalidCursor,))
def list_conversations(caller: Caller, page: InboxPage) -> ConversationList:
    """The caller's conversations, the last active first."""
    summaries, next_cursor = reading.inbox_of(caller.user_id, page)
    items = [ConversationView.of(summary) for summary in summaries]
    return ConversationList(items=items, next_cursor=next_cursor)


@conversations.get(
    "/{conversation_id}", access=Permission.MEMBER, needs=reading.READS_ONE, raises=(NotFound,)
)
def show(caller: Caller, conversation_id: ConversationId) -> ConversationView:
    """One conversation."""
    return ConversationView.of(reading.summary(conversation_id, caller))


@conversations.get(
    "/{conversation_id}/messages",
    access=Permission.MEMBER,
    needs=reading.READS_HISTORY,
    raises=(NotFound, InvalidCursor),
)
def history(caller: Caller, conversation_id: ConversationId, query: HistoryQuery) -> MessageList:
    """A conversation's messages, backwards from the newest or forwards from a seq."""
    listed, next_cursor = reading.history(conversation_id, caller, query.window())
    return MessageList(items=[MessageView.of(each) for each in listed], next_cursor=next_cursor)


@conversations.post(
    "/{conversation_id}/messages",
    access=Permission.MEMBER,
    needs=sending.SENDS,
    status=HTTPStatus.CREATED,
    raises=SENDING,
)
def send(caller: Caller, conversation_id: ConversationId, wanted: PostMessage) -> MessageView:
    """Send one message; safe to repeat with the same `client_message_id`."""
    return MessageView.of(sending.send(wanted.to(conversation_id), caller))


@conversations.get(
    "/{conversation_id}/quote",
    access=Permission.MEMBER,
    needs=sending.QUOTES,
    raises=(NotFound,),
)
def quote(caller: Caller, conversation_id: ConversationId) -> QuoteView:
    """What the next message costs; name that price when you send it."""
    return QuoteView.of(sending.quote(conversation_id, caller))


@messages.delete(
    "/{message_id}",
    access=Permission.MEMBER,
    needs=deleting.DELETES,
    status=HTTPStatus.NO_CONTENT,
    raises=(NotFound,),
)
def delete(caller: Caller, message_id: MessageId) -> None:
    """Hide one's own message from both; its price returns if it is unread and recent."""
    deleting.delete(message_id, caller)
