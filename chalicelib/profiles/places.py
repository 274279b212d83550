"""Roughly where a member is: a cell, moved a little once and for all, and what lies around it.

Invariants
- The point that a device tells is neither kept nor logged. What is kept is a cell of five letters,
  some 5 km wide, of a point up to `place_fuzz_km` away.
- Points nearby give the same cell, and it stays until they are farther off than it may be: neither
  asking often nor a device that wavers averages anything out.
- No distance is told that is less than a kilometre, or finer than between two cells.
"""

import hmac
import math
from functools import lru_cache

from chalicelib.core import keys
from chalicelib.core.settings import settings
from chalicelib.profiles import geohash

CELL_LETTERS, AREA_LETTERS, SPOT_LETTERS = 5, 4, 6
KM_PER_DEGREE = 111.32
COARSE_FROM_KM, COARSE_KM = 5, 5
POLE = 89.0
"""Beyond it degrees of longitude are too narrow to be moved by."""


def cell_of(user_id: str, latitude: float, longitude: float, *, kept: str | None = None) -> str:
    """The cell that is kept for a member who says to be at this point, in degrees.

    kept  the cell until now, which stays unless they are too far from it
    """
    if kept is not None and _explains(kept, (latitude, longitude)):
        return kept
    spot = geohash.encode(latitude, longitude, SPOT_LETTERS)
    middle, around = geohash.centre(spot)
    turned, moved = _fuzz(user_id, spot)
    north = moved * math.cos(turned) / KM_PER_DEGREE
    width = math.cos(math.radians(min(abs(middle), POLE)))
    east = moved * math.sin(turned) / (KM_PER_DEGREE * width)
    there = (around + east + 180) % 360 - 180
    return geohash.encode(max(-90.0, min(90.0, middle + north)), there, CELL_LETTERS)


def _explains(cell: str, point: geohash.Point) -> bool:
    """Whether the cell may be what is kept for somebody at this point."""
    height, _ = geohash.size(CELL_LETTERS)
    apart = geohash.kilometres(geohash.centre(cell), point)
    return apart <= settings().place_fuzz_km + height * KM_PER_DEGREE


def _fuzz(user_id: str, spot: str) -> tuple[float, float]:
    """In which direction, in radians, and how far, in km, points of this spot are moved."""
    drawn = hmac.digest(keys.active_key("place"), f"{user_id}/{spot}".encode(), "sha256")
    first, second = int.from_bytes(drawn[:8]), int.from_bytes(drawn[8:16])
    # The square root spreads points evenly over the disc, instead of crowding its middle.
    return 2 * math.pi * first / 2**64, settings().place_fuzz_km * math.sqrt(second / 2**64)


@lru_cache(maxsize=20_000)
def distance_km(one: str, other: str) -> int:
    """How far two cells are apart, in whole kilometres; coarser where it is more than a few."""
    apart = geohash.kilometres(geohash.centre(one), geohash.centre(other))
    if apart <= COARSE_FROM_KM:
        return max(1, math.ceil(apart))
    return COARSE_KM * math.ceil(apart / COARSE_KM)


@lru_cache(maxsize=256)
def areas_near(cell: str, within_km: int) -> tuple[str, ...]:
    """The areas of four letters that may hold somebody within a distance, the nearest first."""
    middle = geohash.centre(cell)
    height, width = geohash.size(AREA_LETTERS)
    reach = within_km + _half_diagonal_km(middle[0])
    rows = math.ceil(reach / (height * KM_PER_DEGREE))
    narrow = math.cos(math.radians(min(abs(middle[0]), POLE)))
    columns = min(math.ceil(reach / (width * KM_PER_DEGREE * narrow)), int(180 / width))
    found: dict[str, float] = {}
    for row in range(-rows, rows + 1):
        for column in range(-columns, columns + 1):
            latitude = middle[0] + row * height
            longitude = (middle[1] + column * width + 180) % 360 - 180
            if abs(latitude) < 90:
                area = geohash.encode(latitude, longitude, AREA_LETTERS)
                found[area] = geohash.kilometres(middle, geohash.centre(area))
    near = [area for area, apart in found.items() if apart <= reach]
    return tuple(sorted(near, key=lambda area: (found[area], area)))


def _half_diagonal_km(latitude: float) -> float:
    height, width = geohash.size(AREA_LETTERS)
    narrow = math.cos(math.radians(latitude))
    return math.hypot(height, width * narrow) * KM_PER_DEGREE / 2
