"""Refusals of moderating."""

from chalicelib.core.errors import Conflict


class ChangedMeanwhile(Conflict):
    """What waits is not, or no longer, what was decided on; look again."""

    code = "changed_meanwhile"
