"""A lap through any town: everybody who fits, once, and nobody else."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.matching.discovery.fitting import LEVEL_MAX, level_of, relaxed_to_fit
from chalicelib.matching.discovery.gathering import ROW_READS_MAX, Gathering, Viewer
from chalicelib.matching.discovery.people import Person
from chalicelib.matching.discovery.standing import ENOUGH, Standing
from tests.matching.discovery.towns import ANYBODY, DAY, TODAY, Town, lap, people, person, towns

SIZES = st.integers(1, 7)
READS = st.integers(1, 9)
LAPS = st.integers(1, 50)
UNHURRIED = settings(deadline=None)
"""A lap takes as long as the town is large, and what lies around a cell is found only once: on a
busy machine a deadline would tell of the machine."""


def levels(viewer: Person, town: list[Person]) -> dict[str, int]:
    """Everybody whom the viewer may meet at all, and at which level."""
    found = {each.user_id: relaxed_to_fit(viewer, each, DAY) for each in town}
    return {user_id: level_of(relaxed) for user_id, relaxed in found.items() if relaxed is not None}


@UNHURRIED
@given(people(), towns(), SIZES, READS, LAPS)
def test_everybody_who_fits_is_shown_once_and_at_their_level(
    viewer: Person, town: list[Person], size: int, limit: int, number: int
) -> None:
    fitting = levels(viewer, town)

    shown = lap(viewer, Town(town, limit=limit), number=number, size=size)

    reached = max((level for _, level in shown), default=0)
    assert len({user_id for user_id, _ in shown}) == len(shown)
    assert {user_id for user_id, _ in shown} <= set(fitting)
    assert {user_id for user_id, level in fitting.items() if level <= reached} <= {
        user_id for user_id, _ in shown
    }


@UNHURRIED
@given(people(), towns(), SIZES)
def test_wishes_are_relaxed_only_for_lack_of_people(
    viewer: Person, town: list[Person], size: int
) -> None:
    fitting = levels(viewer, town)

    shown = dict(lap(viewer, Town(town), size=size))

    for level in range(LEVEL_MAX):
        before = sum(each <= level for each in fitting.values())
        if before >= ENOUGH:
            assert max(fitting[user_id] for user_id in shown) <= level
    if len(fitting) < ENOUGH:
        assert set(shown) == set(fitting)


@UNHURRIED
@given(people(), towns(), st.randoms(use_true_random=False), SIZES)
def test_it_does_not_matter_in_which_order_people_came(
    viewer: Person, town: list[Person], random: object, size: int
) -> None:
    shuffled = list(town)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert lap(viewer, Town(shuffled), size=size) == lap(viewer, Town(town), size=size)


@UNHURRIED
@given(people(), towns(), st.sets(st.integers(1, 80), min_size=20))
def test_from_the_second_lap_on_the_decided_are_left_out_and_nobody_else(
    viewer: Person, town: list[Person], decided: set[int]
) -> None:
    on = {each.user_id: each.ring for each in town if int(each.user_id[4:]) in decided}
    everybody = {user_id for user_id, _ in lap(viewer, Town(town), number=2)}

    town_decided_on = Town(town, decided_on=frozenset(on.values()))
    undecided = {user_id for user_id, _ in lap(viewer, town_decided_on, number=2)}

    assert undecided.isdisjoint(on)
    assert everybody - set(on) <= undecided


@UNHURRIED
@given(towns())
def test_nobody_starves_whoever_is_looking(town: list[Person]) -> None:
    for viewer in town[:3]:
        shown = {user_id for user_id, _ in lap(viewer, Town(town))}
        wanted = {user_id for user_id, level in levels(viewer, town).items() if level == 0}
        assert wanted <= shown
        assert viewer.user_id not in shown


def test_no_wish_is_relaxed_while_there_are_enough_people() -> None:
    viewer = person(1000, wishes=replace(ANYBODY, ages_max=35))
    older = [person(number, born=date(1988, 1, 1)) for number in range(1, 6)]
    enough = [person(number) for number in range(100, 100 + ENOUGH)]

    assert len(lap(viewer, Town(older + enough))) == ENOUGH
    assert len(lap(viewer, Town(older + enough[1:]))) == ENOUGH - 1 + len(older)


def test_a_page_reads_rows_four_times_at_most() -> None:
    years = range(1940, 2000, 5)
    town = Town([person(number, born=date(year, 1, 1)) for number, year in enumerate(years, 1)])
    looking = Viewer(person(1000), DAY, TODAY)
    town.reads, cells_read = 0, 1

    Gathering(Standing(wishes="", lap=1, week=0), looking, town, reads=9).until(12)

    assert town.reads <= cells_read + ROW_READS_MAX


def test_two_viewers_begin_a_large_area_at_different_people() -> None:
    town = [person(number) for number in range(1, 400)]

    first = {lap(person(1000 + number), Town(town, limit=10))[0][0] for number in range(20)}

    assert len(first) > 10


def test_another_lap_begins_elsewhere() -> None:
    town = [person(number) for number in range(1, 400)]
    viewer = person(1000)

    first = {lap(viewer, Town(town, limit=10), number=number)[0][0] for number in range(1, 31)}

    assert len(first) > 5


def test_small_areas_are_read_once() -> None:
    town = Town([person(number) for number in range(1, 5)], limit=100)

    lap(person(1000, wishes=ANYBODY), town, size=100)

    levels_read, cells_read = LEVEL_MAX + 1, 12
    assert town.reads <= levels_read * (len(town.areas) + cells_read)
