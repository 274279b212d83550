"""Why a like, a pass or a rewind is refused."""

from dataclasses import dataclass

from chalicelib.core.errors import Conflict, TooManyRequests


@dataclass(eq=False)
class LikesSpent(TooManyRequests):
    """The day's likes are used up; the next ones come at midnight, UTC."""

    code = "likes_spent"


class AlreadyLiked(Conflict):
    """You like this member; a like is not taken back by a pass."""

    code = "already_liked"


class NothingToRewind(Conflict):
    """There is no pass to take back: only the last one can be, once, before a like."""

    code = "nothing_to_rewind"


class NothingToUnlock(Conflict):
    """Nobody's like waits for you, so there is no face to show."""

    code = "nothing_to_unlock"
