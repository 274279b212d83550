"""Every REST route is sent everything that can be wrong, and refuses it as documented."""

import json
from collections.abc import Callable
from typing import Any

import pytest

import app  # noqa: F401  it mounts the routes
from chalicelib.core.access import Permission
from chalicelib.core.http import ENDPOINTS, Endpoint
from chalicelib.core.settings import settings
from tests.bad_input.knocking import (
    Walk,
    bad_tokens,
    complaint,
    documented,
    foreign_for,
    knock,
    wrongs,
)
from tests.bad_input.values import fields
from tests.bad_input.world import EXAMPLES, Example, World
from tests.problems import code_of, told

DOORS = {f"{method} {path}": endpoint for (path, method), endpoint in ENDPOINTS.items()}


def doors(wanted: Callable[[Endpoint], Any] = lambda _: True) -> pytest.MarkDecorator:
    """Once for each route of this kind."""
    return pytest.mark.parametrize("door", [name for name in sorted(DOORS) if wanted(DOORS[name])])


@doors()
def test_every_route_has_a_valid_example_with_a_value_for_each_field(
    world: World, door: str
) -> None:
    endpoint = DOORS[door]
    assert door in EXAMPLES, "register a valid request for this route in EXAMPLES"

    example = EXAMPLES[door](world)

    struct = endpoint.signature.struct_type
    assert example.sent.keys() | example.spare.keys() == set(fields(struct) if struct else ())
    assert example.path.keys() == endpoint.signature.path.keys()


@doors()
def test_a_valid_request_is_accepted(world: World, door: str) -> None:
    endpoint = DOORS[door]

    answer = knock(world, endpoint, EXAMPLES[door](world))

    assert answer.status_code == endpoint.status, answer.text
    if door == "POST /v1/auth/logout":
        world.alice.come_back()


@doors()
def test_everything_wrong_is_refused_as_documented_and_writes_nothing(
    world: World, door: str
) -> None:
    endpoint, example = DOORS[door], EXAMPLES[door](world)
    allowed, complaints = documented(endpoint), []

    with Walk(world, endpoint.limit) as walk:
        for each, how in wrongs(endpoint, example):
            walk.step()
            complaints.append(complaint(knock(world, endpoint, example, **how), each, allowed))

    assert [each for each in complaints if each] == []


@doors(lambda endpoint: endpoint.takes_body)
def test_a_body_that_cannot_be_read_is_refused_as_documented(world: World, door: str) -> None:
    endpoint, example = DOORS[door], EXAMPLES[door](world)
    good = json.dumps(example.sent)
    large = good + " " * settings().body_bytes_max
    unreadable: list[tuple[str | bytes, dict[str, str], set[tuple[int, str]]]] = [
        (large, {}, {(413, "payload_too_large")}),
        (good, {"Content-Type": "text/plain"}, {(415, "unsupported_media_type")}),
        (good, {"Content-Type": "application/octet-stream"}, {(415, "unsupported_media_type")}),
        (b"\xff\xfe" + good.encode(), {}, {(400, "malformed_json")}),
        ("[" * 100_000, {}, {(400, "malformed_json"), (422, "invalid_request")}),
    ]

    with Walk(world, endpoint.limit) as walk:
        for text, headers, codes in unreadable:
            walk.step()
            got = code_of(knock(world, endpoint, example, text=text, headers=headers))
            assert got in codes & documented(endpoint)


@doors(lambda endpoint: endpoint.signature.request)
def test_a_key_of_idempotency_that_is_no_key_is_refused(world: World, door: str) -> None:
    endpoint, example = DOORS[door], EXAMPLES[door](world)

    with Walk(world, endpoint.limit) as walk:
        for key in ("short", "x" * 65, "with a space", "semi;colon"):
            walk.step()
            said = told(knock(world, endpoint, example, headers={"Idempotency-Key": key}))
            assert said["status"] == 422
            assert [each["at"] for each in said["errors"]] == ["header.Idempotency-Key"]


@doors(lambda endpoint: endpoint.access is not Permission.PUBLIC)
def test_nobody_gets_in_with_a_bad_token(world: World, door: str) -> None:
    endpoint, example = DOORS[door], EXAMPLES[door](world)
    assert (401, "not_signed_in") in documented(endpoint)

    with Walk(world, endpoint.limit):
        answers = {
            what: code_of(knock(world, endpoint, example, headers={"Authorization": token}))
            for what, token in bad_tokens(world).items()
        }

    assert answers == dict.fromkeys(answers, (401, "not_signed_in"))


@doors(lambda endpoint: endpoint.access not in {Permission.PUBLIC, Permission.MEMBER})
def test_a_member_without_the_permission_is_refused(world: World, door: str) -> None:
    endpoint, example = DOORS[door], EXAMPLES[door](world)
    assert (403, "not_allowed") in documented(endpoint)

    with Walk(world, endpoint.limit):
        answer = knock(world, endpoint, example, headers=world.alice.headers())

    assert code_of(answer) == (403, "not_allowed")


@doors()
def test_what_is_another_members_is_as_if_it_were_not_there(world: World, door: str) -> None:
    endpoint, example = DOORS[door], EXAMPLES[door](world)

    attempts = foreign(endpoint, example, world)

    with Walk(world, endpoint.limit):
        answers = [knock(world, endpoint, example, **how) for how in attempts]

    assert {answer.status_code for answer in answers} <= {example.foreign}
    if example.foreign >= 400:
        assert {code_of(answer) for answer in answers} <= documented(endpoint)
        # Nothing in the answers tells what exists for others from what does not exist.
        assert len({str(told(each) | {"request_id": ""}) for each in answers}) <= 1


def foreign(endpoint: Endpoint, example: Example, world: World) -> list[dict[str, Any]]:
    """How to send the valid example with each of its ids replaced by ids of others."""
    struct = endpoint.signature.struct_type if endpoint.takes_body else None
    in_path = [
        {"path": {name: theirs}}
        for name, kind in endpoint.signature.path.items()
        for theirs in foreign_for(kind, world)
    ]
    in_body = [
        {"text": json.dumps(example.sent | {name: theirs})}
        for name, field in (fields(struct) if struct else {}).items()
        for theirs in foreign_for(field.type, world)
    ]
    return [*in_path, *in_body]
