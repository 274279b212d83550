"""Deny by default: what does not say who may call it, and what it touches, cannot exist."""

from typing import Any

import pytest
from chalice.app import Chalice, CloudWatchEvent, SQSEvent

from chalicelib.core import http, socket
from chalicelib.core.access import Caller, Permission
from chalicelib.core.limits import Limit
from chalicelib.core.needs import NOTHING
from chalicelib.core.signature import Request
from infra.inventory import inventory


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> Chalice:
    """An app of nothing, with registries of its own."""
    monkeypatch.setattr(http, "ENDPOINTS", {})
    monkeypatch.setattr(socket, "ACTIONS", {})
    return Chalice(app_name="tiny")


def mount(app: Chalice, *apis: http.Api) -> None:
    http.mount(app, apis, authorizer=None)  # type: ignore[arg-type]


def test_an_app_with_a_route_that_goes_round_the_door_does_not_start(tiny: Chalice) -> None:
    tiny.route("/back-door")(dict)

    with pytest.raises(RuntimeError, match=r"without a declared permission.*GET /back-door"):
        mount(tiny)


def test_nor_does_one_with_a_second_method_at_a_declared_address(tiny: Chalice) -> None:
    api = http.Api("tiny", prefix="/v1/tiny")
    api.get(access=Permission.PUBLIC, needs=NOTHING)(lambda: None)
    tiny.route("/v1/tiny", methods=["DELETE"], name="back_door")(dict)

    with pytest.raises(RuntimeError, match="DELETE /v1/tiny"):
        mount(tiny, api)


def test_an_app_whose_routes_are_all_declared_starts(tiny: Chalice) -> None:
    api = http.Api("tiny", prefix="/v1/tiny")
    api.get(access=Permission.PUBLIC, needs=NOTHING)(lambda: None)

    mount(tiny, api)

    assert set(tiny.routes) == {"/v1/tiny"}


@pytest.mark.parametrize("missing", ["access", "needs"])
def test_a_route_says_who_may_call_it_and_what_it_needs(missing: str) -> None:
    declared: dict[str, Any] = {"access": Permission.PUBLIC, "needs": NOTHING}
    del declared[missing]

    with pytest.raises(TypeError, match=missing):
        http.Api("tiny", prefix="/v1/tiny").get(**declared)


@pytest.mark.parametrize("missing", ["access", "needs"])
def test_an_action_says_who_may_send_it_and_what_it_needs(missing: str) -> None:
    declared: dict[str, Any] = {"access": Permission.MEMBER, "needs": NOTHING}
    del declared[missing]

    with pytest.raises(TypeError, match=missing):
        socket.Actions("tiny").on("tiny.do", **declared)


def test_an_action_that_does_not_look_who_is_asking_cannot_ask_for_more_than_a_member() -> None:
    limit = Limit(knocks=1, seconds=1, by="account")
    actions = socket.Actions("tiny")

    def blind(request: Request) -> None: ...

    def seeing(caller: Caller) -> None: ...

    for declared in ({"access": Permission.AUDIT_READ}, {"access": "member", "limit": limit}):
        with pytest.raises(TypeError, match="without a Caller"):
            actions.on("tiny.do", needs=NOTHING, **declared)(blind)
        actions.on("tiny.do", needs=NOTHING, **declared)(seeing)


def test_a_handler_that_does_not_say_what_it_needs_is_not_deployed(tiny: Chalice) -> None:
    @tiny.schedule("rate(1 minute)")
    def undeclared(event: CloudWatchEvent) -> None: ...

    with pytest.raises(LookupError, match="undeclared does not say what it needs"):
        inventory(tiny)


def test_a_queue_that_no_reaction_reads_is_not_deployed(tiny: Chalice) -> None:
    @tiny.on_sqs_message(queue_arn="arn:ref:TinyQueue")
    def unheard(event: SQSEvent) -> None: ...

    with pytest.raises(KeyError, match="tiny"):
        inventory(tiny)


def test_a_view_whose_parameters_have_no_types_is_refused() -> None:
    def untyped(thing) -> None: ...  # type: ignore[no-untyped-def]

    with pytest.raises(KeyError, match="thing"):
        http.Api("tiny", prefix="/v1/tiny").get(access=Permission.PUBLIC, needs=NOTHING)(untyped)
