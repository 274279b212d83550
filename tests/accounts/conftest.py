"""An app that is not signed in, and somebody for tests that only look on or are refused."""

from collections.abc import Iterator

import httpx
import pytest

from infra.local.stack import Stack
from tests.onlookers import (  # noqa: F401  fixtures
    bystander,
    kept_bystander,
    kept_onlooker,
    onlooker,
)
from tests.people import client


@pytest.fixture
def http(stack: Stack) -> Iterator[httpx.Client]:
    """It has a network address of its own."""
    with client(stack) as http:
        yield http
