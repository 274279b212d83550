"""Where photos are in their bucket. A key is made of ids alone, and needs no quoting anywhere.

uploads/<user>/<photo>            what the member sent, until it is checked
photos/<user>/<photo>/1080.jpeg   what others see, in each size
evidence/<user>/<photo>.jpeg      what others saw when it was reported
"""

import re

from chalicelib.core.ids import ULID_PATTERN
from chalicelib.core.settings import settings

UPLOADS, PHOTOS, EVIDENCE = "photos/uploads", "photos/photos", "photos/evidence"
"""The folders, as needs know them."""

_UPLOAD = re.compile(rf"uploads/(?P<user_id>usr_{ULID_PATTERN})/(?P<photo_id>pho_{ULID_PATTERN})")


def upload_key(user_id: str, photo_id: str) -> str:
    """Where a member's client puts a photo."""
    return f"uploads/{user_id}/{photo_id}"


def announced_by(key: str) -> tuple[str, str] | None:
    """The member and the photo that an upload's key names, or None for a key that we never make."""
    found = _UPLOAD.fullmatch(key)
    return (found["user_id"], found["photo_id"]) if found else None


def photo_key(user_id: str, photo_id: str, side: int) -> str:
    """Where a photo is in one size."""
    return f"photos/{user_id}/{photo_id}/{side}.jpeg"


def photo_keys(user_id: str, photo_id: str) -> list[str]:
    """Where a photo is, in all sizes."""
    return [photo_key(user_id, photo_id, side) for side in settings().photo_sides]


def evidence_key(user_id: str, photo_id: str) -> str:
    """Where a photo is kept that was reported."""
    return f"evidence/{user_id}/{photo_id}.jpeg"
