"""What members think of each other, their matches, and what discovery keeps of each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.attributes import (
    BinaryAttribute,
    BinarySetAttribute,
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core import clock, db, ids
from chalicelib.core.settings import settings


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
    low_liked_at, high_liked_at    when each liked the other, by the order of their ids
    low_super, high_super          whether that was, or became, a super like
    low_passed_at, high_passed_at  when each passed on the other; a like of one's own clears it
    received_by    who has a like to answer; absent once it is answered, by a like or by a pass
    liked_at       when that like was made
    matched_at     when the second like made the match
    ended_at       when one of the two ended that match
    """

    pair_id = UnicodeAttribute(hash_key=True)
    low_liked_at = db.InstantAttribute(null=True)
    high_liked_at = db.InstantAttribute(null=True)
    low_super = BooleanAttribute(null=True)
    high_super = BooleanAttribute(null=True)
    low_passed_at = db.InstantAttribute(null=True)
    high_passed_at = db.InstantAttribute(null=True)
    received_by = UnicodeAttribute(null=True)
    liked_at = db.InstantAttribute(null=True)
    matched_at = db.InstantAttribute(null=True)
    ended_at = db.InstantAttribute(null=True)

    received = Received()

    def liked_by(self, user_id: str) -> datetime | None:
        """When this member liked the other."""
        return self.low_liked_at if self._is_low(user_id) else self.high_liked_at

    def superliked_by(self, user_id: str) -> bool:
        """Whether this member's like is a super like."""
        return bool(self.low_super if self._is_low(user_id) else self.high_super)

    def passed_by(self, user_id: str) -> datetime | None:
        """When this member passed on the other last, however long ago."""
        return self.low_passed_at if self._is_low(user_id) else self.high_passed_at

    def decided_by(self, user_id: str, at: datetime) -> bool:
        """Whether this member has decided on the other: a like holds, a pass only for a while."""
        passed_at = self.passed_by(user_id)
        return self.liked_by(user_id) is not None or (
            passed_at is not None and at < passed_at + timedelta(days=settings().pass_days)
        )

    def _is_low(self, user_id: str) -> bool:
        return user_id == ids.members_of(self.pair_id)[0]


@dataclass(frozen=True)
class Side:
    """The attributes of a liking that are one member's."""

    liked_at: db.InstantAttribute
    superliked: BooleanAttribute
    passed_at: db.InstantAttribute


LOW = Side(Liking.low_liked_at, Liking.low_super, Liking.low_passed_at)
HIGH = Side(Liking.high_liked_at, Liking.high_super, Liking.high_passed_at)


def sides_of(pair_id: str, user_id: str) -> tuple[Side, Side]:
    """A member's own side of a liking, and the other's."""
    return (LOW, HIGH) if user_id == ids.members_of(pair_id)[0] else (HIGH, LOW)


class Tally(db.Record, table="tallies"):
    """What a member has used of what is given out by the day, and what they can take back.

    user_id         partition key
    day             days since the epoch, in UTC, that `likes` counts
    likes           of the daily allowance, used on that day; super likes are paid for instead
    last_passed_id  whom the member passed on last, until it is taken back
    rewound_id      whose pass was taken back last, and `rewound_by` which attempt: so that an
                    attempt whose answer was lost knows that it was the one
    unlocked_until  the faces of those who like the member are shown until then
    unlocks         how often that was bought; the number in the charge's key
    """

    user_id = UnicodeAttribute(hash_key=True)
    day = NumberAttribute(null=True)
    likes = NumberAttribute(default=0)
    last_passed_id = UnicodeAttribute(null=True)
    rewound_id = UnicodeAttribute(null=True)
    rewound_by = UnicodeAttribute(null=True)
    unlocked_until = db.InstantAttribute(null=True)
    unlocks = NumberAttribute(default=0)

    def is_unlocked(self, at: datetime) -> bool:
        """Whether the member may see who likes them."""
        return self.unlocked_until is not None and at < self.unlocked_until


class Decision(db.Record, table="decisions"):
    """Whom a member decided on, in few bytes: read whole, so that the decided are not read again.

    user_id  partition key
    bucket   sort key, "<thirty days>/<one of 64 by the decided one's ring>"
    who      7 bytes for each: 5 of the ring, 2 for the day of the pass, or LIKED
    expires_at  of passes: when the last of them no longer counts

    One passed on again has more than one mark; the latest counts.
    """

    user_id = UnicodeAttribute(hash_key=True)
    bucket = UnicodeAttribute(range_key=True)
    who = BinarySetAttribute(legacy_encoding=False, null=True)
    expires_at = db.ExpiryAttribute(null=True)


class Search(db.Record, table="searches"):
    """Where a member's discovery stands.

    user_id  partition key
    kept     the standing, as discovery writes it down; nobody else reads it, and it is short so
    version  goes up by one with every page
    """

    user_id = UnicodeAttribute(hash_key=True)
    kept = BinaryAttribute(legacy_encoding=False, null=True)
    version = NumberAttribute(default=0)


class Match(db.Record, table="matches", stream=True):
    """One member's listing of a match; it is removed when the match ends.

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
    """A member's listing of a match that was made at `at`, not yet written."""
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
