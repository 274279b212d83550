"""A stack that is stopped and started again on the same data."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from unittest import mock

import httpx
import pytest

from infra.local.clock import StackClock
from infra.local.events import REGION
from infra.local.queues import Draft
from infra.local.stack import Deployed, Stack, scratch_folder
from infra.local.wire import Wire

from . import tiny as tiny_app
from .tiny import QUEUE, TABLE, Tiny

Started = Callable[[], AbstractContextManager[tuple[Stack, Tiny]]]


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = scratch_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def started(folder: Path) -> Started:
    @contextmanager
    def start() -> Iterator[tuple[Stack, Tiny]]:
        app = tiny_app.make()
        with mock.patch.dict(os.environ), Stack(folder, tiny_app.load(app)) as stack:
            yield stack, app

    return start


def test_what_was_not_reacted_to_is_reacted_to_after_the_restart(started: Started) -> None:
    with started() as (stack, tiny):
        _write(stack, "before")
        stack.queues.send(QUEUE, [Draft("waiting")])
        assert tiny.given == {}

    with started() as (stack, tiny):
        stack.settle()
        (changes,) = tiny.given["on_things"]
        (messages,) = tiny.given["on_chores"]

    assert [record["dynamodb"]["Keys"]["name"]["S"] for record in changes["Records"]] == ["before"]
    assert [record["body"] for record in messages["Records"]] == ["waiting"]


def test_what_was_reacted_to_is_not_handed_over_again(started: Started) -> None:
    with started() as (stack, _):
        _write(stack, "before")
        stack.settle()

    with started() as (stack, tiny):
        _write(stack, "after")
        stack.settle()
        (changes,) = tiny.given["on_things"]

    assert [record["dynamodb"]["Keys"]["name"]["S"] for record in changes["Records"]] == ["after"]


def test_time_goes_on_from_where_it_was(started: Started) -> None:
    with started() as (stack, _):
        stack.clock.advance(90_000)
        before = stack.clock()

    with started() as (stack, _):
        assert before <= stack.clock() < before + 60


def test_a_live_stack_reacts_by_itself(folder: Path) -> None:
    app = tiny_app.make()
    reacted = _Heard(app, "on_things")
    with mock.patch.dict(os.environ), Stack(folder, tiny_app.load(app), live=True) as stack:
        _write(stack, "a")
        assert reacted.within(seconds=10)
        with pytest.raises(RuntimeError):
            stack.settle()


def test_an_app_that_cannot_be_loaded_leaves_nothing_running(folder: Path) -> None:
    def broken(clock: StackClock) -> Deployed:
        raise LookupError("no such app")

    stack = Stack(folder, broken)
    with mock.patch.dict(os.environ), pytest.raises(LookupError):
        stack.start()

    with pytest.raises(httpx.ConnectError):
        httpx.get(stack.addresses.engine)
    with pytest.raises(httpx.ConnectError):
        httpx.get(stack.addresses.aws)


class _Heard:
    """Whether a handler was called."""

    def __init__(self, tiny: Tiny, name: str) -> None:
        self._called = threading.Event()
        tiny.behaviours[name] = lambda _: self._called.set()

    def within(self, *, seconds: float) -> bool:
        return self._called.wait(seconds)


def _write(stack: Stack, name: str) -> None:
    wire = Wire(stack.engine.endpoint, region=REGION)
    wire.tables("PutItem", TableName=TABLE, Item={"name": {"S": name}})
