"""The stack clock."""

import pytest

from infra.local.clock import Anchor, StackClock


class RealTime:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def real() -> RealTime:
    return RealTime()


@pytest.fixture
def clock(real: RealTime) -> StackClock:
    return StackClock(real_time=real)


def test_it_starts_as_the_real_time(clock: StackClock, real: RealTime) -> None:
    real.seconds += 5
    assert clock() == 1005


def test_a_leap_is_kept_while_time_goes_on(clock: StackClock, real: RealTime) -> None:
    clock.advance(100)
    real.seconds += 1
    assert clock() == 1101


def test_a_rate_plays_from_now_on_and_leaves_the_past(clock: StackClock, real: RealTime) -> None:
    real.seconds += 10
    clock.set_rate(60)
    assert clock() == 1010
    real.seconds += 2
    assert clock() == 1130


def test_a_frozen_clock_moves_only_by_leaps(clock: StackClock, real: RealTime) -> None:
    clock.set_rate(0)
    real.seconds += 500
    assert clock() == 1000
    clock.advance(3)
    assert clock() == 1003
    assert clock.real_seconds(1) is None


def test_time_never_goes_back(clock: StackClock) -> None:
    with pytest.raises(ValueError, match="back"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="back"):
        clock.set_rate(-1)


def test_waiting_is_shorter_when_time_runs_faster(clock: StackClock) -> None:
    clock.set_rate(60)
    assert clock.real_seconds(120) == 2
    assert clock.real_seconds(-1) == 0


def test_a_clock_goes_on_from_what_another_told(clock: StackClock, real: RealTime) -> None:
    told: list[Anchor] = []
    clock.listen(told.append)
    clock.set_rate(2)
    clock.advance(50)
    real.seconds += 10

    assert StackClock(told[-1], real_time=real)() == clock() == 1070
