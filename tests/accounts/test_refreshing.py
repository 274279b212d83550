"""Refresh tokens: each replaces the one before, and a stolen old one ends the whole family."""

import httpx
import pytest

from chalicelib.core.settings import settings
from infra.local.stack import Stack
from tests import tables
from tests.accounts.doors import me, refresh, sessions
from tests.people import Member, at_once
from tests.problems import code_of

OVER = (401, "invalid_refresh_token")
DAY_SECONDS = 24 * 3600


def rotated(http: httpx.Client, token: str, times: int = 1) -> str:
    """The token after so many rotations."""
    for _ in range(times):
        answer = refresh(http, token)
        assert answer.status_code == 200, answer.text
        token = str(answer.json()["refresh_token"])
    return token


def test_a_refresh_token_brings_new_tokens_of_the_same_session(
    stack: Stack, http: httpx.Client, alice: Member
) -> None:
    stack.clock.advance(1)

    answer = refresh(http, alice.refresh_token).json()

    assert (answer["user_id"], answer["session_id"]) == (alice.user_id, alice.session_id)
    assert answer["refresh_token"] != alice.refresh_token
    assert answer["access_token"] != alice.access_token
    assert me(http, answer["access_token"]).status_code == 200
    assert len(sessions(alice)) == 1


def test_whoever_lost_the_answer_asks_again_and_gets_the_same_successor(
    stack: Stack, http: httpx.Client, alice: Member
) -> None:
    lost = refresh(http, alice.refresh_token).json()

    stack.clock.advance(settings().refresh_grace_seconds)
    again = refresh(http, alice.refresh_token).json()

    assert again["refresh_token"] == lost["refresh_token"]
    assert rotated(http, again["refresh_token"])


def test_two_tabs_that_refresh_at_the_same_moment_get_the_same_successor(
    http: httpx.Client, alice: Member
) -> None:
    answers = at_once(*[lambda: refresh(http, alice.refresh_token)] * 4)

    assert {answer.status_code for answer in answers} == {200}
    successors = {answer.json()["refresh_token"] for answer in answers}
    assert len(successors) == 1
    assert rotated(http, successors.pop())


def test_an_old_token_after_its_grace_ends_the_session_of_thief_and_owner_alike(
    stack: Stack, http: httpx.Client, alice: Member
) -> None:
    owners = rotated(http, alice.refresh_token)

    stack.clock.advance(settings().refresh_grace_seconds + 1)

    assert code_of(refresh(http, alice.refresh_token)) == OVER
    assert code_of(refresh(http, owners)) == OVER


def test_grandparent_reuse_kills_all_descendants(http: httpx.Client, alice: Member) -> None:
    parent = rotated(http, alice.refresh_token)
    child = rotated(http, parent)

    assert code_of(refresh(http, alice.refresh_token)) == OVER

    family = [alice.refresh_token, parent, child]
    assert [code_of(refresh(http, token)) for token in family] == [OVER] * 3


def test_the_end_of_one_family_leaves_the_members_other_devices_alone(
    http: httpx.Client, alice: Member
) -> None:
    laptop = alice.sign_in()
    rotated(http, alice.refresh_token, 2)

    assert code_of(refresh(http, alice.refresh_token)) == OVER
    assert [each["session_id"] for each in sessions(laptop)] == [laptop.session_id]
    assert rotated(http, laptop.refresh_token)


def test_the_end_of_a_family_closes_its_sockets(http: httpx.Client, alice: Member) -> None:
    laptop = alice.sign_in()
    phone_socket, laptop_socket = alice.socket(), laptop.socket()
    rotated(http, alice.refresh_token, 2)

    refresh(http, alice.refresh_token)

    alice.stack.settle()
    assert phone_socket.is_closed()
    assert not laptop_socket.is_closed()
    laptop_socket.close()


def test_a_session_that_is_used_lives_on_and_one_that_is_not_ends(
    stack: Stack, http: httpx.Client, alice: Member
) -> None:
    unused = alice.sign_in()
    kept, days = alice.refresh_token, settings().refresh_token_days
    for _ in range(2):
        stack.clock.advance((days - 1) * DAY_SECONDS)
        kept = rotated(http, kept)

    assert code_of(refresh(http, unused.refresh_token)) == OVER
    stack.clock.advance(days * DAY_SECONDS)
    assert code_of(refresh(http, kept)) == OVER


def test_a_suspended_members_session_cannot_be_refreshed(http: httpx.Client, alice: Member) -> None:
    from chalicelib.accounts.models import SUSPENDED
    from chalicelib.accounts.models import Member as Account
    from chalicelib.core import db

    db.update(Account(alice.user_id), Account.status.set(SUSPENDED))

    assert code_of(refresh(http, alice.refresh_token)) == OVER


@pytest.mark.parametrize(
    "forged",
    [
        "{user}.{session}.0.{proof}x",
        "{user}.{session}.1.{proof}",
        "{user}.{session}.99999999999999999999.{proof}",
        "{other}.{session}.0.{proof}",
        "{user}.{others_session}.0.{proof}",
        "{other}.{others_session}.0.{proof}",
        "{user}.{session}.-1.{proof}",
        "{user}.{session}.0",
        "{user}.{session}.0.{proof}.",
        "{user}.{session}.0.",
        ".{session}.0.{proof}",
        "{user}..0.{proof}",
        "{user}.{session}..{proof}",
        "...",
        "nonsense",
    ],
)
def test_a_forged_token_opens_nothing_and_ends_nobodys_session(
    stack: Stack, http: httpx.Client, onlooker: Member, bystander: Member, forged: str
) -> None:
    user, session, _, proof = onlooker.refresh_token.split(".")
    token = forged.format(
        user=user,
        session=session,
        proof=proof,
        other=bystander.user_id,
        others_session=bystander.session_id,
    )
    before = tables.image(stack, "sessions")

    assert code_of(refresh(http, token)) == OVER
    assert tables.changed(before, tables.image(stack, "sessions")) == {}
