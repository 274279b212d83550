"""Geohashes: cells of the earth, each named by a text that begins with the name of the larger one.

As Niemeyer published them in 2008: longitude and latitude are halved in turns, five halvings to a
letter. A cell of four letters is 39 km wide at the equator and 19.5 km high, one of five 4.9 km
either way.
"""

import math
from functools import lru_cache

ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"
EARTH_KM = 6371.0
BITS = (16, 8, 4, 2, 1)

Point = tuple[float, float]
"""Latitude and longitude, in degrees."""


def encode(latitude: float, longitude: float, letters: int) -> str:
    """The cell of a point."""
    sides = ([-180.0, 180.0], [-90.0, 90.0])
    values = (longitude, latitude)
    cell = ""
    turn = 0
    for _ in range(letters):
        letter = 0
        for bit in BITS:
            side = sides[turn % 2]
            middle = (side[0] + side[1]) / 2
            upper = values[turn % 2] >= middle
            side[0 if upper else 1] = middle
            letter |= bit if upper else 0
            turn += 1
        cell += ALPHABET[letter]
    return cell


@lru_cache(maxsize=20_000)
def centre(cell: str) -> Point:
    """The middle of a cell."""
    sides = ([-180.0, 180.0], [-90.0, 90.0])
    turn = 0
    for letter in cell:
        for bit in BITS:
            side = sides[turn % 2]
            upper = ALPHABET.index(letter) & bit
            side[0 if upper else 1] = (side[0] + side[1]) / 2
            turn += 1
    (west, east), (south, north) = sides
    return (south + north) / 2, (west + east) / 2


def size(letters: int) -> Point:
    """Height and width of a cell of so many letters, in degrees."""
    bits = 5 * letters
    return 180 / 2.0 ** (bits // 2), 360 / 2.0 ** (bits - bits // 2)


def kilometres(one: Point, other: Point) -> float:
    """The great-circle distance of two points, by the haversine formula."""
    (lat1, lon1), (lat2, lon2) = (map(math.radians, each) for each in (one, other))
    across = math.sin((lat2 - lat1) / 2) ** 2
    across += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(across))
