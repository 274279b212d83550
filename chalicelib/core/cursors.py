"""Where a list goes on. Opaque to clients, and of no use to anybody or for any list but its own.

A cursor is base64url of `kid`, NUL, 16 bytes of HMAC, and the key to go on from as JSON, encrypted.
The HMAC binds it to one list of one caller, so it cannot be bent to another's partition. It also
takes the place of a nonce (a synthetic one, as in RFC 5297): the stream that hides the key is drawn
from it. A key may name somebody whom the caller must not see, as the last that was read.
"""

import base64
import binascii
import hashlib
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
    proof = keys.tag("cursor", _bound(scope, body), kid)
    if proof is None:
        raise LookupError("the keyring's active key is not among its keys")
    proof = proof[:TAG_BYTES]
    return _spell(kid.encode() + b"\0" + proof + _hidden(kid, proof, body))


def unseal(cursor: str | None, scope: str) -> dict[str, Any] | None:
    """The key that `seal` was given. Raises InvalidCursor for any cursor but one of this list's."""
    if cursor is None:
        return None
    try:
        sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        if cursor != _spell(sealed):  # base64 has several spellings of the same bytes
            raise InvalidCursor()
        spelled, rest = sealed.split(b"\0", 1)
        kid, proof = spelled.decode(), rest[:TAG_BYTES]
        body = _hidden(kid, proof, rest[TAG_BYTES:])
        again = keys.tag("cursor", _bound(scope, body), kid)
        if again is None or not hmac.compare_digest(proof, again[:TAG_BYTES]):
            raise InvalidCursor()
        return msgspec.json.decode(body, type=dict[str, Any])
    except (binascii.Error, ValueError):
        raise InvalidCursor() from None


def _bound(scope: str, body: bytes) -> bytes:
    return scope.encode() + b"\0" + body


def _hidden(kid: str, proof: bytes, body: bytes) -> bytes:
    """The bytes added to a stream of their own; done again, the bytes."""
    drawn_from = keys.tag("cursor stream", proof, kid)
    if drawn_from is None:
        raise InvalidCursor()
    stream = hashlib.shake_256(drawn_from).digest(len(body))
    return bytes(one ^ other for one, other in zip(body, stream, strict=True))


def _spell(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")
