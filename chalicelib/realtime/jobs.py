"""What realtime does when it hears of something."""

from chalicelib.realtime import service
from chalicelib.realtime.events import ConnectionOpened


def greet(opened: list[ConnectionOpened]) -> None:
    """Send `hello` to new sockets."""
    for connection in opened:
        service.greet(connection.connection_id, connection.opened_at)
