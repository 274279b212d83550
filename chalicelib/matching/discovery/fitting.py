"""Whether two members fit: both ones' wishes, as hard filters."""

from datetime import date

from chalicelib.core.settings import settings
from chalicelib.matching.discovery.people import Person, Wishes
from chalicelib.profiles import distance_km

LEVEL_OF = {"distance": 1, "age": 2, "intent": 3, "language": 3}
"""From which level on a wish of the member's own is relaxed."""

LEVEL_MAX = max(LEVEL_OF.values())
DISTANCE_FACTOR = 2
AGES_YEARS = 5


def relaxed_to_fit(viewer: Person, other: Person, day: date) -> tuple[str, ...] | None:
    """Which of the viewer's wishes have to be relaxed for the two to meet; None if they cannot.

    It depends on the two alone, so that in one lap everybody belongs to one level.
    """
    if viewer.user_id == other.user_id:
        return None
    km, age = distance_km(viewer.cell, other.cell), other.age_on(day)
    if _misses(other.wishes, viewer, viewer.age_on(day), km):
        return None
    missed = _misses(viewer.wishes, other, age, km)
    if "gender" in missed or not _within_relaxed(viewer.wishes, age, km):
        return None
    return tuple(name for name in LEVEL_OF if name in missed)


def level_of(relaxed: tuple[str, ...]) -> int:
    """The first level at which these wishes are relaxed."""
    return max((LEVEL_OF[name] for name in relaxed), default=0)


def reach_km(wishes: Wishes, level: int) -> int:
    """How far away people may be at a level."""
    return wishes.distance_km * (DISTANCE_FACTOR if level >= LEVEL_OF["distance"] else 1)


def ages(wishes: Wishes, level: int) -> range:
    """How old people may be at a level."""
    years = AGES_YEARS if level >= LEVEL_OF["age"] else 0
    youngest = max(settings().age_years_min, wishes.ages_min - years)
    return range(youngest, wishes.ages_max + years + 1)


def _misses(wishes: Wishes, other: Person, age: int, km: int) -> frozenset[str]:
    """Which wishes somebody of that age at that distance does not meet."""
    met = {
        "gender": other.gender in wishes.seeks,
        "age": age in ages(wishes, 0),
        "distance": km <= wishes.distance_km,
        "intent": not wishes.intents or other.intent in wishes.intents,
        "language": not wishes.languages or bool(wishes.languages & other.languages),
    }
    return frozenset(name for name, is_met in met.items() if not is_met)


def _within_relaxed(wishes: Wishes, age: int, km: int) -> bool:
    return age in ages(wishes, LEVEL_MAX) and km <= reach_km(wishes, LEVEL_MAX)
