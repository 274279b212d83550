"""Towns that exist in memory only, and a viewer who goes through one lap there."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from chalicelib.matching.discovery.gathering import Gathering, Viewer
from chalicelib.matching.discovery.people import Person, Wishes
from chalicelib.matching.discovery.standing import Standing, Stretch, packed
from chalicelib.profiles import COHORT_YEARS, SHARDS

DAY = date(2026, 6, 1)
TODAY = (DAY - date(1970, 1, 1)).days
CELLS = ("u281z", "u281y", "u283b", "u282p", "u0x9f", "u28j1", "u0wtj", "u33db")
"""Munich, twice more within 5 km of it, then 44, 69, 67 and 175 km away, and Berlin."""

GENDERS = ("woman", "man", "nonbinary")
INTENTS = ("relationship", "dating", "friends", "unsure")
LANGUAGES = ("de", "en", "fr")


@dataclass
class Town:
    """Rows by area, as the table keeps them; `limit` is how many one read brings."""

    people: Iterable[Person]
    limit: int = 3
    decided_on: frozenset[str] = frozenset()
    reads: int = 0
    areas: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for person in self.people:
            shard = int(person.ring[0], 16) % SHARDS
            cohort = person.born.year // COHORT_YEARS
            self.areas[f"{person.cell[:4]}#{person.gender}#{cohort}#{shard}"].append(person)
        for rows in self.areas.values():
            rows.sort(key=lambda person: person.ring)

    def populated(self, cells: Sequence[str]) -> Mapping[str, Collection[str]]:
        self.reads += 1
        found = defaultdict(set)
        for area in self.areas:
            cell, _, entry = area.partition("#")
            if cell in cells:
                found[cell].add(entry)
        return found

    def rows(self, stretch: Stretch) -> tuple[list[Person], bool]:
        self.reads += 1
        after, before = stretch.after, stretch.before
        rows = [
            person
            for person in self.areas[stretch.area]
            if person.ring > after and (before is None or person.ring < before)
        ]
        return rows[: self.limit], len(rows) > self.limit

    def decided(self) -> Callable[[str], bool]:
        return self.decided_on.__contains__


def lap(viewer: Person, town: Town, *, number: int = 1, size: int = 4) -> list[tuple[str, int]]:
    """Whom a whole lap shows, page by page, and at which level."""
    standing = Standing(wishes="", lap=number, week=0)
    shown: list[tuple[str, int]] = []
    while not standing.is_over():
        looking = Viewer(viewer, DAY, TODAY)
        standing = Gathering(standing, looking, town, reads=6).until(size)
        page, rest = standing.waiting[:size], standing.waiting[size:]
        shown += [(who.user_id, standing.level) for who in page]
        standing = standing.but(pool=packed(rest), shown=standing.shown + len(page))
    return shown


ANYBODY = Wishes(
    seeks=frozenset(GENDERS),
    ages_min=18,
    ages_max=99,
    intents=frozenset(),
    languages=frozenset(),
    distance_km=200,
)


def person(number: int, *, wishes: Wishes = ANYBODY, **about: Any) -> Person:
    """Somebody; whatever is not said fits everybody."""
    said: dict[str, Any] = {
        "ring": ring_of(number),
        "born": date(1995, 5, 5),
        "gender": "woman",
        "intent": "dating",
        "languages": frozenset({"de"}),
        "interests": frozenset(),
        "cell": CELLS[0],
    }
    return Person(f"usr_{number:026}", wishes=wishes, **(said | about))


def ring_of(number: int) -> str:
    """As good as a hash."""
    return hashlib.blake2b(str(number).encode(), digest_size=6).hexdigest()


def anybody(random: Random, number: int = 0) -> Person:
    """Somebody who may wish for much; about half of them wish for nothing in particular."""
    picky, ages_min = random.random() < 0.5, random.randint(18, 40)
    wishes = Wishes(
        seeks=frozenset(random.sample(GENDERS, random.randint(1, 3))),
        ages_min=ages_min,
        ages_max=random.randint(ages_min, 80),
        intents=frozenset(random.sample(INTENTS, random.randint(0, 2))),
        languages=frozenset(random.sample(LANGUAGES, random.randint(0, 2))),
        distance_km=random.randint(5, 200),
    )
    return person(
        number,
        wishes=wishes if picky else ANYBODY,
        born=date(1960, 1, 1) + timedelta(random.randrange(48 * 365)),
        gender=random.choice(GENDERS),
        intent=random.choice(INTENTS),
        languages=frozenset(random.sample(LANGUAGES, random.randint(1, 2))),
        interests=frozenset(random.sample(["art", "tea", "chess", "jazz"], 2)),
        cell=random.choice(CELLS[:2] if random.random() < 0.6 else CELLS),
        completeness=random.randint(0, 100),
        active_day=TODAY - random.randint(0, 60),
        exposure=random.random(),
    )


def people(number: int = 0) -> st.SearchStrategy[Person]:
    """Anybody at all."""
    return st.integers(0, 2**32).map(lambda seed: anybody(Random(seed), number))


@st.composite
def towns(draw: st.DrawFn) -> list[Person]:
    """Some people, of whom many may live in one area."""
    count, random = draw(st.integers(0, 80)), Random(draw(st.integers(0, 2**32)))
    return [anybody(random, number) for number in range(1, count + 1)]
