"""A member's sockets: at most ten, each its own, and none left over."""

from typing import Any

import pytest

from chalicelib.core import clock, db
from chalicelib.core.settings import settings
from chalicelib.realtime import service
from chalicelib.realtime.models import Connection, Devices
from infra.local.stack import Stack
from tests.outages import at_the_wire, refusing
from tests.people import Member, Socket, at_once, draft, match, say


def named(member: Member) -> set[str]:
    """The sockets under which the member is known."""
    devices = Devices.find(member.user_id)
    return set((devices and devices.connection_ids) or ())


def known(member: Member) -> set[str]:
    """The connections that say they are the member's."""
    return {each.connection_id for each in service.connections_of(member.user_id)}


def id_of(socket: Socket) -> str:
    return str(socket.events("hello")[0]["connection_id"])


def vanish(member: Member) -> str:
    """Open a socket that goes without our hearing of it; the connection it leaves behind."""
    socket = Socket(member.stack, member.ticket()["url"])
    left = id_of(socket)
    member.stack.clock.advance(service.OPENING.total_seconds())
    with at_the_wire("GetItem", refusing("ValidationException")):
        socket.close()
        member.stack.settle()
    assert left in named(member)
    return left


def expire(member: Member) -> str:
    """The same, so long ago that DynamoDB has dropped the connection by its age."""
    left = vanish(member)
    Connection(left).delete()
    return left


def test_each_socket_is_known_in_both_places_until_it_leaves(stack: Stack, alice: Member) -> None:
    phone, laptop = alice.socket(), alice.socket()
    assert named(alice) == known(alice) == {id_of(phone), id_of(laptop)}

    phone.close()
    stack.settle()
    assert named(alice) == known(alice) == {id_of(laptop)}

    laptop.close()
    stack.settle()
    assert named(alice) == known(alice) == set()


def test_with_the_eleventh_device_the_oldest_makes_room(stack: Stack, alice: Member) -> None:
    sockets = []
    for _ in range(settings().devices_max):
        stack.clock.advance(1)
        sockets.append(alice.socket())
    oldest = id_of(sockets[0])

    newest = alice.socket()

    assert [each.is_closed() for each in sockets] == [True] + [False] * 9
    assert len(named(alice)) == settings().devices_max
    assert oldest not in named(alice)
    assert id_of(newest) in named(alice) == known(alice)


def test_two_devices_that_come_at_once_are_both_let_in(alice: Member) -> None:
    urls = [alice.ticket()["url"] for _ in range(3)]

    sockets = at_once(*[lambda url=url: Socket(alice.stack, url) for url in urls])
    alice.sockets += sockets

    assert len(named(alice)) == 3
    assert named(alice) == known(alice)


def test_a_late_disconnect_of_an_old_socket_removes_only_its_own(
    stack: Stack, alice: Member
) -> None:
    old = alice.socket()
    old_id = id_of(old)
    service.disconnect(old_id)
    fresh = alice.socket()

    service.disconnect(old_id)
    service.disconnect(old_id)

    assert named(alice) == known(alice) == {id_of(fresh)}
    assert not fresh.is_closed()


def test_a_disconnect_told_twice_at_once_is_one(alice: Member) -> None:
    gone, stays = alice.socket(), alice.socket()
    gone_id = id_of(gone)

    at_once(*[lambda: service.disconnect(gone_id)] * 4)

    assert named(alice) == known(alice) == {id_of(stays)}


def test_connections_that_ran_out_do_not_keep_a_new_device_out(stack: Stack, alice: Member) -> None:
    for _ in range(settings().devices_max):
        expire(alice)

    fresh = alice.socket()

    assert named(alice) == known(alice) == {id_of(fresh)}


def test_a_connection_that_ran_out_is_forgotten_at_the_next_push(
    stack: Stack, alice: Member, bob: Member
) -> None:
    conversation = match(alice, bob)
    expired = expire(alice)
    phone = alice.socket()
    phone.forget_events()

    say(bob, conversation)

    assert len(phone.events("message.created")) == 1
    assert expired not in named(alice) == known(alice)


@pytest.mark.parametrize("gone", [1, 3])
def test_a_socket_that_is_gone_never_keeps_a_frame_from_another(
    stack: Stack, alice: Member, bob: Member, gone: int
) -> None:
    conversation = match(alice, bob)
    for _ in range(gone):
        vanish(alice)
    sockets = [alice.socket(), alice.socket()]
    for socket in sockets:
        socket.forget_events()

    say(bob, conversation)

    assert [len(socket.events("message.created")) for socket in sockets] == [1, 1]
    assert len(named(alice)) == 2
    assert named(alice) == known(alice)


def test_a_push_that_fails_otherwise_never_keeps_a_frame_from_another(
    stack: Stack, alice: Member, bob: Member
) -> None:
    """Sockets that are gone, and a database that cannot forget them just now."""
    conversation = match(alice, bob)
    for _ in range(3):
        vanish(alice)
    sockets = [alice.socket(), alice.socket()]
    for socket in sockets:
        socket.forget_events()
    say(bob, conversation)

    with at_the_wire("GetItem", refusing("ValidationException")):
        heard = [len(socket.events("message.created")) for socket in sockets]

    assert heard == [1, 1]


def test_a_push_reaches_all_devices_of_both_but_not_the_one_it_came_from(
    alice: Member, bob: Member
) -> None:
    conversation = match(alice, bob)
    phone, laptop, theirs = alice.socket(), alice.socket(), bob.socket()
    for socket in (phone, laptop, theirs):
        socket.forget_events()

    phone.do("message.send", draft() | {"conversation_id": conversation})

    heard = [len(socket.events("message.created")) for socket in (phone, laptop, theirs)]
    assert heard == [0, 1, 1]


def test_the_end_of_a_session_closes_its_sockets_and_no_others(
    stack: Stack, alice: Member, bob: Member
) -> None:
    laptop = alice.sign_in()
    ended = [alice.socket(), alice.socket()]
    stay = [laptop.socket(), bob.socket()]
    first_ids = {id_of(stay[0])}

    alice.post("/v1/auth/logout")
    stack.settle()

    assert [socket.is_closed() for socket in ended] == [True, True]
    assert [socket.is_closed() for socket in stay] == [False, False]
    assert named(alice) == known(alice) == first_ids
    stay[0].close()


def test_the_end_of_a_session_told_twice_changes_nothing_more(stack: Stack, alice: Member) -> None:
    laptop = alice.sign_in()
    alice.socket()
    stays = laptop.socket()

    for _ in range(2):
        service.end_session(alice.user_id, alice.session_id)

    assert named(alice) == known(alice) == {id_of(stays)}
    stays.close()


def test_a_socket_that_is_only_just_opening_is_not_forgotten(alice: Member) -> None:
    left = vanish(alice)
    db.update(Connection(left), Connection.opened_at.set(clock.now()))

    service.forget(left, alice.user_id)
    assert left in named(alice)

    alice.stack.clock.advance(service.OPENING.total_seconds())
    service.forget(left, alice.user_id)
    assert left not in named(alice)


def test_an_idle_or_old_socket_is_closed_by_the_gateway_and_forgotten(
    stack: Stack, alice: Member
) -> None:
    socket: Any = alice.socket()

    stack.clock.advance(settings().socket_lifetime_seconds)
    stack.settle()

    assert socket.is_closed()
    assert named(alice) == known(alice) == set()
