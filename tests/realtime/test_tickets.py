"""Tickets: the one way to open a socket, good once and for half a minute."""

import json
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from chalicelib.core.settings import settings
from infra.local.stack import Stack
from tests import tables
from tests.people import Member, Socket, at_once
from tests.problems import code_of, shaped

HELD = ("connections", "devices")


def refusal(stack: Stack, url: str) -> tuple[int, str]:
    """Status and code of what a handshake at this URL is refused with."""
    with pytest.raises(InvalidStatus) as refused, connect(url, open_timeout=20):
        pass
    answer = refused.value.response
    assert answer.headers["content-type"] == "application/problem+json"
    said = shaped(json.loads(answer.body))
    assert said["status"] == answer.status_code
    return answer.status_code, said["code"]


def test_a_ticket_opens_a_socket_that_is_greeted(stack: Stack, alice: Member) -> None:
    issued = alice.post("/v1/realtime/tickets")
    assert issued.status_code == 201
    assert issued.json()["url"].startswith(stack.addresses.websocket_url)

    socket = Socket(stack, issued.json()["url"])
    alice.sockets.append(socket)

    [hello] = socket.events("hello")
    assert hello["user_id"] == alice.user_id
    assert hello["heartbeat_seconds"] == settings().heartbeat_seconds < 600
    assert hello["reconnect_before"] > issued.json()["expires_at"]
    assert hello["connection_id"]


def test_a_repeated_request_for_a_ticket_gives_another_and_both_are_good(
    stack: Stack, alice: Member
) -> None:
    tickets = [alice.ticket() for _ in range(2)]

    assert tickets[0]["ticket"] != tickets[1]["ticket"]
    for each in tickets:
        alice.sockets.append(Socket(stack, each["url"]))


def test_a_ticket_is_good_once(stack: Stack, alice: Member) -> None:
    url = alice.ticket()["url"]
    alice.sockets.append(Socket(stack, url))
    before = tables.image(stack)

    assert refusal(stack, url) == (401, "invalid_ticket")
    assert tables.changed(before, tables.image(stack)) == {}


def test_of_two_devices_with_one_ticket_at_the_same_moment_one_gets_in(
    stack: Stack, alice: Member
) -> None:
    url = alice.ticket()["url"]

    def knock() -> Any:
        try:
            return connect(url, open_timeout=20).__enter__()
        except InvalidStatus as refused:
            return refused.response.status_code

    answers = at_once(*[knock] * 4)

    open_sockets = [answer for answer in answers if not isinstance(answer, int)]
    assert len(open_sockets) == 1
    assert [answer for answer in answers if isinstance(answer, int)] == [401] * 3
    open_sockets[0].close()


def test_a_ticket_is_void_after_half_a_minute(stack: Stack, alice: Member) -> None:
    used, late = alice.ticket()["url"], alice.ticket()["url"]

    stack.clock.advance(settings().ticket_seconds - 2)
    alice.sockets.append(Socket(stack, used))
    stack.clock.advance(2)
    before = tables.image(stack, *HELD)
    assert refusal(stack, late) == (401, "invalid_ticket")
    assert tables.changed(before, tables.image(stack, *HELD)) == {}


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?",
        "?ticket",
        "?ticket=",
        "?ticket=forged",
        f"?ticket={'0' * 48}",
        f"?ticket={'0' * 5000}",
        "?ticket=%00",
        "?ticket=%ED%A0%80",
        "?token={ticket}",
        "?ticket={access}",
        "?ticket={half}",
    ],
)
def test_without_a_ticket_of_ours_nobody_gets_in_and_nothing_is_written(
    stack: Stack, onlooker: Member, query: str
) -> None:
    ticket = onlooker.ticket()["ticket"]
    asked = query.format(ticket=ticket, half=ticket[:24], access=onlooker.access_token)
    before = tables.image(stack)

    assert refusal(stack, stack.addresses.websocket_url + asked) == (401, "invalid_ticket")
    assert tables.changed(before, tables.image(stack)) == {}


def test_an_access_token_alone_opens_no_socket(stack: Stack, onlooker: Member) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(stack.addresses.websocket_url, additional_headers=onlooker.headers()),
    ):
        pass

    assert refused.value.response.status_code == 401


def test_a_ticket_of_an_ended_session_is_void(stack: Stack, alice: Member) -> None:
    url = alice.ticket()["url"]
    alice.post("/v1/auth/logout")
    before = tables.image(stack, *HELD)

    assert refusal(stack, url) == (401, "invalid_ticket")
    assert tables.changed(before, tables.image(stack, *HELD)) == {}


def test_a_ticket_of_a_member_suspended_meanwhile_is_void(stack: Stack, alice: Member) -> None:
    from chalicelib.accounts.models import SUSPENDED
    from chalicelib.accounts.models import Member as Account
    from chalicelib.core import db

    url = alice.ticket()["url"]
    db.update(Account(alice.user_id), Account.status.set(SUSPENDED))

    assert refusal(stack, url) == (401, "invalid_ticket")


def test_nobody_gets_a_ticket_without_signing_in(stack: Stack, alice: Member) -> None:
    before = tables.image(stack)

    assert code_of(alice.http.post("/v1/realtime/tickets")) == (401, "not_signed_in")
    assert tables.changed(before, tables.image(stack)) == {}


def test_a_ticket_is_kept_only_as_a_digest(stack: Stack, alice: Member) -> None:
    ticket = alice.ticket()["ticket"]

    kept = str(tables.image(stack, "tickets"))

    assert alice.user_id in kept
    assert ticket not in kept
