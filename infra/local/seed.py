"""Two members to try things with, made through the public API as anybody would be.

Safe to repeat: who can sign in already is left alone.
"""

import re
import time
from typing import Any

import httpx

PASSWORD = "correct horse battery"
LONDON = {"latitude": 51.507, "longitude": -0.128}
PROFILES: dict[str, dict[str, Any]] = {
    "alice@pairly.example": {
        "display_name": "Alice", "gender": "woman", "seeks": ["man"], "intent": "relationship",
        "bio": "I bake bread, and walk it off.", "languages": ["en", "fr"],
        "interests": ["baking", "hiking", "jazz"], "place": LONDON,
    },
    "bob@pairly.example": {
        "display_name": "Bob", "gender": "man", "seeks": ["woman"], "intent": "dating",
        "bio": "Half of my weekends are on a bicycle.", "languages": ["en"],
        "interests": ["cycling", "jazz"], "place": LONDON,
    },
}  # fmt: skip
EMAILS = tuple(PROFILES)
MAIL_SECONDS_MAX = 10.0
REQUEST_SECONDS_MAX = 30.0


class NotSeeded(Exception):
    """The API did not let the demo members in; the message says where it stopped."""


def seed(base_url: str) -> list[str]:
    """The logins of the demo members, who have matched and can talk."""
    with httpx.Client(base_url=base_url, timeout=REQUEST_SECONDS_MAX) as http:
        sessions = [_sign_in(http, email) for email in EMAILS]
        if None in sessions:
            alice, bob = (
                known or _register(http, email)
                for known, email in zip(sessions, EMAILS, strict=True)
            )
            _like(http, alice, bob)
            _like(http, bob, alice)
    return [f"{email} / {PASSWORD}" for email in EMAILS]


def _sign_in(http: httpx.Client, email: str) -> dict[str, Any] | None:
    answer = http.post("/v1/auth/login", json={"email": email, "password": PASSWORD})
    return _said(answer) if answer.status_code != httpx.codes.UNAUTHORIZED else None


def _register(http: httpx.Client, email: str) -> dict[str, Any]:
    about = {"email": email, "password": PASSWORD, "birthdate": "1995-05-05"}
    asked = _said(http.post("/v1/auth/register", json=about))
    proof = {"registration_id": asked["registration_id"], "code": _mailed_code(http, email)}
    member = _said(http.post("/v1/auth/verify-email", json=proof))
    _said(http.patch("/v1/me/profile", json=PROFILES[email], headers=_token(member)))
    return member


def _mailed_code(http: httpx.Client, email: str) -> str:
    deadline = time.monotonic() + MAIL_SECONDS_MAX
    while time.monotonic() < deadline:
        for mail in http.get("/_local/outbox").json():
            found = re.search(r"\b\d{6}\b", mail["text"] or "") if email in mail["to"] else None
            if found:
                return found[0]
        time.sleep(0.05)
    raise NotSeeded(f"no code was mailed to {email} within {MAIL_SECONDS_MAX:.0f} s")


def _like(http: httpx.Client, liker: dict[str, Any], liked: dict[str, Any]) -> None:
    wanted = {"user_id": liked["user_id"]}
    _said(http.post("/v1/likes", json=wanted, headers=_token(liker)))


def _token(member: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {member['access_token']}"}


def _said(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_error:
        raise NotSeeded(f"{answer.request.url.path} answered {answer.status_code}: {answer.text}")
    said: dict[str, Any] = answer.json()
    return said
