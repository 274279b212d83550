"""Typing: told, kept for a few seconds, and ended by a stop, a message, or the socket's end."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core import clock, db, ids
from chalicelib.core.needs import updates
from chalicelib.core.settings import settings
from chalicelib.messaging.models import Typing
from chalicelib.messaging.service.scene import ENTERS, OnLine, Scene, enter

TOLD_AGAIN = timedelta(seconds=1)
TYPES = ENTERS + updates("typing")


@dataclass(frozen=True)
class TypingState:
    """Who is to hear what: `until` is when the other's screen stops showing it by itself."""

    conversation_id: str
    user_id: str
    other_id: str
    until: datetime | None


def start(conversation_id: str, who: OnLine) -> TypingState | None:
    """The caller is typing, for the next six seconds. Raises NotFound.

    None if this device told so less than a second ago: it need not be told again.
    """
    scene, at = enter(conversation_id, who), clock.now()
    until = at + timedelta(seconds=settings().typing_seconds)
    try:
        db.update(
            Typing(who.connection_id),
            Typing.user_id.set(scene.user_id),
            Typing.conversation_id.set(conversation_id),
            Typing.told_at.set(at),
            Typing.until.set(until),
            Typing.expires_at.set(until),
            when=Typing.absent() | (Typing.told_at <= at - TOLD_AGAIN),
            otherwise=db.Stale(),
        )
    except db.Stale:
        return None
    return _state(scene, until)


def stop(conversation_id: str, who: OnLine) -> TypingState | None:
    """The caller is not typing any more. Raises NotFound. None if the caller was not."""
    scene, at = enter(conversation_id, who), clock.now()
    try:
        db.update(
            Typing(who.connection_id),
            Typing.until.set(at),
            when=(Typing.conversation_id == conversation_id) & (Typing.until > at),
            otherwise=db.Stale(),
        )
    except db.Stale:
        return None
    return _state(scene, None)


def end(connection_id: str) -> TypingState | None:
    """A socket is gone: what is to be told if its member was typing, or None."""
    typing = db.delete(Typing(connection_id))
    if typing is None or typing.until <= clock.now():
        return None
    return TypingState(
        typing.conversation_id,
        typing.user_id,
        ids.other_of(typing.conversation_id, typing.user_id),
        None,
    )


def _state(scene: Scene, until: datetime | None) -> TypingState:
    return TypingState(scene.conversation.conversation_id, scene.user_id, scene.other_id, until)
