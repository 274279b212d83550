"""Uploads by a form of a browser, under the policy that whoever signed it set.

The policy is enforced as S3 does: an upload that it does not allow is refused with S3's code, and
nothing of it is kept.
"""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from infra.local import signatures

UNCHECKED = frozenset({"policy", "x-amz-signature", "bucket"})
"""Fields that a policy need not mention; its bucket is the one of the form's address."""
FIELDS_BYTES_MAX = 20_000
_BOUNDARY = re.compile(r'boundary="?(?P<boundary>[^";]+)"?')


class Refused(Exception):
    """An upload that S3 would refuse, with its status and code."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@dataclass(frozen=True)
class Form:
    """What a form says before its file, by names in lower case, and the file."""

    fields: Mapping[str, str]
    content: bytes


def read(content_type: str, body: bytes) -> Form:
    """The form in a request's body. What comes after the file is ignored, as S3 does."""
    boundary = _BOUNDARY.search(content_type)
    if not content_type.lower().startswith("multipart/form-data") or boundary is None:
        raise Refused(412, "PreconditionFailed", "A bucket's POST is multipart/form-data.")
    decoder = MultipartDecoder(boundary["boundary"].encode(), FIELDS_BYTES_MAX + len(body))
    decoder.receive_data(body)
    decoder.receive_data(None)
    try:
        return _form(decoder)
    except (ValueError, RequestEntityTooLarge) as failure:
        raise Refused(400, "MalformedPOSTRequest", f"The form is malformed: {failure}") from failure


def check(form: Form, bucket: str, now: float) -> None:
    """Raises Refused unless the form's policy is signed, still holds, and allows the upload."""
    try:
        signatures.check_policy(form.fields)
    except signatures.BadSignature as failure:
        raise Refused(403, failure.code, str(failure)) from failure
    try:
        policy = json.loads(base64.b64decode(form.fields["policy"]))
        expires_at = _instant(policy["expiration"])
        conditions = [_condition(each) for each in policy["conditions"]]
    except (LookupError, TypeError, ValueError) as failure:
        raise Refused(400, "InvalidPolicyDocument", f"Invalid Policy: {failure}") from failure
    if now >= expires_at:
        raise _denied("Policy expired.")

    given = {**form.fields, "bucket": bucket}
    for operator, name, value in conditions:
        if operator == "content-length-range":
            _check_size(len(form.content), int(name), int(value))
        elif not _holds(operator, given.get(name, ""), str(value)):
            raise _denied(f'Policy Condition failed: ["{operator}", "${name}", "{value}"]')
    named = {name for operator, name, _ in conditions if operator != "content-length-range"}
    extra = {name for name in given if not name.startswith("x-ignore-")} - named - UNCHECKED
    if extra:
        raise _denied(f"Extra input fields: {', '.join(sorted(extra))}")


def _form(decoder: MultipartDecoder) -> Form:
    fields: dict[str, str] = {}
    name, parts = "", list[bytes]()
    is_file = False
    while not isinstance(event := decoder.next_event(), (Epilogue, NeedData)):
        if isinstance(event, (Field, File)):
            name, parts = str(event.name).lower(), []
            is_file = name == "file"
        elif isinstance(event, Data):
            parts.append(event.data)
            if not event.more_data and is_file:
                return Form(fields, b"".join(parts))
            if not event.more_data:
                fields[name] = b"".join(parts).decode()
    raise ValueError("there is no file in it")


def _condition(condition: Any) -> tuple[str, str, Any]:
    """An operator, a field's name in lower case, and a value; or a range's two ends."""
    if isinstance(condition, dict):
        ((name, value),) = condition.items()
        return "eq", str(name).lower(), value
    operator, first, second = condition
    if operator == "content-length-range":
        return operator, str(first), second
    if operator not in ("eq", "starts-with") or not first.startswith("$"):
        raise ValueError(f"{condition} is no condition")
    return operator, first[1:].lower(), second


def _holds(operator: str, given: str, wanted: str) -> bool:
    return given == wanted if operator == "eq" else given.startswith(wanted)


def _check_size(size: int, least: int, most: int) -> None:
    if size < least:
        said = f"Your proposed upload is smaller than the minimum allowed size: {size} of {least}."
        raise Refused(400, "EntityTooSmall", said)
    if size > most:
        said = f"Your proposed upload exceeds the maximum allowed size: {size} of {most}."
        raise Refused(400, "EntityTooLarge", said)


def _denied(why: str) -> Refused:
    return Refused(403, "AccessDenied", f"Invalid according to Policy: {why}")


def _instant(text: str) -> float:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
