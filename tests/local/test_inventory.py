"""app.py, read into a list of functions."""

import pytest
from chalice.app import Chalice

import app
from chalicelib.core.access import Permission
from chalicelib.core.needs import Need
from infra.functions import (
    CONNECT,
    DEFAULT,
    DISCONNECT,
    Function,
    QueueSource,
    Route,
    RouteKey,
    StreamSource,
    Token,
)
from infra.inventory import VISIBILITY_FACTOR, inventory


@pytest.fixture(scope="module")
def functions() -> dict[str, Function]:
    listed = inventory(app.app)
    named = {function.name: function for function in listed}
    assert len(named) == len(listed), "two functions have the same name"
    return named


def test_a_route_knows_its_access_tables_and_authorizer(functions: dict[str, Function]) -> None:
    found = [each for each in functions.values() if each.trigger == ROUTE]

    (wallet,) = found
    assert (wallet.kind, wallet.feature, wallet.access) == ("rest", "wallet", Permission.MEMBER)
    assert list(wallet.needs) == [Need("dynamodb:GetItem", "table/wallets")]


def test_a_public_route_has_no_authorizer(functions: dict[str, Function]) -> None:
    public = [each for each in functions.values() if each.access is Permission.PUBLIC]

    assert public
    assert all(isinstance(each.trigger, Route) for each in public)
    assert {each.trigger.authorizer for each in public if isinstance(each.trigger, Route)} == {None}


def test_every_socket_action_is_a_function_of_the_default_handler(
    functions: dict[str, Function],
) -> None:
    keys = {
        each.trigger.key: each.handler
        for each in functions.values()
        if isinstance(each.trigger, RouteKey)
    }

    assert {CONNECT, DISCONNECT, DEFAULT, "message.send"} <= set(keys)
    assert keys["message.send"] == keys[DEFAULT]
    assert functions["messaging-socket-message-send"].feature == "messaging"


def test_queues_and_streams_are_known_by_their_short_names(
    functions: dict[str, Function],
) -> None:
    inbox = functions["messaging-inbox"]
    assert inbox.trigger == QueueSource("messaging-inbox", 10, VISIBILITY_FACTOR * 30)

    stream = functions["messaging-stream-messages"]
    assert isinstance(stream.trigger, StreamSource)
    assert (stream.feature, stream.trigger.table) == ("messaging", "messages")


def test_the_authorizer_says_how_long_its_verdict_is_kept(functions: dict[str, Function]) -> None:
    assert functions["accounts-authorizer"].trigger == Token(60)


def test_every_handler_is_one_that_chalice_knows(functions: dict[str, Function]) -> None:
    events = [each for each in functions.values() if each.kind != "rest"]

    assert {each.handler for each in events} <= set(app.app.handler_map)


def test_a_trigger_nobody_can_serve_stops_the_build() -> None:
    other = Chalice("other")
    other.on_sns_message(topic="photos")(lambda _: None)

    with pytest.raises(TypeError, match="not a trigger we know"):
        inventory(other)


ROUTE = Route("GET", "/v1/wallet", "authorizer")
