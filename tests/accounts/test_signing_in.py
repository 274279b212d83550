"""Signing in: for whoever knows the password, and no hint for anybody else."""

import httpx

from chalicelib.accounts.service.sessions import LOGINS_BY_ACCOUNT
from chalicelib.core.http import ENDPOINTS
from infra.local.stack import Stack
from tests import tables
from tests.accounts.doors import login, me, sessions
from tests.people import PASSWORD, Member, client
from tests.problems import code_of, told


def test_a_member_signs_in_on_another_device(http: httpx.Client, alice: Member) -> None:
    answer = login(http, alice.email)

    assert answer.status_code == 200
    tokens = answer.json()
    assert tokens["user_id"] == alice.user_id
    assert tokens["session_id"] != alice.session_id
    assert me(http, tokens["access_token"]).json()["email"] == alice.email
    assert len(sessions(alice)) == 2


def test_a_repeated_sign_in_is_one_more_session_and_changes_no_other(
    stack: Stack, http: httpx.Client, alice: Member
) -> None:
    first = login(http, alice.email).json()
    before = tables.image(stack, "sessions")

    again = login(http, alice.email).json()

    new = tables.changed(before, tables.image(stack, "sessions"))["sessions"]
    assert [each["session_id"]["S"] for each in new] == [again["session_id"]]
    assert me(http, first["access_token"]).status_code == 200


def test_nobody_learns_from_a_failed_sign_in_whether_an_address_has_an_account(
    stack: Stack, http: httpx.Client, alice: Member
) -> None:
    before = tables.image(stack)
    taken, free = login(http, alice.email, "wrong password"), login(http, "no.body@example.com")

    assert code_of(taken) == code_of(free) == (401, "invalid_credentials")
    same = {"type", "title", "status", "code", "detail", "errors"}
    assert {name: told(taken)[name] for name in same} == {name: told(free)[name] for name in same}
    assert len(taken.content) == len(free.content)
    assert {*taken.headers} == {*free.headers}
    assert tables.changed(before, tables.image(stack)) == {}


def test_almost_the_password_is_not_the_password(http: httpx.Client, alice: Member) -> None:
    for wrong in (PASSWORD + "!", PASSWORD[:-1], PASSWORD.title(), " " + PASSWORD):
        assert code_of(login(http, alice.email, wrong)) == (401, "invalid_credentials")


def test_guessing_one_accounts_password_from_everywhere_ends_after_ten_tries(
    stack: Stack, alice: Member, bob: Member
) -> None:
    limit = LOGINS_BY_ACCOUNT
    stack.clock.advance(limit.seconds - stack.clock() % limit.seconds)

    def guess(email: str, password: str) -> httpx.Response:
        with client(stack) as somewhere:
            return login(somewhere, email, password)

    guesses = [guess(alice.email, "wrong password") for _ in range(limit.knocks)]
    assert {code_of(each) for each in guesses} == {(401, "invalid_credentials")}

    right_but_late = guess(alice.email.upper(), PASSWORD)
    assert code_of(right_but_late) == (429, "rate_limited")
    assert guess(bob.email, PASSWORD).status_code == 200
    stack.clock.advance(int(right_but_late.headers["retry-after"]))
    assert guess(alice.email, PASSWORD).status_code == 200


def test_an_unknown_account_wears_out_just_as_a_known_one(stack: Stack, http: httpx.Client) -> None:
    limit = LOGINS_BY_ACCOUNT
    stack.clock.advance(limit.seconds - stack.clock() % limit.seconds)

    answers = [code_of(login(http, "ghost@example.com"))[0] for _ in range(limit.knocks + 1)]

    assert answers == [401] * limit.knocks + [429]


def test_one_network_address_cannot_try_many_accounts_for_ever(
    stack: Stack, http: httpx.Client
) -> None:
    limit = ENDPOINTS["/v1/auth/login", "POST"].limit
    assert limit is not None
    stack.clock.advance(limit.seconds - stack.clock() % limit.seconds)

    answers = [
        http.post("/v1/auth/login", json={"email": f"a{n}@b"}).status_code
        for n in range(limit.knocks + 1)
    ]

    assert answers == [422] * limit.knocks + [429]


def test_a_suspended_member_is_told_so_only_with_the_right_password(
    http: httpx.Client, alice: Member
) -> None:
    from chalicelib.accounts.models import SUSPENDED
    from chalicelib.accounts.models import Member as Account
    from chalicelib.core import db

    db.update(Account(alice.user_id), Account.status.set(SUSPENDED))

    assert code_of(login(http, alice.email)) == (403, "account_suspended")
    assert code_of(login(http, alice.email, "wrong password")) == (401, "invalid_credentials")


def test_a_password_of_older_parameters_is_hashed_anew_at_sign_in(
    http: httpx.Client, alice: Member
) -> None:
    from argon2 import PasswordHasher

    from chalicelib.accounts import passwords
    from chalicelib.accounts.models import Member as Account
    from chalicelib.core import db

    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    db.update(Account(alice.user_id), Account.password_hash.set(weak))

    assert login(http, alice.email).status_code == 200
    stored = Account.get(alice.user_id).password_hash
    assert not passwords.outdated(stored)
    assert passwords.matches(stored, PASSWORD)
    assert login(http, alice.email).status_code == 200


def test_a_password_is_kept_as_argon2id_of_the_declared_strength(alice: Member) -> None:
    from chalicelib.accounts.models import Member as Account

    stored = Account.get(alice.user_id).password_hash

    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in stored
