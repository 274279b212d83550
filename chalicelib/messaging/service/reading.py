"""Reading: the inbox, one conversation, its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib import safety
from chalicelib.core import cursors, db, ids
from chalicelib.core.needs import fetches, queries
from chalicelib.core.pages import After, filled
from chalicelib.core.schema import Page
from chalicelib.messaging.models import Conversation, Inbox, Message, unread_of
from chalicelib.messaging.service.scene import ENTERS, KeysOf, Scene, Who, enter

READS_ONE = ENTERS + fetches("inbox")
LISTS = queries("inbox/by_activity") + READS_ONE + cursors.PAGES
READS_HISTORY = ENTERS + queries("messages") + cursors.PAGES
CONVERSATIONS_PER_FETCH = 20


@dataclass(frozen=True, kw_only=True)
class Window:
    """Which messages are wanted: before a seq, since one, or the newest."""

    limit: int
    before: int | None = None
    since: int | None = None
    cursor: str | None = None


@dataclass(frozen=True)
class Summary:
    """A conversation as one of its members sees it."""

    conversation: Conversation
    user_id: str
    own: Inbox
    other: Inbox

    @property
    def other_id(self) -> str:
        """The other member."""
        return str(self.other.user_id)

    @property
    def unread(self) -> int:
        """How many messages wait for the member."""
        return unread_of(self.conversation, self.own, self.user_id)


def summary(conversation_id: str, who: Who) -> Summary:
    """One conversation, strongly consistent. Raises NotFound."""
    rows = inbox_keys(conversation_id)
    return summary_in(enter(conversation_id, who, of_caller=rows, of_other=rows))


def summary_in(scene: Scene) -> Summary:
    """A conversation entered with both members' inbox rows."""
    conversation_id = scene.conversation.conversation_id
    own = scene.found[Inbox.at(scene.user_id, conversation_id)]
    other = scene.found[Inbox.at(scene.other_id, conversation_id)]
    if own is None or other is None:
        raise LookupError(f"{conversation_id} has a member without an inbox row")
    return Summary(scene.conversation, scene.user_id, own, other)


def inbox_keys(conversation_id: str) -> KeysOf:
    """A member's row of this conversation, for `enter`."""
    return lambda user_id: [Inbox.at(user_id, conversation_id)]


def inbox_of(user_id: str, page: Page) -> tuple[list[Summary], str | None]:
    """A page of the member's conversations, the last active first, and the next page's cursor.

    Those that they may not be in are left out.
    """
    scope = f"inbox/{user_id}"

    def read(limit: int, after: After) -> tuple[list[Inbox], After]:
        return db.page(
            Inbox.by_activity.query(
                user_id, scan_index_forward=False, limit=limit, last_evaluated_key=after
            )
        )

    def see(rows: Sequence[Inbox]) -> list[Summary]:
        return summaries_of(user_id, [row.conversation_id for row in rows])

    summaries, after = filled(page.limit, cursors.unseal(page.cursor, scope), read, see)
    return summaries, cursors.seal(after, scope)


def summaries_of(user_id: str, conversation_ids: list[str]) -> list[Summary]:
    """These conversations as the member sees them now, without those they may not be in."""
    summaries = []
    for start in range(0, len(conversation_ids), CONVERSATIONS_PER_FETCH):
        some = conversation_ids[start : start + CONVERSATIONS_PER_FETCH]
        summaries += summaries_in(db.fetch(*keys_of(user_id, some)), user_id, some)
    return summaries


def keys_of(user_id: str, conversation_ids: list[str]) -> list[db.Key[Any]]:
    """What has to be read before `summaries_in`: five items for each conversation."""
    return [key for each in conversation_ids for key in _keys(user_id, each)]


def summaries_in(found: db.Found, user_id: str, conversation_ids: list[str]) -> list[Summary]:
    """The same as `summaries_of`, from what was found."""
    return [seen for each in conversation_ids if (seen := _seen(user_id, each, found))]


def _keys(user_id: str, conversation_id: str) -> list[db.Key[Any]]:
    other_id = ids.other_of(conversation_id, user_id)
    return [
        Conversation.at(conversation_id),
        Inbox.at(user_id, conversation_id),
        Inbox.at(other_id, conversation_id),
        *safety.keys_between(user_id, other_id),
    ]


def _seen(user_id: str, conversation_id: str, found: db.Found) -> Summary | None:
    conversation_key, own_key, other_key, *_ = _keys(user_id, conversation_id)
    conversation, own, other = found[conversation_key], found[own_key], found[other_key]
    if conversation is None or own is None or other is None or not conversation.open:
        return None
    seen = Summary(conversation, user_id, own, other)
    return seen if safety.may_interact(found, user_id, seen.other_id) else None


def history(conversation_id: str, who: Who, window: Window) -> tuple[list[Message], str | None]:
    """A page of messages: before a seq, the newest first; or since one, the oldest first.

    Raises NotFound, InvalidCursor.
    """
    scene = enter(conversation_id, who)
    forward = window.since is not None
    scope = f"history/{scene.user_id}/{conversation_id}/{'since' if forward else 'before'}"
    messages, after = db.page(
        Message.query(
            conversation_id,
            _place(window),
            scan_index_forward=forward,
            limit=window.limit,
            last_evaluated_key=cursors.unseal(window.cursor, scope),
        )
    )
    return messages, cursors.seal(after, scope)


def _place(window: Window) -> Condition | None:
    """Which seqs are meant. A cursor is among them, and DynamoDB refuses one that is not."""
    if window.cursor is not None:
        return None
    if window.since is not None:
        return Message.seq > window.since
    return None if window.before is None else Message.seq < window.before
