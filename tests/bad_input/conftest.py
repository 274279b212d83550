"""One world for the whole walk: nothing that is refused may change it."""

from collections.abc import Iterator

import pytest

from infra.local.stack import Stack
from tests.bad_input import world as worlds
from tests.bad_input.world import World
from tests.people import Socket


@pytest.fixture(scope="session")
def _world(stack: Stack) -> Iterator[World]:
    begun = worlds.begin(stack)
    yield begun
    for member in (begun.alice, begun.bob, begun.carol, begun.dave, begun.admin):
        member.hang_up()


@pytest.fixture
def world(_world: World) -> World:
    _world.fresh()
    return _world


@pytest.fixture
def phone(world: World) -> Iterator[Socket]:
    """One of Alice's sockets."""
    socket = Socket(world.stack, world.alice.ticket()["url"])
    yield socket
    socket.close()
    world.stack.settle()
