"""Members, their addresses, sessions and registrations in DynamoDB."""

from datetime import datetime, timedelta

from pynamodb.attributes import (
    BinaryAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)

from chalicelib.core import clock, db
from chalicelib.core.access import Role
from chalicelib.core.settings import settings

ACTIVE = "active"
SUSPENDED = "suspended"


class Member(db.Record, table="members", stream=True):
    """A person with a verified address.

    user_id        partition key, "usr_…"
    email          the address as it was verified, normalised
    password_hash  Argon2id, with its parameters
    birthdate      never shown to others
    status         active · suspended
    roles          names of roles; all have "member"
    created_at     when the address was verified
    """

    user_id = UnicodeAttribute(hash_key=True)
    email = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    birthdate = db.DateAttribute()
    status = UnicodeAttribute(default=ACTIVE)
    roles = UnicodeSetAttribute()
    created_at = db.InstantAttribute()

    @property
    def is_active(self) -> bool:
        """Whether the member may use Pairly and be seen there."""
        return bool(self.status == ACTIVE)

    def has_roles(self) -> frozenset[Role]:
        """The member's roles, typed."""
        return frozenset(Role(role) for role in self.roles)


def member_key(user_id: str) -> db.Key[Member]:
    """Where a member stands, for other features' own reads."""
    return Member.at(user_id)


class Address(db.Record, table="addresses"):
    """Whose an email address is: one item for each, so that two members cannot have it.

    email    partition key, normalised
    user_id  its member
    """

    email = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()


class Registration(db.Record, table="registrations"):
    """Somebody asked to become a member and has not yet shown that the address is theirs.

    registration_id  partition key, "reg_…", known to the client that asked
    email            normalised
    password_hash    Argon2id
    birthdate
    code_fingerprint  of the mailed code; keyed, since six digits are guessed from a plain hash
    attempts         how often a code was tried
    expires_at       the code is void then
    """

    registration_id = UnicodeAttribute(hash_key=True)
    email = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    birthdate = db.DateAttribute()
    code_fingerprint = UnicodeAttribute()
    attempts = NumberAttribute(default=0)
    expires_at = db.ExpiryAttribute()


class Session(db.Record, table="sessions", stream=True):
    """One device signed in: a family of refresh tokens of which only the newest counts.

    user_id, session_id  partition and sort key
    seed                 random; with the keyring it makes the tokens, neither does alone
    kid                  the key of the ring that made the newest token
    generation           number of the newest token, from 0
    rotated_at           when it became the newest
    created_at, agent, address  for the member's own list of devices
    expires_at           over by itself if it is not refreshed until then
    """

    user_id = UnicodeAttribute(hash_key=True)
    session_id = UnicodeAttribute(range_key=True)
    seed = BinaryAttribute(legacy_encoding=False)
    kid = UnicodeAttribute()
    generation = NumberAttribute(default=0)
    rotated_at = db.InstantAttribute()
    created_at = db.InstantAttribute()
    agent = UnicodeAttribute()
    address = UnicodeAttribute()
    expires_at = db.ExpiryAttribute()

    def honours(self, generation: int, at: datetime) -> bool:
        """Whether a token of this generation is good: the newest, or the one before in its grace.

        The grace lets a client whose answer was lost ask again; it gets the same successor.
        """
        if generation == self.generation:
            return True
        grace = timedelta(seconds=settings().refresh_grace_seconds)
        return generation == self.generation - 1 and at <= self.rotated_at + grace

    def is_over(self) -> bool:
        """Whether the whole family is too old."""
        return bool(self.expires_at <= clock.now())
