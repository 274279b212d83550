"""What members' own clients may do at S3, signed here (AWS Signature Version 4).

botocore would read S3's whole description for a signature that needs nothing of it, and would read
the time by itself; what it signs for the same instant is the same, byte for byte.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from chalicelib.core import clock
from chalicelib.core.db import connection
from chalicelib.core.settings import settings

ALGORITHM = "AWS4-HMAC-SHA256"


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What a client posts as multipart/form-data: `fields`, and then the file as `file`."""

    url: str
    fields: dict[str, str]
    expires_at: datetime


def form(key: str, *, content_type: str, bytes_max: int, expires_at: datetime) -> Form:
    """A form by which one file of this type and size may be put at a key, until then."""
    expires_at = expires_at.replace(microsecond=0)
    signing = _Signing(clock.now())
    fields = {"Content-Type": content_type, "key": key} | signing.fields()
    policy = {
        "expiration": expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "conditions": [
            {"bucket": settings().photos_bucket},
            ["content-length-range", 1, bytes_max],
            *({name: value} for name, value in fields.items()),
        ],
    }
    fields["policy"] = base64.b64encode(json.dumps(policy).encode()).decode()
    fields["x-amz-signature"] = signing.signature(fields["policy"])
    return Form(url=settings().photos_url, fields=fields, expires_at=expires_at)


def url(key: str) -> str:
    """Where an object may be read for a while.

    For each stretch of `photo_url_seconds` the same credentials sign the same, so that a browser
    need not load again what it has; and it holds for another such stretch. Each function that AWS
    runs has temporary credentials of its own, whose token is in the address, too.
    """
    stretch_seconds = settings().photo_url_seconds
    begins = clock.timestamp() // stretch_seconds * stretch_seconds
    signing = _Signing(clock.instant(int(begins * 1000)))
    address = urlsplit(f"{settings().photos_url}/{quote(key)}")
    query = signing.query(expires_seconds=2 * stretch_seconds)
    canonical = f"GET\n{address.path}\n{query}\nhost:{address.netloc}\n\nhost\nUNSIGNED-PAYLOAD"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    signature = signing.signature(f"{ALGORITHM}\n{signing.stamp}\n{signing.scope}\n{hashed}")
    return f"{address.geturl()}?{query}&X-Amz-Signature={signature}"


class _Signing:
    """This function's credentials, and an instant at which they sign."""

    def __init__(self, at: datetime) -> None:
        session: Any = connection().session
        self._credentials = session.get_credentials().get_frozen_credentials()
        self.stamp = at.strftime("%Y%m%dT%H%M%SZ")
        self.scope = f"{self.stamp[:8]}/{settings().region}/s3/aws4_request"

    def fields(self) -> dict[str, str]:
        """Who signs, as a form says it."""
        named = {
            "x-amz-algorithm": ALGORITHM,
            "x-amz-credential": f"{self._credentials.access_key}/{self.scope}",
            "x-amz-date": self.stamp,
        }
        token = self._credentials.token
        return named | ({"x-amz-security-token": token} if token else {})

    def query(self, *, expires_seconds: int) -> str:
        """Who signs and for how long, as a URL says it: by name, as it is signed."""
        words = {
            "X-Amz-Algorithm": ALGORITHM,
            "X-Amz-Credential": f"{self._credentials.access_key}/{self.scope}",
            "X-Amz-Date": self.stamp,
            "X-Amz-Expires": str(expires_seconds),
        }
        if self._credentials.token:
            words["X-Amz-Security-Token"] = self._credentials.token
        words["X-Amz-SignedHeaders"] = "host"
        return "&".join(f"{name}={quote(word, safe='')}" for name, word in words.items())

    def signature(self, signed: str) -> str:
        """The proof that whoever holds the credentials signed this."""
        key = _key(self._credentials.secret_key, self.scope)
        return hmac.digest(key, signed.encode(), hashlib.sha256).hex()


@lru_cache(maxsize=8)
def _key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return key
