"""What may come in: msgspec structs, and one refusal shape for whatever breaks their rules.

msgspec reports the first fault, as text; `fault_of` is the one place that reads that text, so its
version is pinned and the wording is held by tests.
"""

import re
import unicodedata
from datetime import datetime
from typing import Annotated, Any, TypeVar

import msgspec

from chalicelib.core import ids
from chalicelib.core.errors import Invalid, MalformedJson, PairlyError, PayloadTooLarge
from chalicelib.core.settings import settings

T = TypeVar("T")

NO_CONTROLS = r"\A[^\x00-\x1f\x7f-\x9f\u2028\u2029]*\Z"
BLANK = (
    r"\s\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
)
"""What shows nothing by itself: blanks, joiners, marks of direction, letters without a shape."""
SOMETHING_ON_ANY_LINES = rf"\A(?=[{BLANK}]*[^{BLANK}])[^\x00-\x09\x0b-\x1f\x7f-\x9f]*\Z"

Text = Annotated[str, msgspec.Meta(pattern=NO_CONTROLS, max_length=256)]
"""One line without control characters; NUL and lone surrogates never pass."""

Limit = Annotated[int, msgspec.Meta(ge=1, le=100)]
Credits = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
UserId = Annotated[str, msgspec.Meta(pattern=rf"\Ausr_{ids.ULID_PATTERN}\Z")]
ConversationId = Annotated[str, msgspec.Meta(pattern=rf"\Acnv_{ids.ULID_PATTERN * 2}\Z")]
MessageId = Annotated[str, msgspec.Meta(pattern=rf"\Amsg_{ids.ULID_PATTERN * 2}_[0-9a-f]{{8}}\Z")]
PhotoId = Annotated[str, msgspec.Meta(pattern=rf"\Apho_{ids.ULID_PATTERN}\Z")]
ClientId = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{8,64}\Z")]
"""An id that the client makes and keeps before it sends: 8 to 64 letters, digits, `_` or `-`."""

Cursor = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{1,2048}\Z")]

Instant = Annotated[datetime, msgspec.Meta(tz=True)]
"""A point in time. Without its offset from UTC it would name no point at all."""


class In(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something a client sends. Unknown fields are refused: they are a client's mistake."""


class Out(msgspec.Struct, frozen=True, kw_only=True):
    """Something a client receives. New fields may be added at any time."""


class Page(In, frozen=True, kw_only=True):
    """Which part of a list is wanted."""

    limit: Limit = 20
    cursor: Cursor | None = None


RULES = (
    (re.compile(r"missing required field `(?P<field>[^`]*)`"), "required"),
    (re.compile(r"contains unknown field `(?P<field>[^`]*)`"), "unknown_field"),
    (re.compile(r"of length (?P<bound><=|>=|<|>)"), "length"),
    (re.compile(r"matching regex"), "pattern"),
    (re.compile(r"Expected `[^`]*` (?P<bound><=|>=|<|>)"), "range"),
    (re.compile(r"out of range"), "range"),
    (re.compile(r"Invalid enum value"), "choice"),
    (re.compile(r"Invalid (RFC3339|base64|UUID)|format"), "format"),
    (re.compile(r"Expected "), "type"),
)
MESSAGES = {
    "required": "is required",
    "unknown_field": "is not a field we know",
    "pattern": "has characters or a form that is not allowed",
}
PLACE = re.compile(r" - at (`key` in )?`(?P<path>[^`]*)`\Z")


def decode(raw: bytes, kind: type[T], *, size_max: int | None = None) -> T:
    """A value of `kind` from JSON. Raises MalformedJson, Invalid or PayloadTooLarge."""
    if len(raw) > (size_max or settings().body_bytes_max):
        raise PayloadTooLarge()
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as failure:
        raise fault_of(failure) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise MalformedJson() from None


def convert(words: dict[str, Any], kind: type[T]) -> T:
    """A value of `kind` from strings, such as a query's. Raises Invalid."""
    try:
        return msgspec.convert(words, kind, strict=False)
    except msgspec.ValidationError as failure:
        raise fault_of(failure) from None


def fault_of(failure: msgspec.ValidationError) -> PairlyError:
    """Where a request is wrong, which rule it breaks, and in words a developer can act on."""
    said = str(failure)
    place = PLACE.search(said)
    path = place["path"] if place else "$"
    text = PLACE.sub("", said)
    for pattern, rule in RULES:
        found = pattern.search(text)
        if found:
            field = found.groupdict().get("field")
            at = f"{path}.{field}" if field else path
            return Invalid(at=at, rule=rule, message=MESSAGES.get(rule, text.lower()))
    return Invalid(at=path, rule="invalid", message=text.lower())


def normalised(text: str) -> str:
    """The same text in Unicode's composed form (NFC), so that equal texts have equal bytes."""
    return unicodedata.normalize("NFC", text)
