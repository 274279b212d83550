"""Why nobody is shown."""

from chalicelib.core.errors import Conflict


class ProfileIncomplete(Conflict):
    """To see others, say who you are, whom you look for and where you are."""

    code = "profile_incomplete"
