"""What realtime says."""

from datetime import datetime

from chalicelib.core.schema import Out
from chalicelib.core.socket import PushEvent, event


class TicketView(Out, frozen=True):
    """Connect to `url` before `expires_at`; the ticket in it is good once."""

    ticket: str
    url: str
    expires_at: datetime


@event("hello")
class Hello(PushEvent, frozen=True):
    """Sent to each new socket; a reply to a quick client may come before it.

    Send something at least every `heartbeat_seconds`, and open another socket before
    `reconnect_before`, when this one will be closed.
    """

    user_id: str
    connection_id: str
    heartbeat_seconds: int
    reconnect_before: datetime
