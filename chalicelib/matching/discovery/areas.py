"""Which areas a lap goes through, and in which order.

An area is "<cell of 4>#<gender>#<cohort>#<shard>"; a cohort is five years of birth, so that no
birthday moves anybody.
"""

import hashlib
from collections.abc import Iterable
from datetime import date

from chalicelib.matching.discovery.fitting import ages
from chalicelib.matching.discovery.people import Person
from chalicelib.profiles import COHORT_YEARS, SHARDS

START_DIGITS = 10
"""Fewer than a ring position has, so that no row stands just there."""


def in_order(
    cell: str, populated: Iterable[str], viewer: Person, *, level: int, day: date, week: int
) -> list[str]:
    """A cell's areas where somebody may be whom the viewer looks for.

    Those of the viewer's own age come first, then gender after gender; the shards take turns week
    by week, and differently for each viewer, so that no shard is everybody's first.
    """
    wanted = ages(viewer.wishes, level)
    if not wanted:  # only younger people than members may be
        return []
    oldest, youngest = _cohort(day.year - wanted[-1] - 1), _cohort(day.year - wanted[0])
    own, turn = _cohort(viewer.born.year), week + _number(viewer.user_id)
    found = []
    for entry in populated:
        gender, cohort, shard = entry.split("#")
        if gender in viewer.wishes.seeks and oldest <= int(cohort) <= youngest:
            turned = (int(shard) + turn) % SHARDS
            found.append((abs(int(cohort) - own), gender, turned, int(cohort), shard))
    return [f"{cell}#{gender}#{cohort}#{shard}" for _, gender, _, cohort, shard in sorted(found)]


def start_of(user_id: str, lap: int) -> str:
    """Where on the ring a viewer begins in this lap: a place of their own, another each lap."""
    return hashlib.blake2b(f"{user_id}/{lap}".encode()).hexdigest()[:START_DIGITS]


def _cohort(year: int) -> int:
    return year // COHORT_YEARS


def _number(user_id: str) -> int:
    return int(start_of(user_id, 0)[:2], 16)
