"""Who is reported."""

import pytest

from tests.people import Member
from tests.safety.situations import PROFILE


@pytest.fixture
def profile(bob: Member) -> Member:
    """Bob, who says something of himself."""
    answer = bob.http.patch("/v1/me/profile", json=PROFILE, headers=bob.headers())
    assert answer.is_success, answer.text
    return bob
