"""Why a like is refused."""

from chalicelib.core.errors import Unprocessable


class LikedOneself(Unprocessable):
    """You cannot like yourself."""

    code = "liked_oneself"
