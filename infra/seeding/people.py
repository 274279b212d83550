"""The n-th seeded member: who they are, whom they look for, where they live.

Shares and ranges are made up, and plausible: most are in their twenties and thirties, were active
lately, live in large cities, and wish for somebody about their own age not far away. Not all of
them told everything.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from infra.seeding.places import CITIES, City, city_for

T = TypeVar("T")

AGE_MIN, AGE_MAX = 18, 70
GENDERS = {"woman": 46, "man": 50, "nonbinary": 4}
SEEKS = {
    "woman": {("man",): 84, ("woman",): 7, ("woman", "man"): 6, ("woman", "man", "nonbinary"): 3},
    "man": {("woman",): 88, ("man",): 6, ("woman", "man"): 3, ("woman", "man", "nonbinary"): 3},
    "nonbinary": {("woman", "man", "nonbinary"): 70, ("woman",): 15, ("man",): 15},
}
INTENTS = {"relationship": 45, "dating": 30, "friends": 10, "unsure": 15}
DISTANCES_KM = {20: 15, 50: 45, 100: 30, 200: 10}
NAMES = {
    "woman": ("Asha", "Priya", "Meera", "Anna", "Lena", "Sofia", "Maria", "Emma", "Zoe", "Amina"),
    "man": ("Arjun", "Rohan", "Vikram", "Paul", "Jonas", "David", "Luca", "Omar", "Noah", "Karim"),
    "nonbinary": ("Alex", "Robin", "Sam", "Kim", "Charlie", "Noor", "Jamie", "Sasha"),
}
BIOS = (
    "Early riser, late reader. Ask me about the mountains.",
    "I cook for friends on Sundays and burn something every time.",
    "Half of my weekends are on a bicycle, the other half on the sofa.",
    "Looking for somebody to share long walks and bad puns with.",
    "New in town, still collecting favourite cafés.",
)
ANSWERS = (
    ("a_perfect_sunday", "Sleeping in, a market, and a film in the evening."),
    ("best_trip_ever", "By train to the sea, with nothing planned."),
    ("my_simple_pleasures", "The first coffee, and clean sheets."),
)
"""Prompts, and what is said to them."""


@dataclass(frozen=True)
class Seeded:
    """What is made up about one member."""

    number: int
    name: str
    born: date
    gender: str
    seeks: tuple[str, ...]
    intent: str
    bio: str | None
    prompts: tuple[tuple[str, str], ...]
    languages: tuple[str, ...]
    interests: tuple[str, ...]
    where: tuple[float, float]
    ages: tuple[int, int]
    distance_km: int
    active_day: int
    joined_day: int


def seeded(number: int, today: date, interests: tuple[str, ...], city: City | None) -> Seeded:
    """The n-th member, as of a day; in this city, or in one of all."""
    random = Random(f"pairly/{number}")
    city = city or city_for(random)
    gender = _one_of(GENDERS, random)
    age = _age(random)
    born = today.replace(month=1, day=1, year=today.year - age) - timedelta(random.randrange(365))
    reach = random.randint(3, 10)
    days = (today - date(1970, 1, 1)).days
    return Seeded(
        number=number,
        name=random.choice(NAMES[gender]),
        born=born,
        gender=gender,
        seeks=_one_of(SEEKS[gender], random),
        intent=_one_of(INTENTS, random),
        bio=random.choice((*BIOS, None)),
        prompts=tuple(random.sample(ANSWERS, random.randint(0, 2))),
        languages=city.languages[: random.randint(1, len(city.languages))],
        interests=tuple(sorted(random.sample(interests, random.randint(2, 7)))),
        where=city.somewhere(random),
        ages=(max(18, age - reach), min(99, age + reach)),
        distance_km=_one_of(DISTANCES_KM, random),
        active_day=days - min(89, int(random.expovariate(1 / 9))),
        joined_day=days - 90 - random.randrange(600),
    )


def _age(random: Random) -> int:
    """Half are under thirty."""
    return min(AGE_MAX, AGE_MIN + int(random.gammavariate(2.6, 4.9)))


def _one_of(shares: dict[T, int], random: Random) -> T:
    return random.choices(list(shares), list(shares.values()))[0]


DENSE = next(city for city in CITIES if city.name == "Munich")
"""Where all live who are seeded into one cell."""
