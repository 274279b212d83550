"""Members for tests that only look on or are refused: joining anew for each would take long.

A conftest imports the fixtures it wants.
"""

from collections.abc import Iterator

import pytest

from infra.local.stack import Stack
from tests import people
from tests.people import Member

TOKEN_SECONDS = 600


class Kept:
    """A member who has done nothing yet, signed in however far the clock was moved meanwhile."""

    def __init__(self, stack: Stack, name: str) -> None:
        self._stack = stack
        self.member = people.join(stack, name)
        self._signed_in = stack.clock()

    def fresh(self) -> Member:
        if self._stack.clock() - self._signed_in >= TOKEN_SECONDS / 2:
            self.member.come_back()
            self._signed_in = self._stack.clock()
        return self.member


@pytest.fixture(scope="session")
def kept_onlooker(stack: Stack) -> Iterator[Kept]:
    kept = Kept(stack, "onlooker")
    yield kept
    kept.member.hang_up()


@pytest.fixture(scope="session")
def kept_bystander(stack: Stack) -> Iterator[Kept]:
    kept = Kept(stack, "bystander")
    yield kept
    kept.member.hang_up()


@pytest.fixture
def onlooker(kept_onlooker: Kept) -> Member:
    """Whoever tries what is refused."""
    return kept_onlooker.fresh()


@pytest.fixture
def bystander(kept_bystander: Kept) -> Member:
    """Whoever it is tried on."""
    return kept_bystander.fresh()
