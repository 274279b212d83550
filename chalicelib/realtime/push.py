"""Telling members' devices something."""

from collections.abc import Iterable

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.core import db
from chalicelib.core.errors import PairlyError, Unavailable
from chalicelib.core.needs import fetches
from chalicelib.core.socket import PushEvent
from chalicelib.core.telemetry import count, logger
from chalicelib.realtime import service, wire
from chalicelib.realtime.models import Devices

REPLIES = wire.POSTS + service.FORGETS
PUSHES = fetches("devices") + REPLIES


def push(user_ids: Iterable[str], event: PushEvent, *, except_for: str = "") -> None:
    """Send an event to every open socket of these members, except for one connection.

    A socket that is gone is forgotten; one that fails is counted, and the next is served. Frames
    are a courtesy: what was missed, `sync` brings.
    """
    members = list(user_ids)
    deliver(db.fetch(*map(devices_key, members)), members, event, except_for=except_for)


def devices_key(user_id: str) -> db.Key[Devices]:
    """Where a member's open sockets are named, for a feature's own read before `deliver`."""
    return Devices.at(user_id)


def deliver(
    found: db.Found, user_ids: Iterable[str], event: PushEvent, *, except_for: str = ""
) -> None:
    """The same as `push`, with the members' devices as they were found."""
    frame = event.frame()
    for user_id in user_ids:
        devices = found[devices_key(user_id)]
        for connection_id in (devices and devices.connection_ids) or ():
            if connection_id != except_for:
                _deliver(connection_id, frame, user_id)


def mention(user_ids: Iterable[str], event: PushEvent, *, except_for: str = "") -> None:
    """Push what is done already: it is not undone, nor refused, because nobody could be told."""
    try:
        push(user_ids, event, except_for=except_for)
    except Unavailable:
        count("PushFailed")
        logger.warning("push failed", exc_info=True)


def reply(connection_id: str, frame: str) -> None:
    """Send one frame to one socket."""
    _deliver(connection_id, frame)


def _deliver(connection_id: str, frame: str, user_id: str | None = None) -> None:
    try:
        if not wire.post(connection_id, frame):
            service.forget(connection_id, user_id)
    except (BotoCoreError, ClientError, PynamoDBException, PairlyError):
        count("PushFailed")
        logger.warning("push failed", exc_info=True)
