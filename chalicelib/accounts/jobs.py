"""What accounts do when they hear of something."""

from chalicelib import realtime
from chalicelib.accounts.events import SessionEnded


def close_sockets(ended: list[SessionEnded]) -> None:
    """Close the sockets of sessions that ended."""
    for session in ended:
        realtime.end_session(session.user_id, session.session_id)
