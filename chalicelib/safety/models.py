"""What stands between two members."""

from pynamodb.attributes import UnicodeAttribute, UnicodeSetAttribute

from chalicelib.core import db


class Pair(db.Record, table="pairs"):
    """Two members; absent while nothing stands between them.

    pair_id     partition key, both ULIDs in order
    blocked_by  who of the two blocks the other
    closed_at   when one of them ended their match, for good
    """

    pair_id = UnicodeAttribute(hash_key=True)
    blocked_by = UnicodeSetAttribute(null=True)
    closed_at = db.InstantAttribute(null=True)
