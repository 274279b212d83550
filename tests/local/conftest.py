"""A stack around the tiny app, started once: its clock stands still until a test moves it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from unittest import mock

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from infra.local.clock import StackClock
from infra.local.stack import Stack, scratch_folder

from . import tiny as tiny_app
from .tiny import Tiny

LONG_SECONDS = 4000
"""Enough for every retry and schedule of the tiny app to fall due, so that tests leave nothing."""

OpenSocket = Callable[..., AbstractContextManager[ClientConnection]]


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
