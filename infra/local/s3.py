"""S3's wire protocol over the stand-in's buckets: the calls that are used here, by path.

What holders of pre-signed URLs and forms may do is checked as S3 does: signature, expiry, and the
policy of uploads. Calls that are signed in their headers come from functions of this machine, and
are believed. Whatever else is asked for is refused rather than half done.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from infra.local import asgi, signatures, uploads
from infra.local.asgi import Answer, Headers, Request
from infra.local.buckets import About, AlreadyThere, Buckets, NoSuchBucket
from infra.local.uploads import Refused

PREFIX = "/_aws/s3"
REQUEST_BYTES_MAX = 32 * 1024 * 1024
XML = [("content-type", "application/xml")]
DELETED_MAX = 1000
PASSING = ("x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "x-amz-sdk", "x-amz-user")
CHECKSUMS = ("x-amz-checksum-", "x-amz-sdk-checksum-")


class S3:
    """The endpoint. `origin` is the one whose pages may read answers."""

    def __init__(self, buckets: Buckets, clock: Callable[[], float], origin: str) -> None:
        self._buckets = buckets
        self._clock = clock
        self._cors: Headers = [
            ("access-control-allow-origin", origin),
            ("access-control-allow-methods", "GET, POST"),
            ("access-control-allow-headers", "*"),
            ("access-control-expose-headers", "ETag"),
        ]

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        try:
            request = asgi.request_of(scope, await asgi.read_body(receive, REQUEST_BYTES_MAX))
            answer = await asyncio.to_thread(self.answer, request)
        except asgi.BodyTooLarge:
            answer = _error(400, "EntityTooLarge", "The request is larger than the stand-in takes.")
        await Answer(answer.status, answer.body, [*answer.headers, *self._cors]).send(send)

    def answer(self, request: Request) -> Answer:
        """The answer to one call."""
        bucket, _, key = unquote(request.path.removeprefix(PREFIX).lstrip("/")).partition("/")
        try:
            self._buckets.check(bucket)
            return self._call(request, bucket, key)
        except NoSuchBucket:
            return _error(404, "NoSuchBucket", f"The specified bucket does not exist: {bucket}")
        except AlreadyThere:
            said = "At least one of the pre-conditions you specified did not hold"
            return _error(412, "PreconditionFailed", said)
        except Refused as refusal:
            return _error(refusal.status, refusal.code, str(refusal))

    def _call(self, request: Request, bucket: str, key: str) -> Answer:
        deletes = "delete" in parse_qs(request.query, keep_blank_values=True)
        if request.method == "OPTIONS":
            return Answer(200)
        if request.method == "POST" and not key and not deletes:
            return self._upload(request, bucket)
        self._admit(request)
        match request.method, bool(key), deletes:
            case "GET", True, False:
                return self._get(bucket, key)
            case "PUT", True, False:
                return self._put(request, bucket, key)
            case "POST", False, True:
                return self._delete(request.body, bucket)
        raise Refused(501, "NotImplemented", f"{request.method} is not kept by the stand-in.")

    def _admit(self, request: Request) -> None:
        """Let through who signed the call, or was given a URL that is signed."""
        if (request.header("authorization") or "").startswith(signatures.ALGORITHM):
            return
        if "X-Amz-Signature" not in request.query:
            raise Refused(403, "AccessDenied", "Access Denied")
        host = request.header("host") or ""
        try:
            signatures.check_url(request.method, request.path, request.query, host, self._clock())
        except signatures.BadSignature as failure:
            status = 400 if failure.code.startswith("Authorization") else 403
            raise Refused(status, failure.code, str(failure)) from failure

    def _upload(self, request: Request, bucket: str) -> Answer:
        form = uploads.read(request.header("content-type") or "", request.body)
        uploads.check(form, bucket, self._clock())
        kept = self._buckets.put(
            bucket,
            form.fields["key"],
            form.content,
            content_type=form.fields.get("content-type", "binary/octet-stream"),
        )
        return Answer(204, b"", [("etag", f'"{kept.etag}"')])

    def _get(self, bucket: str, key: str) -> Answer:
        found = self._buckets.get(bucket, key)
        if found is None:
            raise Refused(404, "NoSuchKey", "The specified key does not exist.")
        about, content = found
        return Answer(200, content, _told(about))

    def _put(self, request: Request, bucket: str, key: str) -> Answer:
        _refuse_unkept(request)
        kept = self._buckets.put(
            bucket,
            key,
            request.body,
            content_type=request.header("content-type") or "binary/octet-stream",
            cache_control=request.header("cache-control") or "",
            is_first=request.header("if-none-match") == "*",
        )
        return Answer(200, b"", [("etag", f'"{kept.etag}"')])

    def _delete(self, body: bytes, bucket: str) -> Answer:
        # It comes from a function of this machine, as all signed calls do.
        asked = ElementTree.fromstring(body)
        keys = [str(each.text) for each in asked.iter() if each.tag.rpartition("}")[2] == "Key"]
        if not 0 < len(keys) <= DELETED_MAX:
            raise Refused(400, "MalformedXML", f"1 to {DELETED_MAX} objects are deleted at once.")
        self._buckets.remove(bucket, keys)
        done = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)
        return Answer(200, f"<DeleteResult>{done}</DeleteResult>".encode(), XML)


def _told(about: About) -> Headers:
    stored_at = datetime.fromtimestamp(int(about.stored_at), UTC)
    return [
        ("content-type", about.content_type),
        ("etag", f'"{about.etag}"'),
        ("last-modified", format_datetime(stored_at, usegmt=True)),
        *([("cache-control", about.cache_control)] if about.cache_control else []),
    ]


def _refuse_unkept(request: Request) -> None:
    """What a writer says of an object beyond its type and caching would be lost."""
    given = {name for name, _ in request.headers if name.startswith(("x-amz-", "content-enc"))}
    lost = {name for name in given if not name.startswith((*PASSING, *CHECKSUMS))}
    if lost:
        raise Refused(501, "NotImplemented", f"{sorted(lost)} is not kept by the stand-in.")


def _error(status: int, code: str, message: str) -> Answer:
    said: dict[str, Any] = {"Code": code, "Message": message}
    parts = "".join(f"<{name}>{escape(str(text))}</{name}>" for name, text in said.items())
    return Answer(status, f"<Error>{parts}</Error>".encode(), XML)
