"""Coming back: everything a device missed, strongly consistent, in pages it can take."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib import accounts
from chalicelib.core import cursors, db
from chalicelib.core.errors import NotFound
from chalicelib.core.needs import queries
from chalicelib.core.settings import settings
from chalicelib.messaging.models import Inbox, Message
from chalicelib.messaging.service.reading import READS_ONE, Summary, keys_of, summaries_in

SYNCS = queries("inbox", "messages", "messages/by_deletion") + READS_ONE + cursors.PAGES
CONVERSATIONS_PER_PAGE = 19
"""With the member, no more items than one read takes."""
MESSAGES_PER_QUERY = 100
DELETIONS_MAX = 1000
"""Of one conversation: the newest, should more have been deleted while a device was away."""
OVERLAP = timedelta(minutes=5)
"""How far before its last sync a device is told of deletions again: hiding twice is harmless, and
the inbox hears of a deletion only shortly after it."""
SEQ_BYTES = 12
SUMMARY_BYTES = 1024
OVERHEAD_BYTES = 512
"""What a conversation, and a message besides its body, weigh in a frame at most."""
BEFORE_ALL = "cnv_"
"""Sorts before every conversation's id."""


@dataclass(frozen=True)
class Missed:
    """A conversation as it now is, and the messages since the seq that the device knows.

    complete      False if messages are left for the next page
    deleted_seqs  what was deleted since the device last synced, or a little before
    """

    summary: Summary
    messages: list[Message]
    complete: bool
    deleted_seqs: list[int]


@dataclass(frozen=True)
class Known:
    """What a device has: the newest seq of each conversation, and when it synced last."""

    seqs: Mapping[str, int]
    synced_at: datetime | None


def sync(user_id: str, known: Known, cursor: str | None) -> tuple[list[Missed], str | None]:
    """A page of the member's conversations, each with what the device misses, and a cursor.

    A conversation that the device does not name is told without messages: its history can be paged.
    Repeat with the cursor, and with the seqs known by then, until there is none. Raises NotFound
    for who was suspended a moment ago, and InvalidCursor.
    """
    scope = f"sync/{user_id}"
    rows, after = db.page(
        Inbox.query(
            user_id,
            consistent_read=True,
            limit=CONVERSATIONS_PER_PAGE,
            last_evaluated_key=cursors.unseal(cursor, scope),
        )
    )
    left_bytes, missed = settings().sync_bytes_max, list[Missed]()
    for summary in _summaries(user_id, [row.conversation_id for row in rows]):
        conversation_id = summary.conversation.conversation_id
        if left_bytes < SUMMARY_BYTES + DELETIONS_MAX * SEQ_BYTES:
            after = _just_before(rows, conversation_id)
            break
        seq = known.seqs.get(conversation_id, int(summary.conversation.seq))
        deleted_seqs = _deleted(summary.own, known.synced_at)
        left_bytes -= SUMMARY_BYTES + SEQ_BYTES * len(deleted_seqs)
        messages, complete = _since(summary, seq, left_bytes)
        missed.append(Missed(summary, messages, complete, deleted_seqs))
        left_bytes -= sum(_weight(message) for message in messages)
        if not complete:
            after = _just_before(rows, conversation_id)
            break
    return missed, cursors.seal(after, scope)


def _summaries(user_id: str, conversation_ids: list[str]) -> list[Summary]:
    member_key = accounts.member_key(user_id)
    found = db.fetch(member_key, *keys_of(user_id, conversation_ids))
    member = found[member_key]
    if member is None or not member.is_active:
        raise NotFound()  # who was suspended a moment ago may still have a socket
    return summaries_in(found, user_id, conversation_ids)


def _since(summary: Summary, known: int, room_bytes: int) -> tuple[list[Message], bool]:
    """The messages after `known` that fit, oldest first, and whether that is all of them."""
    if known >= summary.conversation.seq:
        return [], True
    newer, after = db.page(
        Message.query(
            summary.conversation.conversation_id,
            Message.seq > known,
            consistent_read=True,
            limit=MESSAGES_PER_QUERY,
        )
    )
    fitting = list[Message]()
    for message in newer:
        room_bytes -= _weight(message)
        if room_bytes < 0:
            return fitting, False
        fitting.append(message)
    return fitting, after is None


def _deleted(inbox: Inbox, synced_at: datetime | None) -> list[int]:
    """The seqs deleted since then, the newest deletion first."""
    if synced_at is None or inbox.deleted_at is None:
        return []
    since = synced_at - OVERLAP
    if inbox.deleted_at <= since:
        return []
    deleted = Message.by_deletion.query(
        inbox.conversation_id,
        Message.deleted_at > since,
        scan_index_forward=False,
        consistent_read=True,
        limit=DELETIONS_MAX,
    )
    return [int(message.seq) for message in deleted]


def _weight(message: Message) -> int:
    return OVERHEAD_BYTES + len(msgspec.json.encode(message.body))


def _just_before(rows: list[Inbox], conversation_id: str) -> dict[str, Any]:
    """The key from which a query starts with this conversation again."""
    earlier = [row.conversation_id for row in rows if row.conversation_id < conversation_id]
    place = max(earlier, default=BEFORE_ALL)
    return {"user_id": {"S": rows[0].user_id}, "conversation_id": {"S": place}}
