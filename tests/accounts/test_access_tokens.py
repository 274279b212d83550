"""Access tokens: ours, whole, in time, and gone within a minute of their session's end."""

import base64
import json
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest

from chalicelib.core import clock, keys
from chalicelib.core.settings import settings
from infra.local.stack import Stack
from tests.accounts.doors import me
from tests.people import Member
from tests.problems import code_of

OUT = (401, "not_signed_in")


def forged(
    member: Member, *, key: bytes | None = None, kid: str | None = None, **claims: Any
) -> str:
    """A token like the member's own, with some of it changed; a claim of None is left out."""
    honest = jwt.decode(member.access_token, options={"verify_signature": False})
    said = {name: value for name, value in (honest | claims).items() if value is not None}
    signing = key or keys.active_key("access")
    return jwt.encode(said, signing, algorithm="HS256", headers={"kid": kid or keys.active()})


def test_a_forgery_with_the_right_key_is_what_the_others_are_measured_by(
    http: httpx.Client, onlooker: Member
) -> None:
    assert me(http, forged(onlooker)).status_code == 200


def test_a_token_is_good_for_ten_minutes(stack: Stack, http: httpx.Client, alice: Member) -> None:
    early, late = forged(alice, jti="early"), forged(alice, jti="late")

    stack.clock.advance(settings().access_token_seconds - 2)
    assert me(http, early).status_code == 200
    stack.clock.advance(2)
    assert code_of(me(http, late)) == OUT
    stack.clock.advance(settings().authorizer_cache_seconds)
    assert code_of(me(http, early)) == OUT


def test_a_token_signed_by_anybody_else_is_refused(http: httpx.Client, onlooker: Member) -> None:
    assert code_of(me(http, forged(onlooker, key=b"x" * 32))) == OUT
    assert code_of(me(http, forged(onlooker, key=keys.active_key("refresh")))) == OUT
    assert code_of(me(http, forged(onlooker, kid="unknown"))) == OUT


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://somewhere.else"},
        {"aud": None},
        {"iss": "somebody else"},
        {"iss": None},
        {"exp": None},
        {"sub": None},
        {"sid": None},
        {"sub": f"usr_{'0' * 26}"},
        {"sid": f"ses_{'0' * 26}"},
    ],
)
def test_a_token_for_another_purpose_or_of_nobody_is_refused(
    http: httpx.Client, onlooker: Member, claims: dict[str, Any]
) -> None:
    assert code_of(me(http, forged(onlooker, **claims))) == OUT


def test_a_token_of_one_member_with_anothers_session_is_refused(
    http: httpx.Client, onlooker: Member, bystander: Member
) -> None:
    assert code_of(me(http, forged(onlooker, sub=bystander.user_id))) == OUT
    assert code_of(me(http, forged(onlooker, sid=bystander.session_id))) == OUT


def test_an_expired_token_is_refused_however_well_it_is_signed(
    http: httpx.Client, onlooker: Member
) -> None:
    past = clock.now() - timedelta(seconds=1)

    assert code_of(me(http, forged(onlooker, exp=past))) == OUT


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS512", "RS256"])
def test_a_token_of_another_algorithm_is_refused(
    http: httpx.Client, onlooker: Member, algorithm: str
) -> None:
    _, payload, signature = onlooker.access_token.split(".")
    header = {"alg": algorithm, "typ": "JWT", "kid": keys.active()}
    spelled = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")

    for token in (f"{spelled}.{payload}.", f"{spelled}.{payload}.{signature}"):
        assert code_of(me(http, token)) == OUT


def test_a_token_with_any_part_changed_is_refused(http: httpx.Client, onlooker: Member) -> None:
    header, payload, signature = onlooker.access_token.split(".")
    flipped = "A" if signature[0] != "A" else "B"
    wrong = [
        f"{header}.{payload}.{flipped}{signature[1:]}",
        f"{header}.{payload}x.{signature}",
        f"{header}.{payload}",
        f"{payload}.{header}.{signature}",
        f"{header}.{payload}.{signature}.{signature}",
        f"{header}..{signature}",
        "..",
    ]

    assert [code_of(me(http, token)) for token in wrong] == [OUT] * len(wrong)


@pytest.mark.parametrize("kid", [None, 5, "", ["a"], {"a": 1}, "../keys", "\0"])
def test_a_token_whose_key_id_is_odd_is_refused(
    http: httpx.Client, onlooker: Member, kid: Any
) -> None:
    _, payload, signature = onlooker.access_token.split(".")
    header = json.dumps({"alg": "HS256", "typ": "JWT", "kid": kid})
    spelled = base64.urlsafe_b64encode(header.encode()).decode().rstrip("=")

    assert code_of(me(http, f"{spelled}.{payload}.{signature}")) == OUT


def test_a_refresh_token_is_no_access_token(http: httpx.Client, onlooker: Member) -> None:
    assert code_of(me(http, onlooker.refresh_token)) == OUT


def test_a_token_dies_within_a_minute_of_its_sessions_end(
    stack: Stack, http: httpx.Client, alice: Member
) -> None:
    assert me(http, alice.access_token).status_code == 200
    alice.post("/v1/auth/logout")

    stack.clock.advance(settings().authorizer_cache_seconds)

    assert code_of(me(http, alice.access_token)) == OUT


def test_a_suspended_member_is_out_within_a_minute(
    stack: Stack, http: httpx.Client, alice: Member
) -> None:
    from chalicelib.accounts.models import SUSPENDED
    from chalicelib.accounts.models import Member as Account
    from chalicelib.core import db

    assert me(http, alice.access_token).status_code == 200
    db.update(Account(alice.user_id), Account.status.set(SUSPENDED))

    stack.clock.advance(settings().authorizer_cache_seconds)

    assert code_of(me(http, alice.access_token)) == OUT
