"""Frames: each gets its reply or the documented close, whatever a client may send."""

import json
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosedError
from websockets.frames import CloseCode

from chalicelib.core.settings import settings
from infra.local.stack import Stack
from tests import tables
from tests.outages import at_the_wire, refusing
from tests.people import Member, Socket
from tests.problems import shaped


@pytest.fixture(scope="module")
def phone(stack: Stack) -> Any:
    """One socket for all frames here: none of them may break it."""
    from tests import people

    member = people.join(stack, "framer")
    yield member.socket()
    member.hang_up()


def refused(reply: dict[str, Any]) -> tuple[int, str]:
    said = shaped(reply["error"])
    assert set(reply) == {"ref", "error"}
    return said["status"], said["code"]


def test_a_reply_carries_the_reference_of_its_frame(phone: Socket) -> None:
    for ref in ("1", "ä", "x" * 256, ""):
        reply = phone.raw(json.dumps({"action": "sync", "ref": ref}))
        assert reply["ref"] == ref
        assert set(reply) == {"ref", "data"}


def test_a_frame_without_a_reference_is_answered_without_one(phone: Socket) -> None:
    assert phone.raw('{"action": "sync"}')["ref"] is None
    assert phone.raw('{"action": "sync", "ref": null}')["ref"] is None


def test_an_answer_to_each_of_many_frames_comes_by_its_reference(phone: Socket) -> None:
    refs = [f"many-{number}" for number in range(10)]
    for ref in refs:
        phone.wire.send(json.dumps({"action": "sync", "ref": ref}))

    replies = [phone.raw(json.dumps({"action": "sync", "ref": "last"}))]
    while len(replies) < len(refs) + 1:
        replies.append(json.loads(phone.wire.recv(timeout=20)))

    assert sorted(each["ref"] for each in replies) == sorted([*refs, "last"])


@pytest.mark.parametrize("action", ["nothing", "", "$connect", "$disconnect", "$default", "Sync"])
def test_an_unknown_action_is_answered_as_such(stack: Stack, phone: Socket, action: str) -> None:
    before = tables.image(stack)

    reply = phone.raw(json.dumps({"action": action, "ref": "7"}))

    assert reply["ref"] == "7"
    assert refused(reply) == (404, "unknown_action")
    assert tables.changed(before, tables.image(stack)) == {}


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "",
        "{",
        '{"action": "sync"} {}',
        "\ufeff{}",
        '{"action": "\\ud800"}',
    ],
)
def test_a_frame_that_is_not_json_is_answered_as_malformed(phone: Socket, frame: str) -> None:
    reply = phone.raw(frame)

    assert reply["ref"] is None
    assert refused(reply) == (400, "malformed_json")


@pytest.mark.parametrize(
    ("frame", "at", "rule"),
    [
        ("[]", "$", "type"),
        ("null", "$", "type"),
        ("7", "$", "type"),
        ("{}", "$.action", "required"),
        ('{"ref": "5"}', "$.action", "required"),
        ('{"action": 5}', "$.action", "type"),
        ('{"action": null}', "$.action", "type"),
        ('{"action": "sy\\u0000nc"}', "$.action", "pattern"),
        ('{"action": "sync", "extra": 1}', "$.extra", "unknown_field"),
        ('{"action": "sync", "ref": 5}', "$.ref", "type"),
        ('{"action": "sync", "ref": {}}', "$.ref", "type"),
        ('{"action": "sync", "ref": "a\\nb"}', "$.ref", "pattern"),
        (json.dumps({"action": "sync", "ref": "x" * 257}), "$.ref", "length"),
        ('{"action": "sync", "data": []}', "$.data", "type"),
        ('{"action": "sync", "data": null}', "$.data", "type"),
        ('{"action": "sync", "data": {"x": 1}}', "$.data.x", "unknown_field"),
    ],
)
def test_a_frame_that_breaks_a_rule_is_told_where(
    phone: Socket, frame: str, at: str, rule: str
) -> None:
    reply = phone.raw(frame)

    assert refused(reply) == (422, "invalid_request")
    faults = [(each["at"], each["rule"]) for each in reply["error"]["errors"]]
    assert faults == [(at, rule)]


@pytest.mark.parametrize("depth", [1_000, 5_000])
def test_a_deeply_nested_frame_is_refused_and_never_crashes(phone: Socket, depth: int) -> None:
    nested = "[" * depth + "]" * depth

    reply = phone.raw(f'{{"action": "sync", "ref": "deep", "data": {nested}}}')

    assert refused(reply)[0] in (400, 422)


def test_the_largest_frame_is_read_and_a_larger_one_closes_the_socket(alice: Member) -> None:
    socket, limit = alice.socket(), settings().frame_bytes_max
    frame = json.dumps({"action": "sync", "ref": "big", "data": {"since": {}}})

    assert "data" in socket.raw(frame + " " * (limit - len(frame)))

    with pytest.raises(ConnectionClosedError) as closed:
        socket.raw(frame + " " * (limit - len(frame) + 1))
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == CloseCode.MESSAGE_TOO_BIG


def test_a_message_over_the_limit_in_several_frames_is_refused_by_us(alice: Member) -> None:
    socket, limit = alice.socket(), settings().frame_bytes_max

    reply = socket.raw(["x" * (limit // 2)] * 3)

    assert refused(reply) == (413, "payload_too_large")


def test_a_binary_frame_closes_the_socket(stack: Stack, alice: Member) -> None:
    socket, other = alice.socket(), alice.socket()

    with pytest.raises(ConnectionClosedError) as closed:
        socket.raw(b'{"action": "sync"}')

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == CloseCode.UNSUPPORTED_DATA
    assert not other.is_closed()


def test_a_fault_of_ours_is_told_as_nothing_and_the_socket_goes_on(alice: Member) -> None:
    socket = alice.socket()

    with at_the_wire("GetItem", refusing("ValidationException", message="secret")):
        reply = socket.ask("sync")

    assert refused(reply) == (500, "internal_error")
    assert "secret" not in json.dumps(reply)
    assert "data" in socket.ask("sync")


def test_a_socket_that_we_do_not_know_any_more_is_told_to_connect_again(
    stack: Stack, alice: Member
) -> None:
    from chalicelib.realtime import service

    socket = alice.socket()
    [hello] = socket.events("hello")
    service.disconnect(hello["connection_id"])

    assert refused(socket.ask("sync")) == (401, "not_connected")
    wanted = {"conversation_id": f"cnv_{'0' * 52}"}
    assert refused(socket.ask("typing.start", wanted)) == (401, "not_connected")
