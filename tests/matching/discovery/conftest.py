"""A town of their own for each test, with Alice who looks for anybody there."""

from importlib import import_module
from typing import Any

import pytest


def _world() -> Any:
    """Imported only once the environment is complete."""
    return import_module("tests.matching.discovery.world")


@pytest.fixture
def town() -> tuple[float, float]:
    """Where nobody else lives."""
    found: tuple[float, float] = _world().fresh_town()
    return found


@pytest.fixture
def viewer(alice: Any, town: Any) -> Any:
    """Alice, who looks for anybody near her."""
    return _world().dress(alice, town)


@pytest.fixture
def bob(bob: Any, town: Any) -> Any:
    """Somebody near her who looks for anybody, too."""
    return _world().dress(bob, town, gender="man")


@pytest.fixture
def others(join: Any, town: Any) -> list[Any]:
    """Five more."""
    return [_world().dress(join(f"other{number}"), town) for number in range(5)]
