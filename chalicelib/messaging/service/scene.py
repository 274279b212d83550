"""The one way into a conversation: read everything a verb needs in one round trip, then judge.

Over a socket the member is not known before the connection is read. A conversation's id names both
members, so what belongs to either is read along, and no round trip is spent on asking who it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib import realtime, safety
from chalicelib.core import db, ids
from chalicelib.core.access import Caller
from chalicelib.core.errors import NotFound
from chalicelib.core.needs import fetches
from chalicelib.messaging.models import Conversation

ENTERS = fetches("conversations") + safety.JUDGES


@dataclass(frozen=True)
class OnLine:
    """Whoever is at the other end of this socket."""

    connection_id: str


Who = Caller | OnLine
KeysOf = Callable[[str], list[db.Key[Any]]]


@dataclass(frozen=True)
class Scene:
    """A conversation that the caller may be in, and what was read with it."""

    conversation: Conversation
    user_id: str
    other_id: str
    origin: str
    found: db.Found


def nothing(_user_id: str) -> list[db.Key[Any]]:
    """No keys."""
    return []


def enter(
    conversation_id: str,
    who: Who,
    *,
    of_caller: KeysOf = nothing,
    of_other: KeysOf = nothing,
) -> Scene:
    """Read a conversation and what belongs to its members; let only them in.

    Raises NotFound, the same for a conversation that does not exist, is another's, or whose other
    member the caller may not interact with; NotConnected for a socket that is gone.
    """
    low, high = ids.members_of(conversation_id)
    here = Conversation.at(conversation_id)
    if isinstance(who, OnLine):
        connection_key = realtime.connection_key(who.connection_id)
        found = db.fetch(
            here,
            connection_key,
            *safety.keys_between(low, high),
            *safety.keys_between(high, low),
            *(key for each in (low, high) for key in (*of_caller(each), *of_other(each))),
        )
        user_id = realtime.caller_of(found[connection_key]).user_id
        if not safety.may_interact(found, ids.other_of(conversation_id, user_id), user_id):
            raise NotFound()  # who was suspended a moment ago may still have a socket
        return _let_in(conversation_id, user_id, who.connection_id, found)

    other_id = ids.other_of(conversation_id, who.user_id)
    between = safety.keys_between(who.user_id, other_id)
    found = db.fetch(here, *between, *of_caller(who.user_id), *of_other(other_id))
    return _let_in(conversation_id, who.user_id, "", found)


def _let_in(conversation_id: str, user_id: str, origin: str, found: db.Found) -> Scene:
    conversation = found[Conversation.at(conversation_id)]
    if conversation is None or user_id not in conversation.members or not conversation.open:
        raise NotFound()
    other_id = ids.other_of(conversation_id, user_id)
    if not safety.may_interact(found, user_id, other_id):
        raise NotFound()
    return Scene(conversation, user_id, other_id, origin, found)
