"""Receipts: how far a member's devices got, and how far the member read. Never back."""

from dataclasses import dataclass

from chalicelib.core import db
from chalicelib.core.needs import fetches, updates
from chalicelib.messaging.errors import NoSuchSeq
from chalicelib.messaging.models import Inbox
from chalicelib.messaging.service.reading import Summary, inbox_keys, summary_in
from chalicelib.messaging.service.scene import ENTERS, Who, enter

MARKS = ENTERS + fetches("inbox") + updates("inbox")


@dataclass(frozen=True)
class Marked:
    """What a receipt changed: the conversation as it now is, and what others are to be told."""

    summary: Summary
    moved: bool
    shown: bool
    origin: str


def delivered(conversation_id: str, seq: int, who: Who) -> Marked:
    """Everything up to `seq` reached one of the caller's devices.

    Raises NotFound, NoSuchSeq. A repetition, or an older receipt, changes nothing.
    """
    return db.settle(lambda: _mark(conversation_id, seq, who, ("delivered_seq",)))


def read(conversation_id: str, seq: int, who: Who, *, private: bool) -> Marked:
    """Everything up to `seq` was seen, and so delivered; in private, the other is not told.

    Raises NotFound, NoSuchSeq. A repetition, or an older receipt, changes nothing.
    """
    marks = ("read_seq",) if private else ("delivered_seq", "read_seq", "shown_read_seq")
    return db.settle(lambda: _mark(conversation_id, seq, who, marks))


def _mark(conversation_id: str, seq: int, who: Who, marks: tuple[str, ...]) -> Marked:
    rows = inbox_keys(conversation_id)
    scene = enter(conversation_id, who, of_caller=rows, of_other=rows)
    seen = summary_in(scene)
    if seq > seen.conversation.seq:
        raise NoSuchSeq()

    behind = [mark for mark in marks if getattr(seen.own, mark) < seq]
    if not behind:
        return Marked(seen, moved=False, shown=False, origin=scene.origin)
    condition = Inbox.present()
    for mark in behind:
        condition &= getattr(Inbox, mark) < seq
    try:
        own = db.update(
            Inbox(scene.user_id, conversation_id),
            *(getattr(Inbox, mark).set(seq) for mark in behind),
            when=condition,
            otherwise=db.Stale(),
        )
    except db.Stale as lost:
        own = lost.found
        if own is None or any(getattr(own, mark) != seq for mark in behind):
            raise
        # It is as we wanted it: an earlier try of ours landed, and nobody was told yet.
    shown = behind != ["read_seq"]
    now = Summary(seen.conversation, seen.user_id, own, seen.other)
    return Marked(now, moved=True, shown=shown, origin=scene.origin)
