"""What discovery looks at in a member: the same, whether from a row of the index or a profile."""

from dataclasses import dataclass
from datetime import date

from chalicelib import profiles
from chalicelib.core import clock
from chalicelib.profiles import ring_of


@dataclass(frozen=True, slots=True)
class Wishes:
    """Whom a member looks for.

    seeks        genders
    intents      empty for any
    languages    of which one is to be shared; empty for any
    distance_km  at most so far away
    """

    seeks: frozenset[str]
    ages_min: int
    ages_max: int
    intents: frozenset[str]
    languages: frozenset[str]
    distance_km: int


@dataclass(frozen=True, slots=True)
class Person:
    """A member as discovery sees them.

    ring          12 hex characters: where they stand among all members
    born          never told to anybody
    cell          geohash of 5 characters
    completeness  of the profile, 0 to 100
    active_day    when they were last active, in days since the epoch
    exposure      1 for a fair share of being shown this week, less for more than that
    """

    user_id: str
    ring: str
    born: date
    gender: str
    intent: str | None
    languages: frozenset[str]
    interests: frozenset[str]
    cell: str
    wishes: Wishes
    completeness: int = 0
    active_day: int = 0
    exposure: float = 1.0

    def age_on(self, day: date) -> int:
        """Whole years."""
        return clock.age_on(self.born, day)


def person_of(profile: profiles.Profile, *, exposure: float = 1.0) -> Person | None:
    """Somebody from their profile; None until it says who they are, whom they seek, and where."""
    if not (profile.display_name and profile.gender and profile.seeks and profile.cell):
        return None
    wants = profile.wants
    return Person(
        user_id=profile.user_id,
        ring=ring_of(profile.user_id),
        born=profile.born,
        gender=profile.gender,
        intent=profile.intent,
        languages=frozenset(profile.languages or ()),
        interests=frozenset(profile.interests or ()),
        cell=profile.cell,
        wishes=Wishes(
            seeks=frozenset(profile.seeks),
            ages_min=int(wants.ages_min),
            ages_max=int(wants.ages_max),
            intents=frozenset(wants.intents or ()),
            languages=frozenset(wants.languages or ()),
            distance_km=int(wants.distance_km),
        ),
        completeness=int(profile.completeness),
        active_day=int(profile.active_day),
        exposure=exposure,
    )


def person_at(place: profiles.Place, *, exposure: float) -> Person:
    """Somebody from their row in the index."""
    return Person(
        user_id=place.user_id,
        ring=place.ring,
        born=place.born,
        gender=place.gender,
        intent=place.intent,
        languages=frozenset(place.languages or ()),
        interests=frozenset(place.interests or ()),
        cell=place.cell,
        wishes=Wishes(
            seeks=frozenset(place.seeks),
            ages_min=int(place.wants_ages_min),
            ages_max=int(place.wants_ages_max),
            intents=frozenset(place.wants_intents or ()),
            languages=frozenset(place.wants_languages or ()),
            distance_km=int(place.wants_distance_km),
        ),
        completeness=int(place.completeness),
        active_day=int(place.active_day),
        exposure=exposure,
    )
