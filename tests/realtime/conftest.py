"""Somebody for tests that only look on or are refused."""

from tests.onlookers import kept_onlooker, onlooker  # noqa: F401  fixtures
