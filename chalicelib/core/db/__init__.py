"""Every DynamoDB word that features share: records, reads of many, conditional writes.

A condition and what its failure means stand on one line:

    with transaction() as tx:
        tx.put(entry, otherwise=AlreadyPosted())
        tx.update(wallet, Wallet.available.add(-5), when=Wallet.available >= 5,
                  otherwise=InsufficientCredits(missing_credits=…))

Invariants
- A write that failed for contention alone is repeated with full jitter inside the time budget,
  then refused as `Busy`; one whose outcome is unknown is refused as `Pending`.
- When several conditions fail at once, the reason told is the first of duplicate → state → funds:
  a retry of a charge that did commit must never read "insufficient".
- Every failed condition brings the item it met (`ALL_OLD`, which is free), so that a writer whose
  own first try landed can see that it won.
"""

from chalicelib.core.db.connection import connection
from chalicelib.core.db.contention import Duplicate, Lost, Stale, settle
from chalicelib.core.db.reading import Found, fetch, page
from chalicelib.core.db.records import (
    KINDS,
    DateAttribute,
    ExpiryAttribute,
    InstantAttribute,
    Key,
    Part,
    Record,
)
from chalicelib.core.db.writing import Transaction, delete, put, transaction, update

__all__ = [
    "KINDS",
    "DateAttribute",
    "Duplicate",
    "ExpiryAttribute",
    "Found",
    "InstantAttribute",
    "Key",
    "Lost",
    "Part",
    "Record",
    "Stale",
    "Transaction",
    "connection",
    "delete",
    "fetch",
    "page",
    "put",
    "settle",
    "transaction",
    "update",
]
