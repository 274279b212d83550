"""The only source of chance: ids that sort by time and carry their kind, secrets, and jitter.

An id is its kind and a ULID in lower case: `usr_01jd3v…`, 30 characters, ordered by creation.
"""

import os
import random
from collections.abc import Callable
from datetime import datetime

from ulid import ULID

from chalicelib.core import clock

_entropy: Callable[[int], bytes] = os.urandom

ULID_PATTERN = "[0-7][0-9a-hjkmnp-tv-z]{25}"


def use(entropy: Callable[[int], bytes]) -> None:
    """Draw chance from `entropy(size) -> bytes`, so that a run can be replayed from its seed."""
    global _entropy  # noqa: PLW0603  the one seam
    _entropy = entropy


def new(kind: str) -> str:
    """A fresh id such as `usr_01jd3v…`."""
    instant = int(clock.timestamp() * 1000).to_bytes(6, "big")
    return f"{kind}_{str(ULID(instant + _entropy(10))).lower()}"


def made_at(made: str) -> datetime:
    """When an id was made."""
    return clock.instant(ULID.from_str(made.rpartition("_")[2].upper()).milliseconds)


def secret_bytes(size: int) -> bytes:
    """Bytes nobody can guess."""
    return _entropy(size)


def digits(count: int) -> str:
    """A code of `count` digits that a person can type."""
    return str(int.from_bytes(_entropy(16), "big") % 10**count).zfill(count)


def jitter(ceiling_seconds: float) -> float:
    """Between nothing and the ceiling ("full jitter"), to spread retries that collided once."""
    return random.Random(_entropy(8)).random() * ceiling_seconds


def pair_of(one: str, other: str) -> str:
    """The key two members share, the same from either side: both ULIDs in order, 52 characters.

    Ids built on it (`cnv_…`, `mat_…`) can exist only once for two people, and tell who they are
    without a read.
    """
    low, high = sorted((one.removeprefix("usr_"), other.removeprefix("usr_")))
    return low + high


def members_of(pair_id: str) -> tuple[str, str]:
    """Both members, in order, of a pair or of an id that starts with a kind and then a pair."""
    pair = pair_id.rpartition("_")[2] if "_" in pair_id else pair_id
    return f"usr_{pair[:26]}", f"usr_{pair[26:52]}"


def other_of(pair_id: str, user_id: str) -> str:
    """The other member of a pair."""
    low, high = members_of(pair_id)
    return high if user_id == low else low
