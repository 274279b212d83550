"""Answering a repeated request as the first time, for creations without a natural key.

The record is written in the transaction of what it stands for, so that either both exist or
neither. It keeps no answer, only a reference to what was created, and an HMAC of the request:
the same key with another request is a client's mistake and is refused.
"""

from datetime import timedelta

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core import clock, db, keys
from chalicelib.core.errors import IdempotencyConflict
from chalicelib.core.tables import writes

KEPT = timedelta(hours=24)
REMEMBERS = writes("idempotency")


class Remembered(db.Record, table="idempotency"):
    """One request that was carried out.

    key_id      partition key, "<user>/<door>/<the client's key>"
    request     its fingerprint
    reference   the id of what it created
    expires_at  after 24 hours the key is forgotten
    """

    key_id = UnicodeAttribute(hash_key=True)
    request = UnicodeAttribute()
    reference = UnicodeAttribute()
    expires_at = db.ExpiryAttribute()


def remember(tx: db.Transaction, key_id: str, request: bytes, *, reference: str) -> None:
    """Write down that this request created `reference`; raises db.Duplicate at commit."""
    record = Remembered(
        key_id,
        request=keys.fingerprint(request),
        reference=reference,
        expires_at=clock.now() + KEPT,
    )
    tx.put(record, otherwise=db.Duplicate())


def recall(record: Remembered | None, request: bytes) -> str | None:
    """What the same request created before, or None. Raises IdempotencyConflict for another."""
    if record is None or record.expires_at <= clock.now():
        return None
    if keys.same(record.request, request) is False:
        raise IdempotencyConflict()
    return str(record.reference)
