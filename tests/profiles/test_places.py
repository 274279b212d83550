"""Where somebody roughly is: never nearer than a few kilometres, however often one asks."""

import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import settings as drawing
from hypothesis import strategies as st

from chalicelib.core.settings import settings
from chalicelib.profiles import geohash, places
from tests.people import Member
from tests.profiles.telling import changed, kept

latitudes, longitudes = st.floats(-80, 80), st.floats(-180, 180)


def off_by(point: tuple[float, float], north_km: float, east_km: float) -> tuple[float, float]:
    """A point so far from another."""
    latitude = point[0] + north_km / 111.32
    narrow = math.cos(math.radians(point[0]))
    return latitude, (point[1] + east_km / 111.32 / narrow + 180) % 360 - 180


def somewhere(number: int) -> tuple[float, float]:
    random = Random(number)
    return random.uniform(-75, 75), random.uniform(-180, 180)


@pytest.mark.parametrize(
    ("latitude", "longitude", "cell"),
    [
        (57.64911, 10.40744, "u4pruydqqvj"),
        (42.6, -5.6, "ezs42"),
        (-25.382708, -49.265506, "6gkzwgjzn820"),
        (37.8324, 112.5584, "ww8p1r4t8"),
        (0, 0, "s0000"),
        (-90, -180, "00000"),
        (90, 180, "zzzzz"),
    ],
)
def test_cells_are_named_as_everybody_names_them(
    latitude: float, longitude: float, cell: str
) -> None:
    assert geohash.encode(latitude, longitude, len(cell)) == cell


@drawing(deadline=None)
@given(latitudes, longitudes, st.integers(1, 9))
def test_the_middle_of_a_cell_lies_in_it(latitude: float, longitude: float, letters: int) -> None:
    cell = geohash.encode(latitude, longitude, letters)

    assert geohash.encode(*geohash.centre(cell), letters) == cell


def test_two_hundred_places_are_kept_within_the_fuzz_and_a_cell() -> None:
    cell_km = 111.32 * max(geohash.size(places.CELL_LETTERS))
    apart = []
    for number in range(200):
        point = somewhere(number)
        cell = places.cell_of(f"usr_{number}", *point)
        apart.append(geohash.kilometres(point, geohash.centre(cell)))
        assert len(cell) == 5

    assert max(apart) <= settings().place_fuzz_km + cell_km
    assert sum(apart) / len(apart) > 1  # it really is displaced


def test_asking_again_never_averages_out() -> None:
    """A device that stands still tells a hundred points around it, and one cell is kept."""
    for number in range(200):
        point, random, cells = somewhere(number), Random(number), set[str]()
        kept_cell: str | None = None
        for _ in range(100):
            wavering = off_by(point, random.gauss(0, 0.05), random.gauss(0, 0.05))
            kept_cell = places.cell_of(f"usr_{number}", *wavering, kept=kept_cell)
            cells.add(kept_cell)
        assert len(cells) == 1


def test_the_same_place_told_anew_gives_the_same_cell_and_others_get_another() -> None:
    cells = []
    for number in range(50):
        mine, again, theirs = (
            places.cell_of(who, *somewhere(number)) for who in ("usr_a", "usr_a", "usr_b")
        )
        assert mine == again
        cells.append(mine == theirs)

    assert not all(cells)


def test_taking_a_place_back_and_telling_it_anew_from_the_next_room_changes_nothing() -> None:
    for number in range(200):
        spot = geohash.encode(*somewhere(number), 6)
        middle = geohash.centre(spot)
        told = (off_by(middle, *by) for by in ((0, 0), (0.2, 0), (-0.2, 0), (0, 0.05), (0, -0.05)))

        assert len({places.cell_of(f"usr_{number}", *point) for point in told}) == 1


@drawing(deadline=None)
@given(latitudes, longitudes, st.floats(0, 360), st.floats(10, 2000))
def test_who_really_moves_is_kept_where_they_are(
    latitude: float, longitude: float, turned: float, apart: float
) -> None:
    before = places.cell_of("usr_somebody", latitude, longitude)
    north, east = apart * math.cos(turned), apart * math.sin(turned)
    there = off_by((latitude, longitude), north / 40, east / 40)
    there = max(-80.0, min(80.0, there[0])), there[1]

    after = places.cell_of("usr_somebody", *there, kept=before)

    assert geohash.kilometres(geohash.centre(after), there) <= 7


def test_over_http_too_a_place_told_again_moves_nothing(alice: Member) -> None:
    point = (52.52, 13.405)
    changed(alice, place={"latitude": point[0], "longitude": point[1]})
    cell = kept(alice).cell

    for number in range(8):
        random = Random(number)
        near = off_by(point, random.uniform(-0.3, 0.3), random.uniform(-0.3, 0.3))
        changed(alice, place={"latitude": near[0], "longitude": near[1]})

    assert kept(alice).cell == cell
    assert kept(alice).version == 1


@pytest.mark.parametrize("latitude", [-90, 90, 0])
@pytest.mark.parametrize("longitude", [-180, 180, 0])
def test_there_is_no_corner_of_the_earth_without_a_cell(
    alice: Member, latitude: float, longitude: float
) -> None:
    assert changed(alice, place={"latitude": latitude, "longitude": longitude})["has_place"]

    cell = str(kept(alice).cell)
    assert cell[:4] in places.areas_near(cell, 5)


@drawing(deadline=None)
@given(latitudes, longitudes, latitudes, longitudes)
def test_no_distance_is_below_a_kilometre_or_says_which_way(
    lat1: float, lon1: float, lat2: float, lon2: float
) -> None:
    one, other = geohash.encode(lat1, lon1, 5), geohash.encode(lat2, lon2, 5)

    apart = places.distance_km(one, other)
    assert apart == places.distance_km(other, one) >= 1
    assert apart <= 5 or apart % 5 == 0


def test_neighbours_are_some_kilometres_apart_and_the_same_cell_one() -> None:
    assert places.distance_km("u281z", "u281z") == 1
    assert 1 < places.distance_km("u281z", "u281y") <= 5
    assert places.distance_km("u281z", "u33db") in range(490, 520, 5)


def test_areas_spread_outwards_from_ones_own_over_all_neighbours() -> None:
    near = places.areas_near("u33db", 60)
    middle = geohash.centre("u33db")

    assert near[0] == "u33d"
    assert {"u339", "u33c", "u33f", "u33e", "u336", "u337", "u338", "u33b"} & set(near[1:9])
    apart = [geohash.kilometres(middle, geohash.centre(area)) for area in near]
    assert apart == sorted(apart)
    assert len(near) == len(set(near))


@drawing(deadline=None)
@given(st.floats(-75, 75), longitudes, st.integers(5, 200), st.floats(0, 360), st.floats(0, 1))
def test_everybody_within_reach_is_in_an_area_that_is_looked_into(
    latitude: float, longitude: float, within_km: int, turned: float, share: float
) -> None:
    cell = geohash.encode(latitude, longitude, 5)
    apart = within_km * share
    there = off_by(geohash.centre(cell), apart * math.cos(turned), apart * math.sin(turned))
    other = geohash.encode(*there, 5)

    if places.distance_km(cell, other) <= within_km:
        assert other[:4] in places.areas_near(cell, within_km)
