"""What messaging hears and says."""

from datetime import datetime
from typing import Annotated

import msgspec

from chalicelib.core.errors import Invalid
from chalicelib.core.schema import (
    SOMETHING_ON_ANY_LINES,
    ClientId,
    ConversationId,
    Credits,
    Cursor,
    In,
    Instant,
    Limit,
    MessageId,
    Out,
    Page,
    normalised,
)
from chalicelib.messaging.models import Message
from chalicelib.messaging.service.reading import Summary, Window
from chalicelib.messaging.service.sending import Draft, Quote
from chalicelib.messaging.service.syncing import Missed

BODY_CHARACTERS_MAX = 4000
Body = Annotated[
    str, msgspec.Meta(pattern=SOMETHING_ON_ANY_LINES, min_length=1, max_length=BODY_CHARACTERS_MAX)
]
"""1 to 4,000 characters on any number of lines, not all of them blank."""

Seq = Annotated[int, msgspec.Meta(ge=1, le=0xFFFF_FFFF)]
SeqOrNone = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF_FFFF)]
InboxLimit = Annotated[int, msgspec.Meta(ge=1, le=50)]
KnownSeqs = Annotated[dict[ConversationId, SeqOrNone], msgspec.Meta(max_length=200)]


class PostMessage(In, frozen=True):
    """A message. Make `client_message_id` and keep it before sending; repeat it when unsure.

    `quoted_credits` is the price you showed; with another price nothing is sent. After `expires_at`
    the request is not carried out any more.
    """

    client_message_id: ClientId
    body: Body
    quoted_credits: Credits
    expires_at: Instant | None = None

    def to(self, conversation_id: str) -> Draft:
        """The draft for a conversation. Raises Invalid if composing the body makes it too long."""
        if len(normalised(self.body)) > BODY_CHARACTERS_MAX:
            raise Invalid(
                at="$.body", rule="length", message=f"is over {BODY_CHARACTERS_MAX} in NFC"
            )
        return Draft(
            conversation_id=conversation_id,
            client_message_id=self.client_message_id,
            body=self.body,
            quoted_credits=self.quoted_credits,
            expires_at=self.expires_at,
        )


class SendMessage(PostMessage, frozen=True, kw_only=True):
    """A message, over the socket."""

    conversation_id: ConversationId


class HistoryQuery(In, frozen=True):
    """Messages `before` a seq, newest first; or `since` one, oldest first; or the newest."""

    limit: Limit = 50
    cursor: Cursor | None = None
    before: Seq | None = None
    since: SeqOrNone | None = None

    def window(self) -> Window:
        """The part of the history that is meant. Raises Invalid if it is two."""
        if self.before is not None and self.since is not None:
            raise Invalid(at="$.since", rule="exclusive", message="cannot stand beside `before`")
        return Window(limit=self.limit, before=self.before, since=self.since, cursor=self.cursor)


class InboxPage(Page, frozen=True, kw_only=True):
    """Which part of the inbox is wanted."""

    limit: InboxLimit = 20


class Receipt(In, frozen=True):
    """Everything up to `seq` reached this device."""

    conversation_id: ConversationId
    seq: Seq


class ReadReceipt(Receipt, frozen=True):
    """Everything up to `seq` was seen. In private, only the reader's own devices are told."""

    private: bool = False


class DeleteMessage(In, frozen=True):
    """Hide one's own message from both."""

    message_id: MessageId


class TypingIn(In, frozen=True):
    """Typing in this conversation; repeat it every 3 s while it goes on."""

    conversation_id: ConversationId


class Sync(In, frozen=True):
    """The newest seq this device has, by conversation, and the cursor of the page before.

    `synced_at` is what the first page of the last sync said: deletions since then are told too.
    """

    since: KnownSeqs = msgspec.field(default_factory=dict)
    synced_at: Instant | None = None
    cursor: Cursor | None = None


class MessageView(Out, frozen=True):
    """A message. `seq` orders it; `body` is null once it is deleted."""

    message_id: str
    conversation_id: str
    seq: int
    sender_id: str
    client_message_id: str
    body: str | None
    credits: int
    sent_at: datetime
    deleted_at: datetime | None

    @classmethod
    def of(cls, message: Message) -> "MessageView":
        return cls(
            message_id=message.message_id,
            conversation_id=message.conversation_id,
            seq=int(message.seq),
            sender_id=message.sender_id,
            client_message_id=message.client_message_id,
            body=message.body,
            credits=int(message.credits),
            sent_at=message.sent_at,
            deleted_at=message.deleted_at,
        )


class MessageList(Out, frozen=True):
    """A page of a conversation's history."""

    items: list[MessageView]
    next_cursor: str | None


class QuoteView(Out, frozen=True):
    """What the next message costs, how many are free before that, and what can be spent."""

    credits: int
    free_left: int
    available_credits: int

    @classmethod
    def of(cls, quote: Quote) -> "QuoteView":
        return cls(
            credits=quote.credits,
            free_left=quote.free_left,
            available_credits=quote.available_credits,
        )


class ConversationView(Out, frozen=True):
    """A conversation as the caller sees it.

    `their_*` is how far the other member's devices got, and how far they let it be known they read.
    """

    conversation_id: str
    with_user_id: str
    seq: int
    unread: int
    active_at: datetime
    preview: str | None
    last_sender_id: str | None
    delivered_seq: int
    read_seq: int
    their_delivered_seq: int
    their_read_seq: int

    @classmethod
    def of(cls, summary: Summary) -> "ConversationView":
        own, other = summary.own, summary.other
        return cls(
            conversation_id=own.conversation_id,
            with_user_id=summary.other_id,
            seq=int(summary.conversation.seq),
            unread=summary.unread,
            active_at=own.active_at,
            preview=own.preview,
            last_sender_id=own.last_sender_id,
            delivered_seq=int(own.delivered_seq),
            read_seq=int(own.read_seq),
            their_delivered_seq=int(other.delivered_seq),
            their_read_seq=int(other.shown_read_seq),
        )


class ConversationList(Out, frozen=True):
    """A page of the inbox, the last active first."""

    items: list[ConversationView]
    next_cursor: str | None


class MissedView(Out, frozen=True):
    """A conversation as it now is, and what the device missed; not complete: there is more.

    The bodies of `deleted_seqs` are to be hidden, also where the device has them already.
    """

    conversation: ConversationView
    messages: list[MessageView]
    complete: bool
    deleted_seqs: list[int]

    @classmethod
    def of(cls, missed: Missed) -> "MissedView":
        return cls(
            conversation=ConversationView.of(missed.summary),
            messages=[MessageView.of(message) for message in missed.messages],
            complete=missed.complete,
            deleted_seqs=missed.deleted_seqs,
        )


class SyncView(Out, frozen=True):
    """A page of what was missed. With a cursor there is more: ask again with it and new seqs.

    Keep `synced_at` of the first page for the next sync.
    """

    synced_at: datetime
    conversations: list[MissedView]
    next_cursor: str | None


class Accepted(Out, frozen=True):
    """It is done."""

    conversation_id: str
