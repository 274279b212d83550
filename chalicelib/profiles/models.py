"""Profiles, and the index by which they are found."""

import hashlib
from collections.abc import Iterable, Set

from pynamodb.attributes import (
    Attribute,
    BooleanAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.constants import NUMBER
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core import db
from chalicelib.core.settings import settings
from chalicelib.profiles.words import INTERESTS

WAITS = "held"
VISIBLE, PAUSED, INCOGNITO = "visible", "paused", "incognito"
COHORT_YEARS = 5
"""So wide that no birthday ever moves a row of the index."""
SHARDS = 4
RING_BYTES = 6


class InterestsAttribute(Attribute[Set[str]]):
    """Interests as a number, a bit for each: so a row of the index stays below 300 bytes.

    An interest's bit is its position in `words.INTERESTS`.
    """

    attr_type = NUMBER

    def serialize(self, value: Iterable[str]) -> str:
        return str(sum(1 << INTERESTS.index(interest) for interest in value))

    def deserialize(self, value: str) -> Set[str]:
        bits = int(value)
        return {interest for bit, interest in enumerate(INTERESTS) if bits >> bit & 1}


class Wants(db.Part):
    """Whom a member wants to meet.

    ages_min, ages_max  18 to 99
    intents, languages  empty for any
    distance_km         5 to 200
    """

    ages_min = NumberAttribute(default=18)
    ages_max = NumberAttribute(default=99)
    intents = UnicodeSetAttribute(null=True)
    languages = UnicodeSetAttribute(null=True)
    distance_km = NumberAttribute(default=50)


class Answer(db.Part):
    """What a member says to a prompt."""

    prompt = UnicodeAttribute()
    answer = UnicodeAttribute()


class Photo(db.Part):
    """A photo of a profile, in the order in which they are shown.

    state          uploading · held · ready · rejected
    reason         why it was rejected
    width, height  pixels of its larger size, once it was looked at
    """

    photo_id = UnicodeAttribute()
    state = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    width = NumberAttribute(null=True)
    height = NumberAttribute(null=True)


class Waiting(GlobalSecondaryIndex["Profile"]):
    """Profiles of which something waits for a moderator; others are not in it.

    All of them in one partition: a profile is written to it when it begins to wait and when it is
    done, however often it changes in between, which is far from 1,000 a second.
    """

    class Meta:
        index_name = "waiting"
        projection = KeysOnlyProjection()

    waits = UnicodeAttribute(hash_key=True)
    waits_since = db.InstantAttribute(range_key=True)


class Profile(db.Record, table="profiles"):
    """What a member tells of themselves.

    user_id       partition key
    version       every change is made to the version that was read
    born          never shown; others see an age
    cell          geohash of five letters, fuzzed; None until a place was told
    area          where its row of the index stands; absent while there is none
    visibility    visible · paused · incognito
    held          its texts wait for a moderator: nobody else sees them yet
    flags         the rules of safety that its texts break; not shown to members
    completeness  0 to 100
    active_day    days since the epoch
    waits         "held" while its texts or a photo wait for a moderator; absent otherwise
    waits_since   when the first of what waits began to
    """

    user_id = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(default=0)
    display_name = UnicodeAttribute(null=True)
    born = db.DateAttribute()
    gender = UnicodeAttribute(null=True)
    seeks = UnicodeSetAttribute(null=True)
    intent = UnicodeAttribute(null=True)
    bio = UnicodeAttribute(null=True)
    prompts: ListAttribute[Answer] = ListAttribute(of=Answer, default=list)
    languages = UnicodeSetAttribute(null=True)
    interests = UnicodeSetAttribute(null=True)
    cell = UnicodeAttribute(null=True)
    area = UnicodeAttribute(null=True)
    visibility = UnicodeAttribute(default=VISIBLE)
    wants = Wants(default=Wants)
    photos: ListAttribute[Photo] = ListAttribute(of=Photo, default=list)
    held = BooleanAttribute(default=False)
    flags = UnicodeSetAttribute(null=True)
    completeness = NumberAttribute(default=0)
    active_day = NumberAttribute(default=0)
    updated_at = db.InstantAttribute(null=True)
    waits = UnicodeAttribute(null=True)
    waits_since = db.InstantAttribute(null=True)

    waiting = Waiting()


class Place(db.Record, table="places"):
    """A member's row in the index, with all that is asked of them before they are shown.

    area  partition key, "<geohash of four letters>#<gender>#<cohort>#<shard>"
    ring  sort key: where the member stands among all members, in 12 hex characters
    """

    area = UnicodeAttribute(hash_key=True)
    ring = UnicodeAttribute(range_key=True)
    user_id = UnicodeAttribute(attr_name="u")
    born = db.DateAttribute(attr_name="b")
    gender = UnicodeAttribute(attr_name="g")
    seeks = UnicodeSetAttribute(attr_name="s")
    intent = UnicodeAttribute(null=True, attr_name="i")
    languages = UnicodeSetAttribute(null=True, attr_name="l")
    interests = InterestsAttribute(null=True, attr_name="t")
    cell = UnicodeAttribute(attr_name="c")
    wants_ages_min = NumberAttribute(attr_name="wa")
    wants_ages_max = NumberAttribute(attr_name="wb")
    wants_intents = UnicodeSetAttribute(null=True, attr_name="wi")
    wants_languages = UnicodeSetAttribute(null=True, attr_name="wl")
    wants_distance_km = NumberAttribute(attr_name="wd")
    completeness = NumberAttribute(attr_name="p")
    active_day = NumberAttribute(attr_name="d")
    shown = NumberAttribute(null=True, attr_name="n")
    shown_week = NumberAttribute(null=True, attr_name="w")


class Cell(db.Record, table="cells"):
    """Which parts of an area of the earth anybody ever stood in.

    cell4      partition key, a geohash of four letters
    populated  "<gender>#<cohort>#<shard>"; never taken out: an empty part costs a query, no more
    """

    cell4 = UnicodeAttribute(hash_key=True)
    populated = UnicodeSetAttribute(null=True)


def ring_of(user_id: str) -> str:
    """Where a member stands among all members: 12 hex characters, evenly spread."""
    return hashlib.blake2b(user_id.encode(), digest_size=RING_BYTES).hexdigest()


def place_of(profile: Profile) -> Place | None:
    """The row in the index that a profile is to have; None for one that nobody is to find.

    Whether its member is active, it does not say: whoever writes the row asks that too. Which row
    there is, `row_of` says: settings, by which this goes, may have been others.
    """
    told = profile.display_name and profile.gender and profile.seeks and profile.cell
    if profile.visibility != VISIBLE or not told:
        return None
    if settings().photo_required and not has_photo(profile):
        return None
    ring, wants = ring_of(profile.user_id), profile.wants
    return Place(
        f"{profile.cell[:4]}#{part_of(profile, ring)}",
        ring,
        user_id=profile.user_id,
        born=profile.born,
        gender=profile.gender,
        seeks=profile.seeks,
        intent=profile.intent,
        languages=profile.languages,
        interests=profile.interests,
        cell=profile.cell,
        wants_ages_min=wants.ages_min,
        wants_ages_max=wants.ages_max,
        wants_intents=wants.intents,
        wants_languages=wants.languages,
        wants_distance_km=wants.distance_km,
        completeness=profile.completeness,
        active_day=profile.active_day,
    )


def row_of(profile: Profile) -> Place | None:
    """The row of the index that a profile has, by its key alone; None where it has none."""
    if profile.area is None:
        return None
    return Place(profile.area, ring_of(profile.user_id), user_id=profile.user_id)


def has_photo(profile: Profile) -> bool:
    """Whether there is a photo that others see."""
    return any(photo.state == "ready" for photo in profile.photos)


def is_held(profile: Profile) -> bool:
    """Whether something of it is not seen by others before a moderator saw it."""
    return bool(profile.held) or any(photo.state == "held" for photo in profile.photos)


def part_of(profile: Profile, ring: str) -> str:
    """The part of an area in which a profile stands. A cohort, unlike an age, never changes."""
    cohort = profile.born.year // COHORT_YEARS
    return f"{profile.gender}#{cohort}#{int(ring[0], 16) % SHARDS}"
