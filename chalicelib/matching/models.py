"""Likes, and each member's list of matches."""

from datetime import datetime

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core import clock, db, ids


class Received(GlobalSecondaryIndex["Liking"]):
    """Likes that a member received and has not answered; others are not in it."""

    class Meta:
        index_name = "received"
        projection = AllProjection()

    received_by = UnicodeAttribute(hash_key=True)
    liked_at = db.InstantAttribute(range_key=True)


class Liking(db.Record, table="likes"):
    """What two members think of each other.

    pair_id        partition key, both ULIDs in order
    low_liked_at, high_liked_at  when each liked the other, by the order of their ids
    received_by    who has a like to answer; absent once it is answered
    liked_at       when that like was made
    matched_at     when the second like made the match
    """

    pair_id = UnicodeAttribute(hash_key=True)
    low_liked_at = db.InstantAttribute(null=True)
    high_liked_at = db.InstantAttribute(null=True)
    received_by = UnicodeAttribute(null=True)
    liked_at = db.InstantAttribute(null=True)
    matched_at = db.InstantAttribute(null=True)

    received = Received()

    def liked_by(self, user_id: str) -> datetime | None:
        """When this member liked the other."""
        low, _ = ids.members_of(self.pair_id)
        return self.low_liked_at if user_id == low else self.high_liked_at


class Match(db.Record, table="matches", stream=True):
    """One member's listing of a match.

    user_id     partition key
    place       sort key: when, in milliseconds, and the other's ULID, so that it sorts by time
    other_id    whom they matched
    match_id    "mat_" and both ULIDs, the same in both listings
    matched_at
    """

    user_id = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    other_id = UnicodeAttribute()
    match_id = UnicodeAttribute()
    matched_at = db.InstantAttribute()

    @property
    def conversation_id(self) -> str:
        """The conversation that the match opened."""
        return f"cnv_{self.match_id.removeprefix('mat_')}"


def listing(user_id: str, other_id: str, at: datetime) -> Match:
    """A member's listing of a match, not yet written."""
    return Match(
        user_id,
        f"{clock.millis(at):013d}_{other_id.removeprefix('usr_')}",
        other_id=other_id,
        match_id=match_id_of(user_id, other_id),
        matched_at=at,
    )


def match_id_of(one: str, other: str) -> str:
    """The id that a match of these two has, or would have."""
    return f"mat_{ids.pair_of(one, other)}"
