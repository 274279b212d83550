"""A function is told of what arrives in a bucket, as S3 and Lambda do it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.core.settings import settings
from infra.functions import BucketSource, Function
from infra.local.arrivals import BucketPump
from infra.local.buckets import Buckets
from infra.local.clock import StackClock
from infra.local.lambdas import Lambdas
from infra.local.queues import Queues
from infra.local.runtime import Rest, Runtime
from infra.local.state import State
from infra.local.streams import FAILURES

SOURCE = BucketSource("photos", "uploads/")
FUNCTION = Function(
    name="profiles-check-photo",
    kind="bucket",
    feature="profiles",
    handler="profiles_check_photo",
    trigger=SOURCE,
    timeout_seconds=5,
)


class Heard:
    """In place of a function: notes its events, and fails as often as it is to."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.failures = 0

    @property
    def keys(self) -> list[str]:
        return [record["s3"]["object"]["key"] for each in self.events for record in each["Records"]]

    def run(self, _: Function, event: Any) -> None:
        self.events.append(event)
        if self.failures:
            self.failures -= 1
            raise RuntimeError("no luck today")

    def stop(self) -> None:
        pass


class Set:
    """A pump over a folder, as a stack sets it up."""

    def __init__(self, folder: Path, clock: StackClock, heard: Heard) -> None:
        self.state = State(folder / "stack.sqlite")
        self.queues = Queues(folder / "queues.sqlite", clock)
        self.buckets = Buckets(folder / "buckets.sqlite", clock)
        runtime = Runtime(
            settings().stage,
            [FUNCTION],
            Rest(frozenset(), []),
            clock,
            Lambdas(heard),
            self.state,
            self.queues,
            self.buckets,
            lambda _: None,
        )
        self.bucket = runtime.bucket("photos")
        self.pump = BucketPump(FUNCTION, SOURCE, runtime)

    def put(self, key: str) -> None:
        self.buckets.put(self.bucket, key, b"content", content_type="image/png")

    def turn_after(self, seconds: float) -> int:
        self.pump._runtime.clock.advance(seconds)
        return self.pump.turn()

    def close(self) -> None:
        for each in (self.state, self.queues, self.buckets):
            each.close()


@pytest.fixture
def clock() -> StackClock:
    clock = StackClock()
    clock.set_rate(0)
    return clock


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def stand(tmp_path: Path, clock: StackClock, heard: Heard) -> Iterator[Set]:
    stand = Set(tmp_path, clock, heard)
    yield stand
    stand.close()


def test_each_object_that_arrives_in_the_folder_is_told_once(stand: Set, heard: Heard) -> None:
    for key in ("uploads/a", "photos/b", "uploads/c"):
        stand.put(key)

    assert (stand.pump.turn(), stand.pump.turn()) == (2, 0)
    assert heard.keys == ["uploads/a", "uploads/c"]


def test_an_event_names_the_bucket_as_the_app_does(stand: Set, heard: Heard) -> None:
    stand.put("uploads/a")
    stand.pump.turn()

    (record,) = heard.events[0]["Records"]
    assert record["s3"]["bucket"]["name"] == settings().photos_bucket
    assert record["s3"]["object"]["size"] == 7


def test_what_fails_is_tried_again_later_each_time_and_then_set_aside(
    stand: Set, heard: Heard
) -> None:
    heard.failures = 99
    stand.put("uploads/a")

    assert stand.pump.turn() == 1
    assert (stand.turn_after(59), stand.turn_after(1)) == (0, 1)
    assert (stand.turn_after(119), stand.turn_after(1)) == (0, 1)
    assert stand.turn_after(100_000) == 0
    assert heard.keys == ["uploads/a"] * 3
    (failure,) = stand.state.entries(FAILURES)
    assert failure["function"] == "profiles-check-photo"
    assert failure["record"] == heard.events[0]


def test_one_that_fails_does_not_hold_up_the_others(stand: Set, heard: Heard) -> None:
    heard.failures = 1
    for key in ("uploads/a", "uploads/b"):
        stand.put(key)

    stand.pump.turn()
    stand.turn_after(60)

    assert heard.keys == ["uploads/a", "uploads/b", "uploads/a"]
    assert stand.state.entries(FAILURES) == []


def test_what_was_not_handled_before_a_restart_is_told_after_it(
    tmp_path: Path, clock: StackClock, heard: Heard
) -> None:
    first = Set(tmp_path, clock, heard)
    first.put("uploads/a")
    first.close()

    second = Set(tmp_path, clock, heard)
    second.pump.turn()

    assert heard.keys == ["uploads/a"]
    second.close()
