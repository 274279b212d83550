"""Why a block is refused."""

from chalicelib.core.errors import Unprocessable


class BlockedOneself(Unprocessable):
    """You cannot block yourself."""

    code = "blocked_oneself"
