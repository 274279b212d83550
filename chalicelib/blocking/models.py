"""Whom a member blocked."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.core import db


class Block(db.Record, table="blocks"):
    """A member's own record of a block, for their list; it is written together with the pair.

    user_id, blocked_id  partition and sort key
    blocked_at
    """

    user_id = UnicodeAttribute(hash_key=True)
    blocked_id = UnicodeAttribute(range_key=True)
    blocked_at = db.InstantAttribute()
