"""What members decide about each other, a verb or two to a file."""

from chalicelib.matching.service.liking import LIKES, Liked, like
from chalicelib.matching.service.listing import (
    LISTS_LIKES,
    LISTS_MATCHES,
    Waiting,
    likes_received,
    matches_of,
)
from chalicelib.matching.service.passing import (
    PASSES,
    REWINDS,
    Passed,
    pass_on,
    rewind,
)
from chalicelib.matching.service.unlocking import UNLOCKS, Unlocked, unlock
from chalicelib.matching.service.unmatching import UNMATCHES, unmatch

__all__ = [
    "LIKES",
    "LISTS_LIKES",
    "LISTS_MATCHES",
    "PASSES",
    "REWINDS",
    "UNLOCKS",
    "UNMATCHES",
    "Liked",
    "Passed",
    "Unlocked",
    "Waiting",
    "like",
    "likes_received",
    "matches_of",
    "pass_on",
    "rewind",
    "unlock",
    "unmatch",
]
