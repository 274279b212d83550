"""Every socket action is sent everything that can be wrong, and refuses it as documented."""

import json
from dataclasses import replace
from typing import Any

import pytest

import app  # noqa: F401  it includes the actions
from chalicelib.core.socket import ACTIONS, Action
from chalicelib.operations import refusals
from tests import tables
from tests.bad_input.knocking import Walk, foreign_for, judged
from tests.bad_input.values import bodies, fields
from tests.bad_input.world import EXAMPLES, Example, World
from tests.people import Socket
from tests.problems import shaped

every_action = pytest.mark.parametrize("name", sorted(ACTIONS))


def documented(action: Action) -> set[tuple[int, str]]:
    return {(int(each.status), each.code) for each in refusals.of_action(action)}


def sent(phone: Socket, name: str, text: str) -> dict[str, Any]:
    """The reply to a frame whose data is this text."""
    return phone.raw(f'{{"action": "{name}", "ref": "r", "data": {text}}}')


def problem(reply: dict[str, Any]) -> dict[str, Any]:
    assert "error" in reply, reply
    return shaped(reply["error"])


@every_action
def test_every_action_has_a_valid_example_with_a_value_for_each_field(
    world: World, name: str
) -> None:
    assert name in EXAMPLES, "register valid data for this action in EXAMPLES"

    example = EXAMPLES[name](world)

    struct = ACTIONS[name].signature.struct_type
    assert example.sent.keys() | example.spare.keys() == set(fields(struct) if struct else ())


@every_action
def test_a_valid_frame_is_accepted(world: World, phone: Socket, name: str) -> None:
    reply = phone.ask(name, EXAMPLES[name](world).sent)

    assert "data" in reply, reply


@every_action
def test_everything_wrong_is_refused_as_documented_and_writes_nothing(
    world: World, phone: Socket, name: str
) -> None:
    action, example = ACTIONS[name], EXAMPLES[name](world)
    struct = action.signature.struct_type
    assert struct is not None
    allowed, complaints = documented(action), []

    with Walk(world, action.limit) as walk:
        for each in bodies(struct, example.sent, example.spare):
            walk.step()
            reply = sent(phone, name, each.text or '"')
            accepted = f"{each.what}: accepted" if "error" not in reply else None
            placed = replace(each, at="$.data" + each.at.removeprefix("$"))
            complaints.append(accepted or judged(problem(reply), placed, allowed))

    assert [each for each in complaints if each] == []


@every_action
def test_what_is_another_members_is_as_if_it_were_not_there(
    world: World, phone: Socket, name: str
) -> None:
    action, example = ACTIONS[name], EXAMPLES[name](world)
    attempts = _foreign(action, example, world)
    before = tables.image(world.stack)

    said = [problem(sent(phone, name, text)) for text in attempts]

    assert tables.changed(before, tables.image(world.stack)) == {}
    assert {(each["status"], each["code"]) for each in said} <= {(404, "not_found")}
    assert {(each["status"], each["code"]) for each in said} <= documented(action)
    assert len({str(each | {"request_id": ""}) for each in said}) <= 1


@every_action
def test_a_socket_that_is_not_known_any_more_can_do_nothing(
    world: World, phone: Socket, name: str
) -> None:
    from chalicelib.realtime import service

    data = json.dumps(EXAMPLES[name](world).sent)
    service.disconnect(phone.events("hello")[0]["connection_id"])
    before = tables.image(world.stack)

    said = problem(sent(phone, name, data))

    assert (said["status"], said["code"]) == (401, "not_connected")
    assert (401, "not_connected") in documented(ACTIONS[name])
    assert tables.changed(before, tables.image(world.stack)) == {}


def test_sync_tells_nothing_of_what_is_not_the_callers(world: World, phone: Socket) -> None:
    told = phone.do("sync", {"since": {world.strangers: 0, world.conversation: 0}})

    assert world.conversation in str(told)
    assert world.strangers not in str(told)
    assert "a stranger's secret" not in str(told)


def _foreign(action: Action, example: Example, world: World) -> list[str]:
    struct = action.signature.struct_type
    return [
        json.dumps(example.sent | {field: theirs})
        for field, declared in (fields(struct) if struct else {}).items()
        for theirs in foreign_for(declared.type, world)
    ]
