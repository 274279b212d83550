"""The keyring: keys come and go by their ids, and what a retired key signed is void."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest

from chalicelib.core import cursors, keys
from chalicelib.core.aws import client
from chalicelib.core.errors import InvalidCursor
from chalicelib.core.settings import settings
from infra.local.stack import Stack
from tests.outages import silent
from tests.people import Member
from tests.problems import code_of

Rotate = Callable[..., None]
SCOPE = "matches/usr_alice"


def ring() -> dict[str, Any]:
    secret = client("secretsmanager").get_secret_value(SecretId=settings().keyring_secret)
    kept: dict[str, Any] = json.loads(secret["SecretString"])
    return kept


def put(wanted: dict[str, Any]) -> None:
    name, text = settings().keyring_secret, json.dumps(wanted)
    client("secretsmanager").put_secret_value(SecretId=name, SecretString=text)


def new_key(letter: str) -> str:
    return base64.urlsafe_b64encode(letter.encode() * 32).decode()


@pytest.fixture
def turn(stack: Stack) -> Iterator[Rotate]:
    """Replace the keyring and wait until every function has noticed."""
    original = ring()
    period = keys.REFRESH_SECONDS

    def replace(**wanted: Any) -> None:
        put(wanted)
        stack.clock.advance(period - stack.clock() % period)

    stack.clock.advance(period - stack.clock() % period - 1)
    yield replace
    replace(**original)


@pytest.fixture
def old() -> tuple[str, str]:
    """The id of the key that signs before a rotation, and the key."""
    kept = ring()
    return kept["active"], kept[kept["active"]]


def me(member: Member, access_token: str) -> Any:
    return member.http.get("/v1/me", headers={"Authorization": f"Bearer {access_token}"})


def test_a_token_of_the_old_key_opens_until_the_key_is_removed(
    alice: Member, turn: Rotate, old: tuple[str, str]
) -> None:
    signed_before = alice.sign_in().access_token
    kid, key = old

    turn(active="new", **{kid: key}, new=new_key("n"))
    signed_after = alice.sign_in().access_token
    assert me(alice, signed_before).status_code == 200
    assert jwt.get_unverified_header(signed_before)["kid"] == kid
    assert jwt.get_unverified_header(signed_after)["kid"] == "new"

    turn(active="new", new=new_key("n"))
    assert code_of(me(alice, signed_before)) == (401, "not_signed_in")
    assert me(alice, signed_after).status_code == 200


def test_a_session_that_was_refreshed_outlives_the_key_it_began_with(
    alice: Member, turn: Rotate, old: tuple[str, str]
) -> None:
    kid, key = old

    turn(active="new", **{kid: key}, new=new_key("n"))
    refreshed = alice.http.post("/v1/auth/refresh", json={"refresh_token": alice.refresh_token})
    turn(active="new", new=new_key("n"))
    token = {"refresh_token": refreshed.json()["refresh_token"]}
    assert alice.http.post("/v1/auth/refresh", json=token).status_code == 200


def test_an_old_token_ends_its_family_also_where_the_key_was_turned_in_between(
    alice: Member, turn: Rotate, old: tuple[str, str]
) -> None:
    kid, key = old

    def refresh(token: str) -> Any:
        return alice.http.post("/v1/auth/refresh", json={"refresh_token": token})

    turn(active="new", **{kid: key}, new=new_key("n"))
    parent = refresh(alice.refresh_token).json()["refresh_token"]
    child = refresh(parent).json()["refresh_token"]
    assert code_of(refresh(alice.refresh_token)) == (401, "invalid_refresh_token")
    assert code_of(refresh(child)) == (401, "invalid_refresh_token")


def test_a_session_ends_with_the_key_that_made_its_newest_token(
    alice: Member, turn: Rotate
) -> None:
    turn(active="new", new=new_key("n"))
    answer = alice.http.post("/v1/auth/refresh", json={"refresh_token": alice.refresh_token})

    assert code_of(answer) == (401, "invalid_refresh_token")


def test_a_cursor_of_the_old_key_leads_on_until_the_key_is_removed(
    turn: Rotate, old: tuple[str, str]
) -> None:
    after = {"user_id": {"S": "alice"}}
    sealed_before = cursors.seal(after, SCOPE)
    kid, key = old

    turn(active="new", **{kid: key}, new=new_key("n"))
    assert cursors.unseal(sealed_before, SCOPE) == after
    assert cursors.seal(after, SCOPE) != sealed_before

    turn(active="new", new=new_key("n"))
    with pytest.raises(InvalidCursor):
        cursors.unseal(sealed_before, SCOPE)


def test_a_request_is_known_again_until_the_key_of_its_fingerprint_is_removed(
    turn: Rotate, old: tuple[str, str]
) -> None:
    kept = keys.fingerprint(b"hello")
    kid, key = old
    assert (keys.same(kept, b"hello"), keys.same(kept, b"hullo")) == (True, False)

    turn(active="new", **{kid: key}, new=new_key("n"))
    assert (keys.same(kept, b"hello"), keys.same(kept, b"hullo")) == (True, False)

    turn(active="new", new=new_key("n"))
    assert keys.same(kept, b"hello") is None


def test_keys_for_two_purposes_have_nothing_in_common() -> None:
    assert keys.active_key("access") != keys.active_key("cursor")
    assert len(keys.active_key("access")) == 32


def test_a_ring_whose_active_key_is_missing_signs_nothing(turn: Rotate) -> None:
    turn(active="gone", other=new_key("o"))

    with pytest.raises(LookupError, match="active key"):
        keys.active_key("access")


def test_an_outage_of_the_secrets_lets_nobody_out(stack: Stack, alice: Member) -> None:
    stack.clock.advance(2 * keys.REFRESH_SECONDS)

    with silent("secretsmanager") as tried:
        again = alice.sign_in()
        in_one_go = len(tried)
        assert me(alice, again.access_token).status_code == 200

    assert len(tried) == in_one_go > 0  # it is asked again in the next period, not at every use
    assert me(alice, again.access_token).status_code == 200
