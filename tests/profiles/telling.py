"""What members tell in tests, and where they then stand."""

from datetime import UTC, date, datetime
from typing import Any

from chalicelib.accounts.models import ACTIVE, SUSPENDED
from chalicelib.accounts.models import Member as Account
from chalicelib.core import db, ids
from chalicelib.profiles.models import Place, Profile, place_of
from chalicelib.safety.models import Pair
from infra.local.stack import Stack
from tests.people import Member

BIRTHDATE = date(1995, 5, 5)
"""Everybody's in tests, unless they say another."""
PROFILE, PREFERENCES = "/v1/me/profile", "/v1/me/preferences"
BERLIN = {"latitude": 52.52, "longitude": 13.405}
MUNICH = {"latitude": 48.14, "longitude": 11.58}
TOLD: dict[str, Any] = {
    "display_name": "Alice",
    "gender": "woman",
    "seeks": ["man", "woman"],
    "intent": "dating",
    "bio": "I make bread.",
    "prompts": [{"prompt": "a_perfect_sunday", "answer": "Bread, and then a walk."}],
    "languages": ["de", "en"],
    "interests": ["baking", "hiking"],
    "place": BERLIN,
}


def age_by_now(stack: Stack) -> int:
    """How old everybody is by the stack's clock, which other tests may have moved by years."""
    today = datetime.fromtimestamp(stack.clock(), UTC).date()
    before_birthday = (today.month, today.day) < (BIRTHDATE.month, BIRTHDATE.day)
    return today.year - BIRTHDATE.year - before_birthday


def change(member: Member, path: str = PROFILE, **given: Any) -> Any:
    """Ask for a change."""
    return member.http.patch(path, headers=member.headers(), json=given)


def changed(member: Member, path: str = PROFILE, **given: Any) -> Any:
    """A change that must succeed; what the profile, or the wishes, then say."""
    answer = change(member, path, **given)
    assert answer.status_code == 200, answer.text
    return answer.json()


def seen(viewer: Member, other: Member) -> Any:
    """What a member is shown of another."""
    return viewer.get(f"/v1/profiles/{other.user_id}")


def kept(member: Member) -> Profile:
    """The profile as it is stored."""
    profile = Profile.find(member.user_id)
    assert profile is not None
    return profile


def row(member: Member) -> Place | None:
    """The row of the index where the profile says that its member stands, if it is there."""
    profile = Profile.find(member.user_id)
    wanted = profile and place_of(profile)
    return wanted and Place.find(wanted.area, wanted.ring)


def mark(one: Member, other: Member, **facts: Any) -> None:
    """Put something between two members."""
    db.put(Pair(ids.pair_of(one.user_id, other.user_id), **facts))


def suspend(member: Member) -> None:
    """As staff will."""
    Account(member.user_id).update(actions=[Account.status.set(SUSPENDED)])
    member.stack.settle()


def restore(member: Member) -> None:
    """The end of it."""
    Account(member.user_id).update(actions=[Account.status.set(ACTIVE)])
    member.stack.settle()
