"""What is deployed: one function for each door, each by a name of its own, none left out."""

from collections import Counter
from http import HTTPStatus
from typing import Any

import app
from chalicelib import reactions
from chalicelib.core.access import Permission
from chalicelib.core.changes import MEANINGS
from chalicelib.core.db import KINDS
from chalicelib.core.http import ENDPOINTS
from chalicelib.core.socket import ACTIONS
from chalicelib.wallet.models import Payee, Wallet
from infra.functions import NO_DOORS, Function, QueueSource, Route, RouteKey, StreamSource
from infra.inventory import inventory
from infra.local.lambdas import running

FUNCTIONS: list[Function] = inventory(app.app)


def twice(names: list[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def test_no_two_functions_share_a_name() -> None:
    assert twice([function.name for function in FUNCTIONS]) == []


def test_every_route_and_every_action_is_a_function_and_asks_for_its_permission() -> None:
    routes = {
        (function.trigger.path, function.trigger.method): function.access
        for function in FUNCTIONS
        if isinstance(function.trigger, Route)
    }
    keys = {
        function.trigger.key: function.access
        for function in FUNCTIONS
        if isinstance(function.trigger, RouteKey) and not function.trigger.key.startswith("$")
    }

    assert routes == {door: endpoint.access for door, endpoint in ENDPOINTS.items()}
    assert keys == {name: action.access for name, action in ACTIONS.items()}
    assert {*routes.values(), *keys.values()} <= set(Permission)


def test_a_route_that_is_not_public_stands_behind_the_authorizer_and_a_public_one_does_not() -> (
    None
):
    for function in FUNCTIONS:
        if isinstance(function.trigger, Route):
            guarded = function.trigger.authorizer is not None
            assert guarded is (function.access is not Permission.PUBLIC), function.name


def test_every_reaction_has_a_function_that_reads_its_queue() -> None:
    read = [each.trigger.queue for each in FUNCTIONS if isinstance(each.trigger, QueueSource)]

    assert twice(read) == []
    assert sorted(read) == sorted(reactions.REACTIONS)


def test_every_table_with_a_stream_is_read_and_means_something() -> None:
    streams = {name for name, kind in KINDS.items() if hasattr(kind.Meta, "stream_view_type")}
    read = [each.trigger.table for each in FUNCTIONS if isinstance(each.trigger, StreamSource)]

    assert sorted(read) == sorted(streams)
    assert set(MEANINGS) == {KINDS[name].Meta.table_name for name in streams}


def resources_of(functions: list[Function]) -> set[str]:
    return {need.resource for function in functions for need in function.needs}


def test_everything_that_a_function_says_it_needs_exists() -> None:
    tables = {f"table/{name}" for name in KINDS}
    indexes = {
        f"table/{name}/index/{index}" for name, kind in KINDS.items() for index in kind._indexes
    }
    queues = {f"queue/{name}" for name in reactions.REACTIONS}
    folders = ("", "/uploads", "/photos", "/evidence")
    objects = {f"bucket/photos{folder}" for folder in folders}
    others = {"secret/keyring", "mail", "sockets/POST", "sockets/DELETE", *objects}

    assert resources_of(FUNCTIONS) - tables - indexes - queues == others


def test_every_table_and_every_queue_is_needed_by_some_function() -> None:
    touched = {name for each in FUNCTIONS for name in each.needs.tables}
    sent = resources_of(FUNCTIONS)

    assert set(KINDS) - touched == set()
    assert {name for name in reactions.REACTIONS if f"queue/{name}" not in sent} == set()


def test_a_function_opens_the_doors_of_its_own_feature_only_or_describes_all() -> None:
    opened = {each.name: each.doors for each in FUNCTIONS if each.doors != each.feature}
    describing = {f"operations-{each}" for each in ("rest-document", "socket-document")}
    describing |= {"operations-page-for-people"}

    assert {name for name, doors in opened.items() if doors is None} == describing
    assert {doors for doors in opened.values() if doors is not None} == {NO_DOORS}
    assert all(each.doors for each in FUNCTIONS if each.kind == "rest" and each.name not in opened)


def test_a_door_that_reads_only_is_the_only_kind_that_a_get_may_be() -> None:
    allowed = {"windows"}  # a GET may be counted against its limit, and writes nothing else
    # but where it stands, who was shown, and that the member is here today
    keeping = {"/v1/discovery": {"searches", "places", "profiles"}}
    writing = {
        path: endpoint.needs.written - allowed
        for (path, method), endpoint in ENDPOINTS.items()
        if method == "GET" and endpoint.needs.written - allowed
    }
    assert writing == keeping


def test_a_door_that_answers_nothing_says_so_by_its_status() -> None:
    for (path, method), endpoint in ENDPOINTS.items():
        nothing = endpoint.signature.returns is type(None)
        assert nothing is (endpoint.status == HTTPStatus.NO_CONTENT), (method, path)


def test_no_function_may_read_a_whole_table() -> None:
    assert [each.name for each in FUNCTIONS for need in each.needs if "Scan" in need.action] == []


def test_a_call_that_a_function_did_not_declare_is_noted(overstepping: Any) -> None:
    (wallet,) = (each for each in FUNCTIONS if each.name == "wallet-show")

    token = running.set(wallet)
    Wallet.find("usr_nobody")
    Payee.find("usr_nobody")
    running.reset(token)

    assert [noted.partition(" on ")[0] for noted in overstepping.taken()] == [
        "wallet-show: dynamodb:GetItem"
    ]
