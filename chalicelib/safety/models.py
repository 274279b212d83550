"""What stands between two members, and how a member addresses strangers."""

from pynamodb.attributes import ListAttribute, UnicodeAttribute, UnicodeSetAttribute

from chalicelib.core import db


class Pair(db.Record, table="pairs"):
    """Two members; absent while nothing stands between them.

    pair_id     partition key, both ULIDs in order
    blocked_by  who of the two blocks the other
    closed_at   when one of them ended their match, for good
    shown_by    who of the two liked the other, and so is shown to them even when incognito
    """

    pair_id = UnicodeAttribute(hash_key=True)
    blocked_by = UnicodeSetAttribute(null=True)
    closed_at = db.InstantAttribute(null=True)
    shown_by = UnicodeSetAttribute(null=True)


class Openings(db.Record, table="openings"):
    """By what a member's first messages to others would be known again, but not their words.

    user_id     partition key
    marks       of the newest ones, one for each person written to
    expires_at  forgotten when none was sent for so long
    """

    user_id = UnicodeAttribute(hash_key=True)
    marks = ListAttribute[str](default=list)
    expires_at = db.ExpiryAttribute()
