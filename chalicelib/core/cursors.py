"""Where a list goes on. Opaque to clients, and of no use to anybody or for any list but its own.

A cursor is base64url of `kid`, NUL, 16 bytes of HMAC, JSON of the key to go on from. The HMAC binds
it to one list of one caller, so it can be neither read out nor bent to another's partition.
"""

import base64
import binascii
import hmac
from typing import Any

import msgspec

from chalicelib.core import keys
from chalicelib.core.errors import InvalidCursor
from chalicelib.core.needs import seldom

TAG_BYTES = 16
PAGES = seldom("only a list of several pages has a cursor", keys.SIGNS)


def seal(after: dict[str, Any] | None, scope: str) -> str | None:
    """The cursor that goes on after the key `after` in the list `scope`; None at the end."""
    if after is None:
        return None
    kid, body = keys.active(), msgspec.json.encode(after)
    return _spell(kid.encode() + b"\0" + _tag(kid, scope, body) + body)


def unseal(cursor: str | None, scope: str) -> dict[str, Any] | None:
    """The key that `seal` was given. Raises InvalidCursor for any cursor but one of this list's."""
    if cursor is None:
        return None
    try:
        sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        if cursor != _spell(sealed):  # base64 has several spellings of the same bytes
            raise InvalidCursor()
        kid, rest = sealed.split(b"\0", 1)
        proof, body = rest[:TAG_BYTES], rest[TAG_BYTES:]
        if not hmac.compare_digest(proof, _tag(kid.decode(), scope, body)):
            raise InvalidCursor()
        return msgspec.json.decode(body, type=dict[str, Any])
    except (binascii.Error, ValueError):
        raise InvalidCursor() from None


def _spell(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def _tag(kid: str, scope: str, body: bytes) -> bytes:
    proof = keys.tag("cursor", scope.encode() + b"\0" + body, kid)
    if proof is None:
        raise InvalidCursor()
    return proof[:TAG_BYTES]
