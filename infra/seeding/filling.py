"""Seeded members, written a chunk at a time in the order of their numbers."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from ulid import ULID

from chalicelib import profiles
from chalicelib.accounts import passwords
from chalicelib.accounts.models import Address, Member
from chalicelib.core import clock, db
from chalicelib.profiles.models import Answer, Cell, Place, Profile, Wants
from infra.seeding.people import DENSE, Seeded, seeded
from infra.seeding.position import Position
from infra.seeding.writing import put_all

CHUNK = 500
PASSWORD = "correct horse battery"


class Filling:
    """Writes members; each is the same whenever it is written."""

    def __init__(self, *, is_dense: bool, password: str = PASSWORD) -> None:
        self._is_dense = is_dense
        self._today = clock.now().date()
        self._password_hash = passwords.hashed(password)
        self._entries: set[tuple[str, str]] = set()

    def go_on(self, users: int, position: Position, done: Callable[[int], None]) -> None:
        """Write from where it was left until there are so many; `done` is told of each chunk.

        A chunk that was cut off is written again.
        """
        for start in range(position.read(), users, CHUNK):
            end = min(start + CHUNK, users)
            self.write(range(start, end))
            position.keep(end)
            done(end)

    def write(self, numbers: range) -> None:
        """Write these members, a chunk at a time."""
        for start in range(numbers.start, numbers.stop, CHUNK):
            self._write_chunk(range(start, min(start + CHUNK, numbers.stop)))

    def _write_chunk(self, numbers: range) -> None:
        items = [item for number in numbers for item in self._items(number)]
        for item in items:
            if isinstance(item, Place):
                self._populate(item)
        put_all(items)

    def _populate(self, place: Place) -> None:
        """Added to the set, since others live there too; once for each entry."""
        cell, _, entry = place.area.partition("#")
        if (cell, entry) not in self._entries:
            db.update(Cell(cell), Cell.populated.add({entry}))
            self._entries.add((cell, entry))

    def _items(self, number: int) -> Iterator[db.Record]:
        who = seeded(number, self._today, profiles.INTERESTS, DENSE if self._is_dense else None)
        user_id = user_id_of(number, dense=self._is_dense)
        email = f"{'dense' if self._is_dense else 'seeded'}.{number:07}@pairly.example"
        yield Member(
            user_id,
            email=email,
            password_hash=self._password_hash,
            birthdate=who.born,
            roles={"member"},
            created_at=_instant(who.joined_day),
        )
        yield Address(email, user_id=user_id)
        profile = profile_of(who, user_id, is_dense=self._is_dense)
        place = profiles.place_of(profile)
        profile.area = place.area if place else None
        yield profile
        if place is not None:
            yield place


def user_id_of(number: int, *, dense: bool = False) -> str:
    """The n-th member's id, the same each time."""
    kind = "dense" if dense else "towns"
    chance = hashlib.blake2b(f"{kind}/{number}".encode(), digest_size=10).digest()
    return f"usr_{str(ULID((1_600_000_000_000 + number).to_bytes(6, 'big') + chance)).lower()}"


def profile_of(who: Seeded, user_id: str, *, is_dense: bool) -> Profile:
    """As the member would have filled it in."""
    latitude, longitude = (DENSE.latitude, DENSE.longitude) if is_dense else who.where
    cell = profiles.encode(latitude, longitude, 5)
    profile = Profile(
        user_id,
        version=1,
        display_name=who.name,
        born=who.born,
        gender=who.gender,
        seeks=set(who.seeks),
        intent=who.intent,
        bio=who.bio,
        prompts=[Answer(prompt=prompt, answer=answer) for prompt, answer in who.prompts],
        languages=set(who.languages),
        interests=set(who.interests),
        cell=cell,
        wants=Wants(ages_min=who.ages[0], ages_max=who.ages[1], distance_km=who.distance_km),
        active_day=who.active_day,
    )
    profile.completeness = profiles.completeness_of(profile)
    return profile


def _instant(day: int) -> datetime:
    return datetime.combine(date(1970, 1, 1) + timedelta(day), datetime.min.time(), UTC)
