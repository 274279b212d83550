"""What others do at the same time, or over again: S3, and other functions."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import app
from chalicelib.core.settings import settings
from infra.local.buckets import Notice
from infra.local.events import arrival
from tests.profiles.photos.conftest import Album

T = TypeVar("T")


def tell(album: Album, photo_id: str) -> None:
    """Let S3 tell once more of an upload, which may be long gone."""
    key = f"uploads/{album.member.user_id}/{photo_id}"
    notice = Notice(1, settings().photos_bucket, key, "etag", 1, 0.0, 0)
    app.profiles_check_photo(arrival(notice), None)


def elsewhere(act: Callable[[], T]) -> T:
    """Do it in another thread, as another function would."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(act).result()
