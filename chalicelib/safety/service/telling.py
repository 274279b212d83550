"""Telling members of each other, unless something has come between them meanwhile."""

from collections.abc import Iterable

from chalicelib import realtime
from chalicelib.core import db
from chalicelib.core.socket import PushEvent
from chalicelib.safety.service.policy import JUDGES, keys_between, may_interact

TELLS = JUDGES + realtime.PUSHES


def tell(
    between: tuple[str, str], user_ids: Iterable[str], event: PushEvent, *, except_for: str = ""
) -> None:
    """Push to some of these two what happened between them, if they may still interact.

    For what a reaction tells, after the fact: a block that was answered silences what came before.
    One round trip, as `realtime.push` takes.
    """
    one, other = between
    members = list(user_ids)
    found = db.fetch(
        *map(realtime.devices_key, members), *keys_between(one, other), *keys_between(other, one)
    )
    if may_interact(found, one, other) and may_interact(found, other, one):
        realtime.deliver(found, members, event, except_for=except_for)
