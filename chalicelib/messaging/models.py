"""Conversations, messages, each member's inbox, and who is typing."""

from datetime import datetime, timedelta
from math import ceil

from pynamodb.attributes import (
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import KeysOnlyProjection, LocalSecondaryIndex

from chalicelib.core import db, ids
from chalicelib.core.settings import settings

MINUTE = timedelta(minutes=1)


class Side(db.Part):
    """What a conversation keeps of one of its two members.

    sent_seq     seq of their newest message: posting counts as having read
    free_used    how much of the free quota is gone
    minute_at    start of the minute in which `minute_sent` messages were sent
    minute_sent
    """

    sent_seq = NumberAttribute(default=0)
    free_used = NumberAttribute(default=0)
    minute_at = db.InstantAttribute(null=True)
    minute_sent = NumberAttribute(default=0)

    def sends(self, seq: int, *, free: bool, at: datetime) -> "Side":
        """The side after sending message `seq`."""
        fresh = self.minute_at is None or self.minute_at + MINUTE <= at
        return Side(
            sent_seq=seq,
            free_used=int(self.free_used) + int(free),
            minute_at=at if fresh else self.minute_at,
            minute_sent=1 if fresh else int(self.minute_sent) + 1,
        )

    def seconds_to_wait(self, at: datetime) -> int:
        """How long until another message may be sent; 0 for at once."""
        if self.minute_at is None or self.minute_at + MINUTE <= at:
            return 0
        if self.minute_sent < settings().messages_per_minute:
            return 0
        return ceil((self.minute_at + MINUTE - at).total_seconds())


class Conversation(db.Record, table="conversations"):
    """Two members talking. There is at most one for any two: its id is made of theirs.

    conversation_id  partition key, "cnv_" and both ULIDs in order
    open             false once the end of the match closed it, for good
    barred_by        who of the two blocks the other: nothing is sent while anybody does
    seq              number of the newest message, from 1
    low, high        what is kept of each member, by the order of their ids
    opened_at
    """

    conversation_id = UnicodeAttribute(hash_key=True)
    open = BooleanAttribute(default=True)
    barred_by = UnicodeSetAttribute(null=True)
    seq = NumberAttribute(default=0)
    low = Side(default=Side)
    high = Side(default=Side)
    opened_at = db.InstantAttribute()

    @property
    def members(self) -> tuple[str, str]:
        """Both members' ids, in order."""
        return ids.members_of(self.conversation_id)

    def side_of(self, user_id: str) -> Side:
        """What is kept of one member."""
        return self.low if user_id == self.members[0] else self.high


class ByDeletion(LocalSecondaryIndex["Message"]):
    """A conversation's deleted messages, by when they were deleted; others are not in it."""

    class Meta:
        index_name = "by_deletion"
        projection = KeysOnlyProjection()

    conversation_id = UnicodeAttribute(hash_key=True, attr_name="c")
    deleted_at = db.InstantAttribute(range_key=True, attr_name="d")


class Message(db.Record, table="messages", stream=True):
    """One message. Attribute names are short, since a page of fifty is read at a time.

    conversation_id, seq  partition and sort key
    sender_id
    client_message_id     the sender's own id for it
    body                  absent once deleted
    withdrawn             then what it was: members never see it, only `witness` reads it
    credits               what it cost
    sent_at
    deleted_at
    origin                the connection it came from, which needs no echo
    flags                 the rules of safety that it breaks; not shown to members
    """

    conversation_id = UnicodeAttribute(hash_key=True, attr_name="c")
    seq = NumberAttribute(range_key=True, attr_name="n")
    sender_id = UnicodeAttribute(attr_name="s")
    client_message_id = UnicodeAttribute(attr_name="k")
    body = UnicodeAttribute(attr_name="b", null=True)
    withdrawn = UnicodeAttribute(attr_name="w", null=True)
    credits = NumberAttribute(attr_name="p")
    sent_at = db.InstantAttribute(attr_name="t")
    deleted_at = db.InstantAttribute(attr_name="d", null=True)
    origin = UnicodeAttribute(attr_name="o", null=True)
    flags = UnicodeSetAttribute(attr_name="f", null=True)

    by_deletion = ByDeletion()

    @property
    def message_id(self) -> str:
        """ "msg_", the pair, and the seq in hex: it names its place, so no index is needed."""
        return f"msg_{self.conversation_id.removeprefix('cnv_')}_{int(self.seq):08x}"

    @property
    def receiver_id(self) -> str:
        """The other member."""
        return ids.other_of(self.conversation_id, self.sender_id)

    @property
    def entry_id(self) -> str:
        """The key under which the sender's wallet keeps what it cost."""
        return entry_id_of(self.conversation_id, self.client_message_id)


def entry_id_of(conversation_id: str, client_message_id: str) -> str:
    """The permanent idempotency key of one message, in its sender's wallet."""
    return f"message/{conversation_id}/{client_message_id}"


def place_of(message_id: str) -> tuple[str, int]:
    """The conversation and seq that a message's id names."""
    _, pair, seq = message_id.split("_")
    return f"cnv_{pair}", int(seq, 16)


class ByActivity(LocalSecondaryIndex["Inbox"]):
    """A member's conversations, by their last activity."""

    class Meta:
        index_name = "by_activity"
        projection = KeysOnlyProjection()

    user_id = UnicodeAttribute(hash_key=True)
    active_at = db.InstantAttribute(range_key=True)


class Inbox(db.Record, table="inbox"):
    """One member's view of one conversation.

    user_id, conversation_id  partition and sort key
    active_at       the last message's time; the inbox is sorted by it
    last_seq        which message that is; moves by a reaction, shortly after
    last_sender_id
    preview         its first characters; absent once deleted
    delivered_seq   everything up to here reached one of the member's devices
    read_seq        everything up to here was seen
    shown_read_seq  as much of that as the other member may know
    deleted_at      when a message was last deleted in it; moves by a reaction, shortly after
    """

    user_id = UnicodeAttribute(hash_key=True)
    conversation_id = UnicodeAttribute(range_key=True)
    active_at = db.InstantAttribute()
    last_seq = NumberAttribute(default=0)
    last_sender_id = UnicodeAttribute(null=True)
    preview = UnicodeAttribute(null=True)
    delivered_seq = NumberAttribute(default=0)
    read_seq = NumberAttribute(default=0)
    shown_read_seq = NumberAttribute(default=0)
    deleted_at = db.InstantAttribute(null=True)

    by_activity = ByActivity()


class Typing(db.Record, table="typing"):
    """Somebody is writing, on one device; it is over by itself after a few seconds.

    connection_id    partition key
    user_id, conversation_id
    told_at          when the other was last told so
    until            not typing any more from then on
    expires_at       DynamoDB may delete it
    """

    connection_id = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()
    conversation_id = UnicodeAttribute()
    told_at = db.InstantAttribute()
    until = db.InstantAttribute()
    expires_at = db.ExpiryAttribute()


def unread_of(conversation: Conversation, inbox: Inbox, user_id: str) -> int:
    """Messages of the other's that the member has not seen.

    Whoever posts has read all before it, so everything later than both is the other's.
    """
    sent_seq = int(conversation.side_of(user_id).sent_seq)
    return int(conversation.seq) - max(int(inbox.read_seq), sent_seq)
