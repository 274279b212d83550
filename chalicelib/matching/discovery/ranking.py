"""In which order people are shown, by parts that can each be told: 0 for the least, 1 for the most.

A person's score is the sum of the parts by their weights. Rank decides only who of a handful of
rows comes first: nobody is left out of a lap for it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from chalicelib.matching.discovery.fitting import LEVEL_MAX, reach_km
from chalicelib.matching.discovery.people import Person
from chalicelib.profiles import distance_km

RECENT_DAYS = 30
INTERESTS_ENOUGH = 3
SHOWN_FAIR = 100
"""So many pages a week are anybody's fair share; who was on more steps back."""


@dataclass(frozen=True)
class Sight:
    """Two members, one looking at the other today.

    today     days since the epoch
    is_liked  whether the other likes the viewer
    """

    viewer: Person
    other: Person
    today: int
    is_liked: bool


def _nearness(sight: Sight) -> float:
    km = distance_km(sight.viewer.cell, sight.other.cell)
    return 1 - km / reach_km(sight.viewer.wishes, LEVEL_MAX)


def _recency(sight: Sight) -> float:
    return 1 - (sight.today - sight.other.active_day) / RECENT_DAYS


def _completeness(sight: Sight) -> float:
    return sight.other.completeness / 100


def _interests(sight: Sight) -> float:
    return len(sight.viewer.interests & sight.other.interests) / INTERESTS_ENOUGH


def _reciprocity(sight: Sight) -> float:
    return float(sight.is_liked)


def _exposure(sight: Sight) -> float:
    return sight.other.exposure


def exposure_of(shown: int) -> float:
    """What being on so many pages this week leaves of that part."""
    return SHOWN_FAIR / max(shown, SHOWN_FAIR)


PARTS: dict[str, tuple[float, Callable[[Sight], float]]] = {
    "distance": (0.25, _nearness),
    "recency": (0.20, _recency),
    "reciprocity": (0.20, _reciprocity),
    "interests": (0.15, _interests),
    "exposure": (0.10, _exposure),
    "completeness": (0.10, _completeness),
}
"""Each part's weight, and how it is found. The weights add up to 1."""


def parts_of(sight: Sight) -> dict[str, float]:
    """Every part, by name."""
    return {name: min(1.0, max(0.0, part(sight))) for name, (_, part) in PARTS.items()}


def score(parts: dict[str, float]) -> float:
    """What the parts come to, from 0 to 1."""
    return sum(PARTS[name][0] * value for name, value in parts.items())


def ranked(sights: Iterable[Sight]) -> list[Sight]:
    """The best first. Equals stand as on the ring, so that it does not matter how they came."""
    return sorted(sights, key=lambda sight: (-score(parts_of(sight)), sight.other.ring))
