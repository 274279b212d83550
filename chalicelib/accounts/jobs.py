"""What accounts do when they hear of something."""

from chalicelib import realtime
from chalicelib.accounts.events import MemberSuspended, SessionEnded
from chalicelib.accounts.models import Member


def close_sockets(heard: list[SessionEnded | MemberSuspended]) -> None:
    """Close the sockets of sessions that ended, and all of a member who is suspended.

    A suspension goes by what is so now: told late, it closes nothing of who came back meanwhile.
    """
    for event in heard:
        if isinstance(event, SessionEnded):
            realtime.end_session(event.user_id, event.session_id)
        elif _is_suspended(event.user_id):
            realtime.end_member(event.user_id)


def _is_suspended(user_id: str) -> bool:
    member = Member.find(user_id)
    return member is None or not member.is_active
