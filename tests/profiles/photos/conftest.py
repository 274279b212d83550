"""Members who upload photos as their app would: the form that they were given, posted to S3."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from chalicelib.core.settings import settings
from infra.local.stack import Stack
from tests.people import NO_TLS, Member


class Album:
    """One member's photos."""

    def __init__(self, stack: Stack, member: Member) -> None:
        self.member = member
        self._stack = stack

    def announce(self, content_type: str = "image/jpeg", **headers: str) -> dict[str, Any]:
        """Ask for a form."""
        answer = self.member.post("/v1/me/photos", {"content_type": content_type}, **headers)
        assert answer.status_code == 201, answer.text
        announced: dict[str, Any] = answer.json()
        return announced

    def upload(self, content: bytes, content_type: str = "image/jpeg") -> str:
        """Announce a photo and send it; its id. It is not checked yet."""
        announced = self.announce(content_type)
        answer = send(announced["upload"], content)
        assert answer.status_code == 204, answer.text
        return str(announced["photo"]["photo_id"])

    def add(self, content: bytes, content_type: str = "image/jpeg") -> dict[str, Any]:
        """Send a photo, and let it be checked; what the member then sees of it."""
        photo_id = self.upload(content, content_type)
        self._stack.settle()
        return self.photo(photo_id)

    @property
    def photos(self) -> list[dict[str, Any]]:
        """The photos as the member sees them."""
        seen: list[dict[str, Any]] = self.member.get("/v1/me/profile").json()["photos"]
        return seen

    def photo(self, photo_id: str) -> dict[str, Any]:
        """One of them."""
        (found,) = [each for each in self.photos if each["photo_id"] == photo_id]
        return found

    @property
    def ids(self) -> list[str]:
        return [each["photo_id"] for each in self.photos]

    @property
    def kept(self) -> list[str]:
        """The keys of everything of the member's that is in S3."""
        keys = self._stack.buckets.keys(settings().photos_bucket)
        return [key for key in keys if self.member.user_id in key]

    def content(self, photo_id: str) -> bytes:
        """What was uploaded, and is not checked yet."""
        found = self._stack.buckets.get(settings().photos_bucket, self._upload_key(photo_id))
        assert found is not None
        return found[1]

    def put(self, photo_id: str, content: bytes) -> None:
        """Put an upload there in another way than by its form."""
        self._stack.buckets.put(
            settings().photos_bucket,
            self._upload_key(photo_id),
            content,
            content_type="image/jpeg",
        )

    def _upload_key(self, photo_id: str) -> str:
        return f"uploads/{self.member.user_id}/{photo_id}"


def send(form: dict[str, Any], content: bytes, **fields: str) -> httpx.Response:
    """Post a form, with these fields otherwise."""
    told = form["fields"] | {name.replace("_", "-"): value for name, value in fields.items()}
    return httpx.post(form["url"], data=told, files={"file": ("photo", content)}, verify=NO_TLS)


def load(url: str) -> httpx.Response:
    """Load a photo, as a browser does."""
    return httpx.get(url, verify=NO_TLS)


@pytest.fixture
def album(stack: Stack, alice: Member) -> Album:
    return Album(stack, alice)


@pytest.fixture
def album_of(stack: Stack) -> Callable[[Member], Album]:
    return lambda member: Album(stack, member)
