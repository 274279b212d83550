"""Answering a repeated request as the first time, for creations whose key is the client's.

The record is written in the transaction of what it stands for, so that either both exist or
neither. It keeps no answer, only a reference to what was created, and a keyed fingerprint of the
request: the same key with another request is a client's mistake and is refused.
"""

from dataclasses import dataclass
from datetime import timedelta

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core import clock, db, keys
from chalicelib.core.errors import IdempotencyConflict
from chalicelib.core.needs import fetches, seldom, updates

KEPT = timedelta(hours=24)
REMEMBERS = seldom(
    "only a request with an Idempotency-Key is remembered",
    fetches("idempotency") + updates("idempotency") + keys.SIGNS,
)


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


@dataclass(frozen=True)
class Once:
    """A request under a client's key. Without a key nothing is checked and nothing kept."""

    user_id: str
    door: str
    client_key: str | None
    request: bytes

    @property
    def _key_id(self) -> str:
        return f"{self.user_id}/{self.door}/{self.client_key}"

    def keys(self) -> list[db.Key[Remembered]]:
        """What to read along with everything else that the request needs."""
        return [Remembered.at(self._key_id)] if self.client_key else []

    def done(self, found: db.Found) -> str | None:
        """What this request created before, or None. Raises IdempotencyConflict for another."""
        for key in self.keys():
            record = found[key]
            if record is None or record.expires_at <= clock.now():
                return None
            if keys.same(record.request, self.request) is False:
                raise IdempotencyConflict()
            return str(record.reference)
        return None

    def remember(self, tx: db.Transaction, *, reference: str) -> None:
        """Write down what the request creates; raises db.Stale at commit if it was done before."""
        if not self.client_key:
            return
        at = clock.now()
        tx.update(
            Remembered(self._key_id),
            Remembered.request.set(keys.fingerprint(self.request)),
            Remembered.reference.set(reference),
            Remembered.expires_at.set(at + KEPT),
            when=Remembered.absent() | (Remembered.expires_at <= at),
            otherwise=db.Stale(),
        )
