"""The calls by which photos are read, written and removed."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.core.aws import client
from chalicelib.core.needs import Need, Needs, objects, seldom
from chalicelib.core.settings import settings
from chalicelib.profiles.photos.keys import EVIDENCE, PHOTOS, UPLOADS

MISSES = seldom(
    "without it, S3 answers 'denied' for what is not there",
    Needs([Need("s3:ListBucket", "bucket/photos")]),
)
READS = objects("Get", UPLOADS) + MISSES
WRITES = objects("Put", PHOTOS) + seldom(
    "only where two are at it is there something to be read", objects("Get", PHOTOS)
)
REMOVES = objects("Delete", UPLOADS, PHOTOS)
COPIES = objects("Get", PHOTOS) + objects("Put", EVIDENCE) + MISSES
JPEG = "image/jpeg"
UNCHANGING = "private, max-age=31536000, immutable"


@dataclass(frozen=True)
class Upload:
    """What a member sent: `content_type` is what its form said that it is."""

    content: bytes
    content_type: str


class TooLarge(Exception):
    """There is more of it than anybody was allowed to upload."""


class NotRemoved(Exception):
    """S3 kept objects that it was told to remove; the next try may do it."""


def upload(key: str) -> Upload | None:
    """What was uploaded to a key, or None if it is gone. Raises TooLarge before reading it."""
    found = _found(key)
    if found is None:
        return None
    if found["ContentLength"] > settings().photo_bytes_max:
        found["Body"].close()
        raise TooLarge(found["ContentLength"])
    return Upload(found["Body"].read(), found["ContentType"])


def write(key: str, content: bytes) -> None:
    """Write a photo in one size."""
    _s3().put_object(**_written(key, content))


def write_first(key: str, content: bytes) -> bytes:
    """Write it unless there is one already; what is there then."""
    try:
        _s3().put_object(**_written(key, content), IfNoneMatch="*")
    except ClientError as failure:
        if _code(failure) != "PreconditionFailed":
            raise
        found = _s3().get_object(Bucket=settings().photos_bucket, Key=key)
        there: bytes = found["Body"].read()
        return there
    return content


def copy(key: str, copied_key: str) -> None:
    """Copy a photo; nothing happens where it is gone."""
    found = _found(key)
    if found is not None:
        write(copied_key, found["Body"].read())


def remove(*keys: str) -> None:
    """Remove objects; those that are not there are no matter."""
    wanted = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
    answer = _s3().delete_objects(Bucket=settings().photos_bucket, Delete=wanted)
    if answer.get("Errors"):
        raise NotRemoved([failed["Key"] for failed in answer["Errors"]])


def _found(key: str) -> Any:
    """S3's answer, or None for what is not there."""
    try:
        return _s3().get_object(Bucket=settings().photos_bucket, Key=key)
    except ClientError as failure:
        if _code(failure) == "NoSuchKey":
            return None
        raise


def _written(key: str, content: bytes) -> dict[str, Any]:
    return {
        "Bucket": settings().photos_bucket,
        "Key": key,
        "Body": content,
        "ContentType": JPEG,
        "CacheControl": UNCHANGING,
    }


def _s3() -> Any:
    return client("s3", settings().s3_endpoint)


def _code(failure: ClientError) -> str:
    return str(failure.response["Error"].get("Code", ""))
