"""What the tables of accounts tell."""

from collections.abc import Iterator

from chalicelib.accounts.models import Member, Session
from chalicelib.core import changes


class MemberJoined(changes.Event, frozen=True):
    """Somebody proved their address and is a member now."""

    user_id: str


class MemberSuspended(changes.Event, frozen=True):
    """A member may no longer use Pairly, nor be seen there."""

    user_id: str


class MemberRestored(changes.Event, frozen=True):
    """A member who was suspended may come back."""

    user_id: str


class SessionEnded(changes.Event, frozen=True):
    """A session was ended, revoked, or has expired."""

    user_id: str
    session_id: str


@changes.of(Member, on=("INSERT", "MODIFY"), tells=(MemberJoined, MemberSuspended, MemberRestored))
def member_changed(before: Member | None, after: Member | None) -> Iterator[changes.Event]:
    if after is None:
        return
    if before is None:
        yield MemberJoined(user_id=after.user_id)
    elif before.is_active and not after.is_active:
        yield MemberSuspended(user_id=after.user_id)
    elif after.is_active and not before.is_active:
        yield MemberRestored(user_id=after.user_id)


@changes.of(Session, on=("REMOVE",), tells=(SessionEnded,))
def session_changed(before: Session | None, after: Session | None) -> Iterator[changes.Event]:
    if before is not None and after is None:
        yield SessionEnded(user_id=before.user_id, session_id=before.session_id)
