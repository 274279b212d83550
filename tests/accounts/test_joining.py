"""Joining: only whoever reads the mail of an address can become its member, and is told of it."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from chalicelib.core import clock
from chalicelib.core.settings import settings
from infra.local.stack import Stack
from tests import tables
from tests.accounts.doors import login
from tests.outages import silent
from tests.people import PASSWORD, Member, at_once, mailed_code, mails_to
from tests.problems import code_of, told

BORN = "1994-04-17"
JOINS = ("members", "addresses", "sessions", "registrations")


def register(http: httpx.Client, email: str, **about: Any) -> httpx.Response:
    wanted = {"email": email, "password": PASSWORD, "birthdate": BORN} | about
    return http.post("/v1/auth/register", json=wanted)


def begin(http: httpx.Client, email: str, **about: Any) -> str:
    """Ask to join; the registration's id."""
    answer = register(http, email, **about)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["registration_id"])


def finish(http: httpx.Client, registration_id: str, code: str) -> httpx.Response:
    proof = {"registration_id": registration_id, "code": code}
    return http.post("/v1/auth/verify-email", json=proof)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_person_joins_with_the_code_from_the_mail(stack: Stack, http: httpx.Client) -> None:
    registration_id = begin(http, "ann@example.com")
    joined = finish(http, registration_id, mailed_code(stack, "ann@example.com"))

    assert joined.status_code == 201
    token = {"Authorization": f"Bearer {joined.json()['access_token']}"}
    me = http.get("/v1/me", headers=token).json()
    assert me["user_id"] == joined.json()["user_id"]
    assert (me["email"], me["birthdate"]) == ("ann@example.com", BORN)
    assert (me["roles"], me["permissions"]) == (["member"], ["member"])
    assert login(http, "ann@example.com").status_code == 200


def test_a_taken_address_is_answered_as_a_free_one_and_only_its_owner_is_told(
    stack: Stack, http: httpx.Client, alice: Member
) -> None:
    before = tables.image(stack, "members", "addresses", "sessions")

    free, taken = register(http, "free.one@example.com"), register(http, alice.email)

    assert free.status_code == taken.status_code == 202
    assert free.json().keys() == taken.json().keys() == {"registration_id"}
    assert len(free.content) == len(taken.content)
    assert {*free.headers} == {*taken.headers}
    mail = mails_to(stack, alice.email)[0]
    assert mail["subject"] == "You already have a Pairly account"
    assert "code" not in mail["text"].lower()
    assert "code" in mails_to(stack, "free.one@example.com")[0]["subject"]
    after = tables.image(stack, "members", "addresses", "sessions")
    assert tables.changed(before, after) == {}


def test_a_registration_for_a_taken_address_can_never_be_finished(
    stack: Stack, http: httpx.Client, alice: Member
) -> None:
    registration_id = begin(http, alice.email)

    unknown = finish(http, f"reg_{'0' * 26}", "123456")
    known = finish(http, registration_id, "123456")

    assert code_of(known) == code_of(unknown) == (422, "invalid_code")


def test_a_repeated_registration_mails_a_fresh_code_and_both_can_be_finished_only_once(
    stack: Stack, http: httpx.Client
) -> None:
    email = "twice@example.com"
    first, first_code = begin(http, email), mailed_code(stack, email)
    second, second_code = begin(http, email), mailed_code(stack, email)

    assert first != second
    assert finish(http, second, second_code).status_code == 201
    assert code_of(finish(http, first, first_code)) == (409, "email_taken")


def test_a_code_is_good_once(stack: Stack, http: httpx.Client) -> None:
    registration_id = begin(http, "once@example.com")
    code = mailed_code(stack, "once@example.com")
    assert finish(http, registration_id, code).status_code == 201
    before = tables.image(stack, *JOINS)

    again = finish(http, registration_id, code)

    assert code_of(again) == (422, "invalid_code")
    assert tables.changed(before, tables.image(stack, *JOINS)) == {}
    assert login(http, "once@example.com").status_code == 200


def test_a_code_expires(stack: Stack, http: httpx.Client) -> None:
    early, late = begin(http, "early@example.com"), begin(http, "late@example.com")
    codes = [mailed_code(stack, f"{name}@example.com") for name in ("early", "late")]

    stack.clock.advance(settings().mailed_code_seconds - 2)
    assert finish(http, early, codes[0]).status_code == 201
    stack.clock.advance(2)
    assert code_of(finish(http, late, codes[1])) == (422, "invalid_code")


def test_after_five_wrong_codes_the_right_one_is_void(stack: Stack, http: httpx.Client) -> None:
    attempts = settings().mailed_code_attempts_max
    last, never = begin(http, "last@example.com"), begin(http, "never@example.com")
    codes = [mailed_code(stack, f"{name}@example.com") for name in ("last", "never")]
    for _ in range(attempts - 1):
        assert finish(http, last, wrong(codes[0])).status_code == 422
        assert finish(http, never, wrong(codes[1])).status_code == 422

    assert finish(http, last, codes[0]).status_code == 201
    assert finish(http, never, wrong(codes[1])).status_code == 422
    assert code_of(finish(http, never, codes[1])) == (422, "invalid_code")


def test_guessing_in_parallel_gains_no_attempts(stack: Stack, http: httpx.Client) -> None:
    registration_id = begin(http, "parallel@example.com")
    code = mailed_code(stack, "parallel@example.com")

    at_once(*[lambda: finish(http, registration_id, wrong(code))] * 8)

    assert code_of(finish(http, registration_id, code)) == (422, "invalid_code")


def test_a_code_opens_only_the_registration_it_was_mailed_for(
    stack: Stack, http: httpx.Client
) -> None:
    mine, other = begin(http, "mine@example.com"), begin(http, "other@example.com")
    my_code = mailed_code(stack, "mine@example.com")

    if mailed_code(stack, "other@example.com") != my_code:
        assert code_of(finish(http, other, my_code)) == (422, "invalid_code")
    assert finish(http, mine, my_code).status_code == 201


def test_a_stranger_cannot_plant_a_password_in_an_account_to_be(
    stack: Stack, http: httpx.Client
) -> None:
    email, planted = "victim@example.com", "the stranger's password"
    begin(http, email, password=planted)
    strangers_code = mailed_code(stack, email)
    mine = begin(http, email)
    my_code = mailed_code(stack, email)

    if strangers_code != my_code:  # the code of the stranger's mail does not finish mine
        assert code_of(finish(http, mine, strangers_code)) == (422, "invalid_code")
    assert finish(http, mine, my_code).status_code == 201
    assert code_of(login(http, email, planted)) == (401, "invalid_credentials")
    assert login(http, email).status_code == 200


def test_of_two_registrations_finished_at_the_same_moment_exactly_one_becomes_a_member(
    stack: Stack, http: httpx.Client
) -> None:
    email = "contested@example.com"
    proofs = [(begin(http, email), mailed_code(stack, email)) for _ in range(2)]
    before = tables.image(stack, "members", "addresses", "sessions")

    answers = at_once(*[lambda proof=proof: finish(http, *proof) for proof in proofs])

    assert sorted(answer.status_code for answer in answers) == [201, 409]
    new = tables.changed(before, tables.image(stack, "members", "addresses", "sessions"))
    assert {table: len(items) for table, items in new.items()} == dict.fromkeys(before, 1)


def test_a_member_must_be_of_age_and_may_join_on_the_birthday(
    stack: Stack, http: httpx.Client
) -> None:
    if (clock.now().month, clock.now().day) == (2, 29):  # the test's own sums know no leap day
        stack.clock.advance(24 * 3600)
    today = clock.now().date()
    birthday = today.replace(year=today.year - settings().age_years_min)
    tomorrow = birthday + timedelta(days=1)

    assert register(http, "of.age@example.com", birthdate=str(birthday)).status_code == 202
    young = told(register(http, "young@example.com", birthdate=str(tomorrow)))
    assert (young["status"], young["code"], young["age_years_min"]) == (422, "too_young", 18)
    assert mails_to(stack, "young@example.com") == []


def test_nobody_was_born_before_anybody_alive(stack: Stack, http: httpx.Client) -> None:
    refused = told(register(http, "old@example.com", birthdate="0001-01-01"))

    assert (refused["status"], refused["code"]) == (422, "invalid_request")
    assert refused["errors"][0]["at"] == "$.birthdate"
    assert mails_to(stack, "old@example.com") == []


@pytest.mark.parametrize(("length", "status"), [(9, 422), (10, 202), (128, 202), (129, 422)])
def test_a_password_has_10_to_128_characters(http: httpx.Client, length: int, status: int) -> None:
    answer = register(http, f"long{length}@example.com", password="é" * length)

    assert answer.status_code == status
    if status == 422:
        assert [(each["at"], each["rule"]) for each in told(answer)["errors"]] == [
            ("$.password", "length")
        ]


@pytest.mark.parametrize(
    ("written", "spelled_otherwise", "mailed_to"),
    [
        ("case@example.com", "CASE@Example.COM", "case@example.com"),
        (
            "idn@bücher.example.com",
            "idn@xn--bcher-kva.example.com",
            "idn@xn--bcher-kva.example.com",
        ),
        ("nfc@caf\u00e9.example.com", "NFC@CAFE\u0301.example.com", "nfc@xn--caf-dma.example.com"),
    ],
)
def test_one_mailbox_has_one_member_however_it_is_spelled(
    stack: Stack, http: httpx.Client, written: str, spelled_otherwise: str, mailed_to: str
) -> None:
    registration_id = begin(http, written)
    assert finish(http, registration_id, mailed_code(stack, mailed_to)).status_code == 201

    begin(http, spelled_otherwise)

    assert mails_to(stack, mailed_to)[0]["subject"] == "You already have a Pairly account"
    assert login(http, spelled_otherwise).status_code == 200


def test_a_password_is_the_same_however_its_accents_are_typed(
    stack: Stack, http: httpx.Client
) -> None:
    email = "accents@example.com"
    registration_id = begin(http, email, password="caf\u00e9 au lait")
    assert finish(http, registration_id, mailed_code(stack, email)).status_code == 201

    assert login(http, email, "cafe\u0301 au lait").status_code == 200
    assert code_of(login(http, email, "cafe au lait")) == (401, "invalid_credentials")


@pytest.mark.parametrize(
    "email",
    ["nobody", "a@", "@b.example.com", "a b@example.com", "a@b", "a@@b.com", "josé@example.com"],
)
def test_what_no_mail_can_reach_is_no_address(stack: Stack, http: httpx.Client, email: str) -> None:
    answer = register(http, email)

    assert code_of(answer) == (422, "invalid_request")
    assert [(each["at"], each["rule"]) for each in told(answer)["errors"]] in (
        [("$.email", "format")],
        [("$.email", "length")],
    )


def test_without_mail_a_person_is_told_to_ask_again(http: httpx.Client) -> None:
    with silent("ses") as tried:
        answer = register(http, "no.mail@example.com")

    assert tried
    assert code_of(answer) == (503, "mail_unavailable")
    assert answer.headers["retry-after"] == "10"


def test_a_taken_address_costs_as_many_calls_as_a_free_one(
    http: httpx.Client, alice: Member, meter: Any
) -> None:
    with meter.watch() as of_free:
        register(http, "free.address@example.com")
    with meter.watch() as of_taken:
        register(http, alice.email)

    assert [call.operation for call in of_taken] == [call.operation for call in of_free]


def test_an_unknown_address_costs_as_many_calls_as_a_wrong_password(
    http: httpx.Client, alice: Member, meter: Any
) -> None:
    with meter.watch() as of_known:
        login(http, alice.email, password="not the password")
    with meter.watch() as of_unknown:
        login(http, "nobody.at.all@example.com", password="not the password")

    assert [call.operation for call in of_unknown] == [call.operation for call in of_known]
