"""What is deployed: one function for each door, each by a name of its own, none left out."""

from collections import Counter
from http import HTTPStatus

import app
from chalicelib import reactions
from chalicelib.core.access import Permission
from chalicelib.core.changes import MEANINGS
from chalicelib.core.db import KINDS
from chalicelib.core.http import ENDPOINTS
from chalicelib.core.socket import ACTIONS
from chalicelib.core.tables import TOUCHED, Touches
from infra.functions import Function, QueueSource, Route, RouteKey, StreamSource
from infra.inventory import inventory

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


def test_every_table_that_a_door_says_it_touches_exists() -> None:
    said: dict[str, Touches] = {function.name: function.tables for function in FUNCTIONS}
    said |= {f"{path} {method}": each.tables for (path, method), each in ENDPOINTS.items()}
    said |= {name: action.tables for name, action in ACTIONS.items()}
    said |= {name: reaction.tables for name, reaction in reactions.REACTIONS.items()}
    said |= TOUCHED

    unknown = {
        name: (tables.read | tables.written) - set(KINDS)
        for name, tables in said.items()
        if (tables.read | tables.written) - set(KINDS)
    }
    assert unknown == {}


def test_no_door_only_reads_and_writes_the_same_table_twice_over() -> None:
    assert [each.name for each in FUNCTIONS if each.tables.read & each.tables.written] == []


def test_every_table_is_touched_by_some_function() -> None:
    touched = {name for each in FUNCTIONS for name in each.tables.read | each.tables.written}

    assert set(KINDS) - touched == set()


def test_a_door_that_reads_only_is_the_only_kind_that_a_get_may_be() -> None:
    allowed = {"windows"}  # a GET may be counted against its limit, and writes nothing else
    writing = {
        path: endpoint.tables.written - allowed
        for (path, method), endpoint in ENDPOINTS.items()
        if method == "GET" and endpoint.tables.written - allowed
    }
    assert writing == {}


def test_a_door_that_answers_nothing_says_so_by_its_status() -> None:
    for (path, method), endpoint in ENDPOINTS.items():
        nothing = endpoint.signature.returns is type(None)
        assert nothing is (endpoint.status == HTTPStatus.NO_CONTENT), (method, path)
