"""Opening and closing sockets."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.expressions.condition import size

from chalicelib.core import clock, db, ids, keys
from chalicelib.core.access import Caller, Role
from chalicelib.core.needs import deletes, fetches, finds, puts, seldom, updates
from chalicelib.core.settings import settings
from chalicelib.core.telemetry import count, logger
from chalicelib.realtime import wire
from chalicelib.realtime.errors import InvalidTicket, NotConnected
from chalicelib.realtime.models import Connection, Devices, Ticket
from chalicelib.realtime.schemas import Hello

LOOKS_UP = fetches("connections")
IDENTIFIES = finds("connections")
ISSUES = puts("tickets")
REMOVES = deletes("connections") + updates("devices")
DISCONNECTS = finds("connections") + REMOVES
DROPS = finds("devices") + fetches("connections") + wire.CLOSES + DISCONNECTS
CONNECTS = (
    deletes("tickets")
    + puts("connections")
    + updates("devices")
    + seldom("only with too many devices one has to make room", DROPS)
)
FORGETS = seldom("only a socket that turns out to be gone is forgotten", DISCONNECTS)
GREETS = finds("connections") + wire.POSTS + FORGETS
TICKET_BYTES = 24
OPENING = timedelta(seconds=10)
"""How long a socket may answer "gone" because API Gateway has not finished opening it."""
GREETING_PAUSES_SECONDS = (0, 0.1, 0.2, 0.4, 0.8)


class NotYetOpen(Exception):
    """The socket cannot take frames yet; try again."""


def issue_ticket(caller: Caller) -> tuple[str, datetime]:
    """A ticket for one socket of the caller's, and when it is void."""
    ticket = ids.secret_bytes(TICKET_BYTES).hex()
    expires_at = clock.now() + timedelta(seconds=settings().ticket_seconds)
    record = Ticket(
        keys.digest(ticket),
        user_id=caller.user_id,
        session_id=caller.session_id,
        roles={role.value for role in caller.roles},
        expires_at=expires_at,
    )
    db.put(record)
    return ticket, expires_at


def connect(connection_id: str, ticket: str, *, admits: Callable[[str, str], bool]) -> None:
    """Open a socket with a ticket. `admits(user_id, session_id)` says whether that session goes on.

    Raises InvalidTicket. With too many devices, the one connected longest makes room.
    """
    used = db.delete(Ticket(keys.digest(ticket)))
    if used is None or used.expires_at <= clock.now():
        raise InvalidTicket()
    if not admits(used.user_id, used.session_id):
        raise InvalidTicket()

    opened = clock.now()
    connection = Connection(
        connection_id,
        user_id=used.user_id,
        session_id=used.session_id,
        roles=used.roles,
        opened_at=opened,
        expires_at=opened + timedelta(seconds=settings().socket_lifetime_seconds + 600),
    )
    db.settle(lambda: _let_in(connection))
    if not admits(used.user_id, used.session_id):  # it ended meanwhile, and did not see this socket
        disconnect(connection_id)
        raise InvalidTicket()


def _let_in(connection: Connection) -> None:
    devices = Devices(connection.user_id)
    room = Devices.connection_ids.does_not_exist() | (
        size(Devices.connection_ids) < settings().devices_max
    )
    try:
        with db.transaction() as tx:
            tx.put(connection, otherwise=db.Duplicate())
            tx.update(
                devices,
                Devices.connection_ids.add({connection.connection_id}),
                when=room,
                otherwise=db.Stale(),
            )
    except db.Duplicate:
        return  # an earlier try of ours landed: nobody else has this connection
    except db.Stale:
        _make_room(connection.user_id)
        raise


def _make_room(user_id: str) -> None:
    devices = Devices.find(user_id)
    named = set((devices and devices.connection_ids) or ())
    connections = connections_of(user_id)
    expired = named - {connection.connection_id for connection in connections}
    if expired:
        _strike(user_id, expired)
    elif len(connections) >= settings().devices_max:
        oldest = min(connections, key=lambda connection: connection.opened_at)
        drop(oldest.connection_id)


def connections_of(user_id: str) -> list[Connection]:
    """The member's open sockets."""
    devices = Devices.find(user_id)
    keys_ = [Connection.at(each) for each in (devices and devices.connection_ids) or ()]
    found = db.fetch(*keys_)
    return [connection for key in keys_ if (connection := found[key]) is not None]


def disconnect(connection_id: str) -> None:
    """Forget a socket, once."""
    connection = Connection.find(connection_id)
    if connection is not None:
        _remove(connection)


def forget(connection_id: str, user_id: str | None) -> None:
    """A socket, of the member's if that is known, answered "gone": forget it, unless it is opening.

    DynamoDB may have dropped the connection by its age; then only the member's set still names it.
    """
    connection = Connection.find(connection_id)
    if connection is None:
        if user_id is not None:
            _strike(user_id, {connection_id})
    elif connection.opened_at + OPENING <= clock.now():
        _remove(connection)


def drop(connection_id: str) -> None:
    """Close a socket from our side; forget it even if the management API does not answer."""
    try:
        wire.close(connection_id)
    except (BotoCoreError, ClientError):
        count("CloseFailed")
        logger.warning("close failed", exc_info=True)
    disconnect(connection_id)


def _remove(connection: Connection) -> None:
    devices = Devices(connection.user_id)
    try:
        with db.transaction() as tx:
            tx.delete(connection, when=Connection.present(), otherwise=db.Duplicate())
            tx.update(
                devices,
                Devices.connection_ids.delete({connection.connection_id}),
                when=Devices.present(),
                otherwise=db.Duplicate(),
            )
    except db.Duplicate:
        return  # somebody else removed it first


def _strike(user_id: str, connection_ids: set[str]) -> None:
    db.update(Devices(user_id), Devices.connection_ids.delete(connection_ids))


def connection_key(connection_id: str) -> db.Key[Connection]:
    """Where a connection stands, for another feature's own read."""
    return Connection.at(connection_id)


def caller_of(connection: Connection | None) -> Caller:
    """Whose socket it is. Raises NotConnected."""
    if connection is None:
        raise NotConnected()
    return Caller(
        user_id=connection.user_id,
        session_id=connection.session_id,
        roles=frozenset(Role(role) for role in connection.roles),
    )


def identify(connection_id: str) -> Caller:
    """Whose socket it is, by a read. Raises NotConnected."""
    return caller_of(Connection.find(connection_id))


def greet(connection_id: str, opened_at: datetime) -> None:
    """Send `hello` to a new socket. Raises NotYetOpen while API Gateway is still opening it."""
    connection = Connection.find(connection_id)
    if connection is None:
        return
    lifetime = timedelta(seconds=settings().socket_lifetime_seconds)
    hello = Hello(
        user_id=connection.user_id,
        connection_id=connection_id,
        heartbeat_seconds=settings().heartbeat_seconds,
        reconnect_before=opened_at + lifetime,
    )
    for pause_seconds in GREETING_PAUSES_SECONDS:
        clock.sleep(pause_seconds)
        if wire.post(connection_id, hello.frame()):
            return
    if opened_at + OPENING > clock.now():
        raise NotYetOpen(connection_id)
    _remove(connection)


def end_session(user_id: str, session_id: str) -> None:
    """Close every socket that a session opened."""
    for connection in connections_of(user_id):
        if connection.session_id == session_id:
            drop(connection.connection_id)


def end_member(user_id: str) -> None:
    """Close every socket of a member."""
    for connection in connections_of(user_id):
        drop(connection.connection_id)


def parse_ticket(event: dict[str, Any]) -> str:
    """The ticket in a $connect event's query. Raises InvalidTicket where there is none."""
    ticket = (event.get("queryStringParameters") or {}).get("ticket")
    if not ticket or len(ticket) > 2 * TICKET_BYTES:
        raise InvalidTicket()
    return str(ticket)
