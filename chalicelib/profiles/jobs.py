"""What profiles do when they hear of something."""

from chalicelib.accounts.events import MemberRestored, MemberSuspended
from chalicelib.profiles.service.following import follow_member as follow


def follow_member(heard: list[MemberSuspended | MemberRestored]) -> None:
    """Let a member be found, or not, as they now are: once, whatever was heard of them."""
    follow(heard[0].user_id)
