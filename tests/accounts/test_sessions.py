"""A member's devices: each can be ended, by its own member alone."""

import httpx

from infra.local.stack import Stack
from tests import tables
from tests.accounts.doors import refresh, sessions
from tests.people import Member
from tests.problems import code_of

OVER = (401, "invalid_refresh_token")


def test_a_member_sees_their_own_devices_and_no_others(
    stack: Stack, alice: Member, bob: Member
) -> None:
    stack.clock.advance(5)
    laptop = alice.sign_in()

    listed = sessions(laptop)

    assert [each["session_id"] for each in listed] == [laptop.session_id, alice.session_id]
    assert [each["current"] for each in listed] == [True, False]
    assert all(each["agent"].startswith("python-httpx") for each in listed)
    assert bob.session_id not in str(listed)
    assert "seed" not in str(listed)


def test_a_device_can_be_signed_out_from_another_and_that_closes_its_sockets(
    stack: Stack, http: httpx.Client, alice: Member
) -> None:
    laptop = alice.sign_in()
    lost, here = alice.socket(), laptop.socket()

    ended = laptop.delete(f"/v1/auth/sessions/{alice.session_id}")
    again = laptop.delete(f"/v1/auth/sessions/{alice.session_id}")
    stack.settle()

    assert (ended.status_code, again.status_code) == (204, 204)
    assert [each["session_id"] for each in sessions(laptop)] == [laptop.session_id]
    assert code_of(refresh(http, alice.refresh_token)) == OVER
    assert (lost.is_closed(), here.is_closed()) == (True, False)
    here.close()


def test_a_session_that_is_not_yours_cannot_be_ended(
    stack: Stack, http: httpx.Client, alice: Member, bob: Member
) -> None:
    socket = bob.socket()
    before = tables.image(stack)

    mine = alice.delete(f"/v1/auth/sessions/{bob.session_id}")
    nobodys = alice.delete(f"/v1/auth/sessions/ses_{'0' * 26}")

    assert mine.status_code == nobodys.status_code == 204
    assert mine.content == nobodys.content
    assert tables.changed(before, tables.image(stack)) == {}
    assert not socket.is_closed()
    assert refresh(http, bob.refresh_token).status_code == 200


def test_signing_out_ends_this_device_closes_its_sockets_and_is_safe_to_repeat(
    stack: Stack, http: httpx.Client, alice: Member
) -> None:
    laptop = alice.sign_in()
    socket, other = alice.socket(), laptop.socket()

    first, again = alice.post("/v1/auth/logout"), alice.post("/v1/auth/logout")
    stack.settle()

    assert (first.status_code, again.status_code) == (204, 204)
    assert (socket.is_closed(), other.is_closed()) == (True, False)
    assert code_of(refresh(http, alice.refresh_token)) == OVER
    assert [each["session_id"] for each in sessions(laptop)] == [laptop.session_id]
    assert tables.image(stack, "devices")["devices"]
    other.close()


def test_a_session_that_ran_out_is_not_listed_even_before_it_is_deleted(
    stack: Stack, alice: Member
) -> None:
    stack.clock.advance(61 * 24 * 3600)
    alice.come_back()

    assert [each["session_id"] for each in sessions(alice)] == [alice.session_id]
