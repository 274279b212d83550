"""Refusals of moderating."""

from chalicelib.core.errors import Conflict, Forbidden


class ChangedMeanwhile(Conflict):
    """What waits is not, or no longer, what was decided on; look again."""

    code = "changed_meanwhile"


class OwnProfile(Forbidden):
    """Nobody decides on their own profile; let another moderator do it."""

    code = "own_profile"
