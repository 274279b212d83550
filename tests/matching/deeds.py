"""What members do to each other in tests of matching, and what they see of it.

It imports the app only where it needs it, since that reads its environment.
"""

from datetime import date
from typing import Any

import httpx

from tests.people import Member

SUPER_CREDITS, UNLOCK_CREDITS, LIKES_PER_DAY = 10, 30, 100


def like(member: Member, user_id: str, key: str | None = None) -> httpx.Response:
    return member.post("/v1/likes", {"user_id": user_id}, **_headers(key))


def superlike(
    member: Member, user_id: str, quoted: int = SUPER_CREDITS, key: str | None = None
) -> httpx.Response:
    wanted = {"user_id": user_id, "super": True, "quoted_credits": quoted}
    return member.post("/v1/likes", wanted, **_headers(key))


def pass_on(member: Member, user_id: str) -> httpx.Response:
    return member.post("/v1/passes", {"user_id": user_id})


def rewind(member: Member, key: str | None = None) -> httpx.Response:
    return member.post("/v1/rewind", **_headers(key))


def unmatch(member: Member, match_id: str) -> httpx.Response:
    return member.delete(f"/v1/matches/{match_id}")


def unlock(member: Member, quoted: int = UNLOCK_CREDITS) -> httpx.Response:
    return member.post("/v1/likes/unlock", {"quoted_credits": quoted})


def matches(member: Member) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = member.get("/v1/matches").json()["items"]
    return listed


def waiting(member: Member) -> int:
    """How many likes wait for the member."""
    count: int = member.get("/v1/likes").json()["count"]
    return count


def faces(member: Member) -> list[str]:
    """Who likes the member, which they have unlocked."""
    return [each["user_id"] for each in member.get("/v1/likes").json()["items"]]


def spent_on(member: Member) -> list[str]:
    """What the member was charged for, newest first."""
    entries = member.get("/v1/wallet/entries").json()["items"]
    return [entry["kind"] for entry in entries if entry["amount_credits"] < 0]


def enrich(member: Member, credits: int) -> None:
    """Credits beside those of the sign-up."""
    from chalicelib.wallet.service.grants import grant

    grant(member.user_id, reason=f"test-{credits}", credits=credits, days=30)


def hide(member: Member, visibility: str) -> None:
    """Let the member's profile be "paused" or "incognito"."""
    wanted = {"visibility": visibility}
    answer = member.http.patch("/v1/me/profile", json=wanted, headers=member.headers())
    assert answer.is_success, answer.text


def suspend(member: Member) -> None:
    """As staff will: the account stays, and is not active."""
    from chalicelib.accounts.models import SUSPENDED
    from chalicelib.accounts.models import Member as Account

    Account(member.user_id).update(actions=[Account.status.set(SUSPENDED)])


def use_likes(member: Member, count: int) -> None:
    """As if the member had liked so many today."""
    from chalicelib.core import clock
    from chalicelib.matching.models import Tally

    today = clock.now().date().toordinal() - date(1970, 1, 1).toordinal()
    Tally(member.user_id).update(actions=[Tally.day.set(today), Tally.likes.set(count)])


def _headers(key: str | None) -> dict[str, str]:
    return {"Idempotency_Key": key} if key else {}
