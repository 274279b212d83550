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

    Raises NotFound, the same for a conversation that does not exist, is another's, or stands under
    a block; NotConnected for a socket that is gone.
    """
    low, high = ids.members_of(conversation_id)
    keys: list[db.Key[Any]] = [Conversation.at(conversation_id), safety.pair_key(low, high)]
    if isinstance(who, OnLine):
        found = db.fetch(
            *keys,
            realtime.connection_key(who.connection_id),
            *(key for each in (low, high) for key in (*of_caller(each), *of_other(each))),
        )
        connection = found[realtime.connection_key(who.connection_id)]
        user_id, origin = realtime.caller_of(connection).user_id, who.connection_id
    else:
        user_id, origin = who.user_id, ""
        found = db.fetch(
            *keys, *of_caller(user_id), *of_other(ids.other_of(conversation_id, user_id))
        )

    conversation = found[Conversation.at(conversation_id)]
    if conversation is None or user_id not in (low, high) or not conversation.open:
        raise NotFound()
    if not safety.may_interact(found[safety.pair_key(low, high)]):
        raise NotFound()
    return Scene(conversation, user_id, ids.other_of(conversation_id, user_id), origin, found)
