"""Open sockets: who is connected where, and how to tell them something.

Invariants
- A socket opens only with a ticket, which is good once and for 30 s.
- A connection stands in its own item and in its member's item, changed in one transaction; a late
  disconnect of an old socket removes only its own. DynamoDB drops an old connection by itself; its
  member's item stops naming it at the next push, or when it takes another's room.
- One dead socket never keeps a frame from another.
"""

from chalicelib.realtime.events import ConnectionClosed
from chalicelib.realtime.push import (
    PUSHES,
    REPLIES,
    deliver,
    devices_key,
    mention,
    push,
    reply,
)
from chalicelib.realtime.service import (
    CONNECTS,
    DISCONNECTS,
    DROPS,
    GREETS,
    IDENTIFIES,
    LOOKS_UP,
    caller_of,
    connection_key,
    end_member,
    end_session,
    identify,
)

__all__ = [
    "CONNECTS",
    "DISCONNECTS",
    "DROPS",
    "GREETS",
    "IDENTIFIES",
    "LOOKS_UP",
    "PUSHES",
    "REPLIES",
    "ConnectionClosed",
    "caller_of",
    "connection_key",
    "deliver",
    "devices_key",
    "end_member",
    "end_session",
    "identify",
    "mention",
    "push",
    "reply",
]
