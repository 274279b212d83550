"""A stack around the tiny app, started once: its clock stands still until a test moves it.

And sandboxes around the boxed app, new for each test.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from infra.local.clock import StackClock
from infra.local.sandboxes import Sandboxes
from infra.local.stack import Stack, scratch_folder

from . import boxed
from . import tiny as tiny_app
from .parcel import Parcel
from .tiny import Tiny

LONG_SECONDS = 4000
"""Enough for every retry and schedule of the tiny app to fall due, so that tests leave nothing."""

OpenSocket = Callable[..., AbstractContextManager[ClientConnection]]
Run = Callable[..., Any]


@pytest.fixture(scope="session")
def shared() -> Iterator[tuple[Stack, Tiny]]:
    folder = scratch_folder()
    clock = StackClock()
    clock.set_rate(0)
    app = tiny_app.make()
    with mock.patch.dict(os.environ):
        stack = Stack(folder, tiny_app.load(app), clock=clock).start()
    yield stack, app
    stack.stop()
    shutil.rmtree(folder)


@pytest.fixture
def running(shared: tuple[Stack, Tiny]) -> Stack:
    return shared[0]


@pytest.fixture
def tiny(shared: tuple[Stack, Tiny]) -> Iterator[Tiny]:
    running, app = shared
    running.settle()
    app.forget()
    yield app
    app.forget()
    running.clock.advance(LONG_SECONDS)
    running.settle()


@pytest.fixture
def client(running: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.addresses.base_url) as client:
        yield client


@pytest.fixture
def open_socket(running: Stack, tiny: Tiny) -> OpenSocket:
    @contextmanager
    def opened(query: str = "") -> Iterator[ClientConnection]:
        with connect(running.addresses.websocket_url + query) as socket:
            yield socket
        running.settle()

    return opened


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return boxed.unpacked(tmp_path)


@pytest.fixture
def stack_clock() -> StackClock:
    return StackClock()


@pytest.fixture
def sandboxes(bundle: Path, tmp_path: Path, stack_clock: StackClock) -> Iterator[Sandboxes]:
    made = Sandboxes(boxed.shipped(bundle), stage="dev", clock=stack_clock, folder=tmp_path)
    yield made
    made.stop()


@pytest.fixture
def run(sandboxes: Sandboxes) -> Run:
    """Run a function of the boxed app, by its name."""

    def run(name: str, event: Any = None) -> Any:
        return sandboxes.run(boxed.function(name), event)

    return run


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    return Parcel(tmp_path / "notes.jsonl")
