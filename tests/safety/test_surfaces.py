"""One policy on every surface: whoever is blocked, blocks or is suspended is as if not there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import app
from chalicelib.accounts.events import MemberSuspended
from chalicelib.core import socket
from chalicelib.core.access import Permission
from chalicelib.core.http import ENDPOINTS
from chalicelib.realtime import service as realtime
from infra.local.stack import Stack
from tests.deliveries import deliver
from tests.people import Member
from tests.safety.situations import BETWEEN, Two, matched, suspend
from tests.safety.surfaces import ACTIONS, EVENTS, ROUTES, Asked, Listed, Prepare, Row, Told

assert app.app  # loads every feature, and so all that it declares
SURFACES = ROUTES | ACTIONS
CONTROLLED = {
    name: row for name, row in (SURFACES | EVENTS).items() if isinstance(row, Asked | Listed | Told)
}
LATE = {name: row for name, row in EVENTS.items() if isinstance(row, Told) and row.late}
Meet = Callable[[Prepare], Two]


@pytest.fixture
def meet(stack: Stack) -> Iterator[Meet]:
    """Two who are in a situation: `meet(matched)`."""
    met: list[Two] = []

    def meet_one(prepare: Prepare) -> Two:
        met.append(Two(stack, prepare))
        return met[-1]

    yield meet_one
    for two in met:
        two.leave()


def in_situations(rows: dict[str, Any]) -> dict[Prepare, dict[str, Any]]:
    """The rows by the situation that they are tried in."""
    grouped: dict[Prepare, dict[str, Any]] = {}
    for name, row in rows.items():
        grouped.setdefault(row.prepare, {})[name] = row
    return grouped


def of_kind(rows: dict[str, Row], kind: type[Any]) -> dict[str, Any]:
    return {name: row for name, row in rows.items() if isinstance(row, kind)}


def test_no_surface_is_without_a_row() -> None:
    assert {f"{method} {path}" for path, method in ENDPOINTS} - ROUTES.keys() == set()
    assert set(socket.ACTIONS) - ACTIONS.keys() == set()
    assert set(socket.EVENTS) - EVENTS.keys() == set()


def test_no_row_is_without_a_surface() -> None:
    assert ROUTES.keys() - {f"{method} {path}" for path, method in ENDPOINTS} == set()
    assert ACTIONS.keys() - set(socket.ACTIONS) == set()
    assert EVENTS.keys() - set(socket.EVENTS) == set()


@pytest.mark.parametrize("name", CONTROLLED)
def test_a_row_would_notice_somebody_who_is_there(name: str, meet: Meet) -> None:
    row = CONTROLLED[name]
    two = meet(row.prepare)

    match row:
        case Asked():
            assert row.ask(two, two.nobody_id) != row.ask(two, two.bob.user_id)
        case Listed():
            assert row.sees(two)
        case Told():
            his = two.bob.socket()
            row.cause(two)
            assert name in his.heard()


@pytest.mark.parametrize("between", BETWEEN)
def test_who_is_out_of_reach_is_on_every_surface_as_if_there_were_nobody(
    between: str, meet: Meet
) -> None:
    differing = dict[str, Any]()
    for prepare, rows in in_situations(
        of_kind(SURFACES, Asked) | of_kind(SURFACES, Listed)
    ).items():
        two = meet(prepare)
        BETWEEN[between](two)
        for name, row in rows.items():
            if isinstance(row, Listed):
                seen, unseen = row.sees(two) or None, None
            else:
                seen, unseen = row.ask(two, two.bob.user_id), row.ask(two, two.nobody_id)
            if seen != unseen:
                differing[name] = seen, unseen

    assert differing == {}


@pytest.mark.parametrize("between", BETWEEN)
def test_nobody_hears_of_what_is_tried_from_out_of_reach(between: str, meet: Meet) -> None:
    heard = dict[str, Any]()
    for prepare, rows in in_situations(of_kind(EVENTS, Told)).items():
        two = meet(prepare)
        his = two.bob.socket()
        BETWEEN[between](two)
        his.forget_events()
        for name, row in rows.items():
            row.cause(two)
            if his.heard():
                heard[name] = his.heard()
                his.forget_events()

    assert heard == {}


@pytest.mark.parametrize("between", BETWEEN)
@pytest.mark.parametrize("name", LATE)
def test_what_was_under_way_when_they_parted_is_not_told_any_more(
    name: str, between: str, meet: Meet
) -> None:
    row = LATE[name]
    two = meet(row.prepare)
    hers, his = two.alice.socket(), two.bob.socket()
    his.forget_events()

    row.cause(two)
    BETWEEN[between](two)

    assert name not in his.heard()
    assert name not in hers.heard()


@pytest.mark.parametrize("between", BETWEEN)
def test_the_end_of_typing_is_not_told_across_either(between: str, meet: Meet) -> None:
    two = meet(matched)
    EVENTS["typing.updated"].cause(two)  # type: ignore[union-attr]
    his = two.bob.socket()
    BETWEEN[between](two)
    his.forget_events()

    two.socket.close()

    assert his.heard() == []


def test_a_suspended_member_gets_in_at_no_door(alice: Member) -> None:
    suspend(alice)

    refused = {
        f"{method} {path}": alice.http.request(
            method, path.replace("{", "").replace("}", ""), headers=alice.headers()
        ).status_code
        for (path, method), endpoint in ENDPOINTS.items()
        if endpoint.access is not Permission.PUBLIC
    }

    assert len(refused) > 20
    assert set(refused.values()) == {401}


def test_a_socket_that_outlives_a_suspension_reaches_and_sees_nobody(meet: Meet) -> None:
    two = meet(matched)
    his = two.bob.socket()
    suspend(two.alice)

    asked = {name: row.ask(two, two.bob.user_id) for name, row in of_kind(ACTIONS, Asked).items()}
    listed = {name: row.sees(two) for name, row in of_kind(ACTIONS, Listed).items()}

    said = asked | listed
    assert {name: answer["code"] for name, answer in said.items()} == dict.fromkeys(
        said, "not_found"
    )
    assert his.events("message.created") == his.events("typing.updated") == []


def test_every_socket_of_a_suspended_member_is_closed_at_once(meet: Meet) -> None:
    two = meet(matched)
    elsewhere, his = two.alice.sign_in().socket(), two.bob.socket()

    suspend(two.alice)
    two.stack.settle()

    assert (two.socket.is_closed(), elsewhere.is_closed()) == (True, True)
    assert not his.is_closed()
    assert realtime.connections_of(two.alice.user_id) == []


def test_a_suspension_that_is_told_late_closes_nothing_of_who_came_back(meet: Meet) -> None:
    two = meet(matched)
    told = MemberSuspended(user_id=two.alice.user_id)

    report = deliver(two.stack, "accounts-close-sockets", told, told)

    assert report == {"batchItemFailures": []}
    assert not two.socket.is_closed()


def test_a_suspension_that_is_told_again_finds_nothing_left_to_close(meet: Meet) -> None:
    two = meet(matched)
    suspend(two.alice)
    two.stack.settle()
    told = MemberSuspended(user_id=two.alice.user_id)

    report = deliver(two.stack, "accounts-close-sockets", told)

    assert report == {"batchItemFailures": []}
    assert two.socket.is_closed()
