"""Wallets, their entries, and what members ask for their time."""

from datetime import datetime

from pynamodb.attributes import (
    JSONAttribute,
    ListAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import AllProjection, LocalSecondaryIndex

from chalicelib.core import db

BOUGHT = "bought"


class Lot(db.Part):
    """Promotional credits from one source that expire together.

    source      what gave them, such as "signup"
    credits     how many are left
    expires_at  from then on they cannot be spent
    """

    source = UnicodeAttribute()
    credits = NumberAttribute()
    expires_at = db.InstantAttribute()


class Wallet(db.Record, table="wallets"):
    """One member's credits.

    user_id    partition key, "usr_…"
    available  can be spent now: `bought` and what the lots hold
    held       set aside for calls going on
    credits, debits  everything that ever came in and went out
    bought     the part of `available` that was paid for; it never expires
    lots       the promotional rest, at most `lots_max`
    entries    how many entries there are; the number of the newest
    version    changes with every write, so that whoever computed lots computed on these
    """

    user_id = UnicodeAttribute(hash_key=True)
    available = NumberAttribute(default=0)
    held = NumberAttribute(default=0)
    credits = NumberAttribute(default=0)
    debits = NumberAttribute(default=0)
    bought = NumberAttribute(default=0)
    lots = ListAttribute(of=Lot, default=list)
    entries = NumberAttribute(default=0)
    version = NumberAttribute(default=0)


class ByNumber(LocalSecondaryIndex["Entry"]):
    """A wallet's entries in the order in which they landed."""

    class Meta:
        index_name = "by_number"
        projection = AllProjection()

    user_id = UnicodeAttribute(hash_key=True)
    number = NumberAttribute(range_key=True)


class Entry(db.Record, table="entries", stream=True):
    """A line of the journal: at once the idempotency record and the receipt of what it pays for.

    user_id     partition key, whose wallet
    entry_id    sort key, "<kind>/<natural key>"
    number      position in this wallet's journal, from 1; absent on a receipt of nothing, which is
                therefore not listed
    kind        message · refund · grant · expiry …
    amount      credits the wallet gained, negative if it lost them
    balance     `available` afterwards
    legs        account → credits gained; they sum to zero
    lots        what it drew or gave, by lot
    payee_id    who earns from it, `share` how much; absent where it is for Pairly alone
    reference   the fact it pays for, such as a message's id
    request     fingerprint of the request
    refundable  credits that can still be given back
    posted_at   UTC
    """

    user_id = UnicodeAttribute(hash_key=True)
    entry_id = UnicodeAttribute(range_key=True)
    number = NumberAttribute(null=True)
    kind = UnicodeAttribute()
    amount = NumberAttribute()
    balance = NumberAttribute(null=True)
    legs = JSONAttribute(null=True)
    lots = ListAttribute(of=Lot, null=True)
    payee_id = UnicodeAttribute(null=True)
    share = NumberAttribute(null=True)
    reference = UnicodeAttribute()
    request = UnicodeAttribute(null=True)
    refundable = NumberAttribute(null=True)
    posted_at = db.InstantAttribute()

    by_number = ByNumber()


class Payee(db.Record, table="payees"):
    """What a member asks for, where it is not the default.

    user_id              partition key
    message_credits      for a message to them
    call_minute_credits  for a started minute of a call to them
    """

    user_id = UnicodeAttribute(hash_key=True)
    message_credits = NumberAttribute(null=True)
    call_minute_credits = NumberAttribute(null=True)


def unexpired(lots: list[Lot], at: datetime) -> list[Lot]:
    """The lots that can be spent."""
    return [lot for lot in lots if lot.expires_at > at]
