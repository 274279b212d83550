"""What the table of connections tells."""

from collections.abc import Iterator
from datetime import datetime

from chalicelib.core import changes
from chalicelib.realtime.models import Connection


class ConnectionOpened(changes.Event, frozen=True):
    """A device opened a socket."""

    connection_id: str
    user_id: str
    opened_at: datetime


class ConnectionClosed(changes.Event, frozen=True):
    """A socket is gone."""

    connection_id: str
    user_id: str


@changes.of(Connection, on=("INSERT", "REMOVE"), tells=(ConnectionOpened, ConnectionClosed))
def connection_changed(
    before: Connection | None, after: Connection | None
) -> Iterator[changes.Event]:
    if before is None and after is not None:
        yield ConnectionOpened(
            connection_id=after.connection_id, user_id=after.user_id, opened_at=after.opened_at
        )
    if before is not None and after is None:
        yield ConnectionClosed(connection_id=before.connection_id, user_id=before.user_id)
