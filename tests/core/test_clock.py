"""Time: one source, exact milliseconds, and ages as people count them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core import clock
from infra.local.stack import Stack


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("2000-06-15", "2018-06-14", 17),
        ("2000-06-15", "2018-06-15", 18),
        ("2000-06-15", "2018-06-16", 18),
        ("2000-02-29", "2018-02-28", 17),
        ("2000-02-29", "2018-03-01", 18),
        ("2000-02-29", "2020-02-28", 19),
        ("2000-02-29", "2020-02-29", 20),
        ("2000-12-31", "2018-12-30", 17),
        ("2000-12-31", "2018-12-31", 18),
        ("2000-01-01", "2017-12-31", 17),
        ("2018-06-15", "2018-06-15", 0),
        ("2018-06-16", "2018-06-15", -1),
    ],
)
def test_a_person_is_a_year_older_on_their_birthday(born: str, day: str, age: int) -> None:
    assert clock.age_on(date.fromisoformat(born), date.fromisoformat(day)) == age


@settings(max_examples=200, database=None, deadline=None)
@given(st.integers(0, 253_402_300_799_999))
def test_an_instant_is_kept_to_the_millisecond(millis: int) -> None:
    assert clock.millis(clock.instant(millis)) == millis


def test_now_is_what_the_stack_says_and_moves_only_with_it(stack: Stack) -> None:
    before = clock.now()
    assert clock.now() == before
    assert before.tzinfo is UTC
    assert before.microsecond % 1000 == 0

    stack.clock.advance(90)

    assert round((clock.now() - before).total_seconds(), 2) == 90
    assert clock.now() == datetime.fromtimestamp(int(stack.clock() * 1000) / 1000, UTC)
