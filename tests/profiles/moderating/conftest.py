"""A moderator at work, in a queue that holds nobody of other tests."""

from collections.abc import Callable
from typing import Any

import pytest

from infra.local.stack import Stack
from tests import people
from tests.people import Member
from tests.profiles.photos.conftest import Album

HELD = "/v1/admin/held"


class Moderator:
    """Somebody who looks at what waits, and decides."""

    def __init__(self, member: Member) -> None:
        self.member = member

    def queue(self) -> list[dict[str, Any]]:
        """Everything that waits, page after page."""
        items, cursor = list[dict[str, Any]](), dict[str, Any]()
        while True:
            page = self.member.get(HELD, limit=2, **cursor).json()
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            cursor = {"cursor": page["next_cursor"]}

    def sees(self, member: Member) -> dict[str, Any] | None:
        """What waits of somebody."""
        return next((each for each in self.queue() if each["user_id"] == member.user_id), None)

    def looks(self, member: Member) -> dict[str, Any]:
        """The same, where something does."""
        seen = self.sees(member)
        assert seen is not None
        return seen

    def decides(self, seen: dict[str, Any], texts: str | None = None, **photos: str) -> Any:
        """What is answered to a decision on what was seen."""
        wanted = {
            "version": seen["version"],
            "texts": texts,
            "photos": [{"photo_id": each, "verdict": photos[each]} for each in photos],
        }
        return self.member.post(f"{HELD}/{seen['user_id']}", wanted)

    def decided(self, seen: dict[str, Any], texts: str | None = None, **photos: str) -> Any:
        """The same, of what must be done."""
        answer = self.decides(seen, texts, **photos)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture(autouse=True)
def _nobody_waits(stack: Stack) -> None:
    """Others of this process left what they were not asked about."""
    from chalicelib.profiles.models import WAITS, Profile  # they read the environment

    for row in list(Profile.waiting.query(WAITS)):
        Profile(row.user_id).update([Profile.waits.remove(), Profile.waits_since.remove()])


@pytest.fixture
def moderator(join: Callable[..., Member]) -> Moderator:
    return Moderator(people.appoint(join("moderator"), "moderator"))


@pytest.fixture
def album(stack: Stack, alice: Member) -> Album:
    return Album(stack, alice)


@pytest.fixture
def _reviewing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Photos are reviewed in this house."""
    from chalicelib.core.settings import settings
    from chalicelib.profiles.photos import checking

    told = type("Reviewing", (), {"photo_review": True, "photo_sides": settings().photo_sides})
    monkeypatch.setattr(checking, "settings", told)
