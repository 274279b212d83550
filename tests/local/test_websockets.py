"""What API Gateway does around a WebSocket function."""

import json
import socket as socket_module
import threading
from urllib.parse import urlsplit

import pytest
from chalice.app import Response
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from infra.local.stack import Stack
from infra.local.websockets import (
    FRAME_BYTES_MAX,
    IDLE_SECONDS_MAX,
    LIFETIME_SECONDS_MAX,
    MESSAGE_BYTES_MAX,
)

from .conftest import OpenSocket
from .tiny import Tiny


def test_connecting_tells_the_query_and_who_it_is(open_socket: OpenSocket, tiny: Tiny) -> None:
    with open_socket("?ticket=t1&ticket=t2&x=%20"):
        (event,) = tiny.given["ws_connect"]

    context = event["requestContext"]
    assert event["queryStringParameters"] == {"ticket": "t2", "x": " "}
    assert event["multiValueQueryStringParameters"] == {"ticket": ["t1", "t2"], "x": [" "]}
    assert (context["routeKey"], context["eventType"]) == ("$connect", "CONNECT")
    assert context["identity"]["sourceIp"] == "127.0.0.1"
    assert context["connectionId"]
    assert context["connectedAt"] == context["requestTimeEpoch"]


def test_a_handler_can_refuse_the_upgrade(open_socket: OpenSocket, tiny: Tiny) -> None:
    tiny.behaviours["ws_connect"] = lambda _: Response("no ticket", status_code=401)

    with pytest.raises(InvalidStatus) as refusal, open_socket():
        pass

    assert refusal.value.response.status_code == 401
    assert refusal.value.response.body == b"no ticket"
    assert "ws_disconnect" not in tiny.given


def test_a_broken_connect_handler_refuses_with_500(open_socket: OpenSocket, tiny: Tiny) -> None:
    tiny.behaviours["ws_connect"] = lambda _: 1 / 0

    with pytest.raises(InvalidStatus) as refusal, open_socket():
        pass

    assert refusal.value.response.status_code == 500


def test_the_action_in_the_body_selects_the_route(open_socket: OpenSocket) -> None:
    with open_socket() as socket:
        assert _route(socket, '{"action": "echo"}') == "echo"
        assert _route(socket, '{"action": "unheard of"}') == "$default"
        assert _route(socket, '{"action": 7}') == "$default"
        assert _route(socket, '{"no": "action"}') == "$default"
        assert _route(socket, "[]") == "$default"
        assert _route(socket, "not json") == "$default"


def test_a_message_keeps_its_connection_and_has_an_id_of_its_own(
    open_socket: OpenSocket, tiny: Tiny
) -> None:
    with open_socket() as socket:
        _route(socket, "one")
        _route(socket, "two")

    contexts = [event["requestContext"] for event in tiny.given["ws_message"]]
    (connected,) = tiny.given["ws_connect"]
    ids = {context["connectionId"] for context in contexts}
    assert ids == {connected["requestContext"]["connectionId"]}
    assert len({context["requestId"] for context in contexts}) == 2
    assert [event["body"] for event in tiny.given["ws_message"]] == ["one", "two"]


def test_what_a_handler_returns_reaches_nobody(open_socket: OpenSocket, tiny: Tiny) -> None:
    tiny.behaviours["ws_message"] = lambda event: (
        {"statusCode": 200, "body": "unheard"} if event["body"] == "quiet" else None
    )

    with open_socket() as socket:
        socket.send("quiet")
        assert _route(socket, "loud") == "$default"


@pytest.mark.parametrize("failure", [lambda _: 1 / 0, lambda _: {"statusCode": 500}])
def test_a_failed_handler_is_told_as_aws_tells_it(
    open_socket: OpenSocket, tiny: Tiny, failure: object
) -> None:
    tiny.behaviours["ws_message"] = failure  # type: ignore[assignment]

    with open_socket() as socket:
        socket.send('{"action": "echo"}')
        told = json.loads(socket.recv(timeout=5))

    context = tiny.given["ws_message"][0]["requestContext"]
    assert told == {
        "message": "Internal server error",
        "connectionId": context["connectionId"],
        "requestId": context["requestId"],
    }


def test_messages_of_one_connection_are_handled_at_the_same_time(
    open_socket: OpenSocket, tiny: Tiny
) -> None:
    together = threading.Barrier(2, timeout=5)
    tiny.behaviours["ws_message"] = lambda _: together.wait() and None

    with open_socket() as socket:
        socket.send("one")
        socket.send("two")
        socket.recv(timeout=5)


def test_leaving_is_told_with_its_code_and_reason(open_socket: OpenSocket, tiny: Tiny) -> None:
    with open_socket() as socket:
        socket.close(4001, "good bye")

    (event,) = tiny.given["ws_disconnect"]
    context = event["requestContext"]
    assert (context["routeKey"], context["eventType"]) == ("$disconnect", "DISCONNECT")
    assert (context["disconnectStatusCode"], context["disconnectReason"]) == (4001, "good bye")


def test_a_lost_connection_is_told_too(open_socket: OpenSocket, tiny: Tiny, running: Stack) -> None:
    with open_socket() as socket:
        socket.socket.close()
        running.settle()

    assert len(tiny.given["ws_disconnect"]) == 1


def test_whoever_leaves_while_connecting_is_told_as_leaving(tiny: Tiny, running: Stack) -> None:
    where = urlsplit(running.addresses.websocket_url)
    hasty = socket_module.create_connection((where.hostname, where.port))

    def leave(_: object) -> None:
        hasty.close()
        running.server.catch_up()

    tiny.behaviours["ws_connect"] = leave
    hasty.sendall(
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    running.settle()

    assert len(tiny.given["ws_connect"]) == len(tiny.given["ws_disconnect"]) == 1


def test_a_frame_over_32_kb_closes_the_connection(open_socket: OpenSocket, tiny: Tiny) -> None:
    assert _closing_code(open_socket, "x" * (FRAME_BYTES_MAX + 1)) == 1009
    assert "ws_message" not in tiny.given


def test_a_message_over_128_kb_closes_the_connection_even_in_small_frames(
    open_socket: OpenSocket, tiny: Tiny
) -> None:
    part = "x" * FRAME_BYTES_MAX
    assert _closing_code(open_socket, [part] * 4 + ["x"]) == 1009
    assert "ws_message" not in tiny.given


def test_a_message_of_128_kb_in_four_frames_is_heard(open_socket: OpenSocket, tiny: Tiny) -> None:
    with open_socket() as socket:
        socket.send(["x" * FRAME_BYTES_MAX] * 4)
        socket.recv(timeout=5)

    assert len(tiny.given["ws_message"][0]["body"]) == MESSAGE_BYTES_MAX


def test_binary_frames_are_not_supported(open_socket: OpenSocket) -> None:
    assert _closing_code(open_socket, b"bytes") == 1003


def test_an_idle_connection_is_closed_after_ten_minutes(
    open_socket: OpenSocket, tiny: Tiny, running: Stack
) -> None:
    with open_socket() as socket:
        running.clock.advance(IDLE_SECONDS_MAX - 1)
        assert _route(socket, "still here") == "$default"

        running.clock.advance(IDLE_SECONDS_MAX - 1)
        running.settle()
        assert "ws_disconnect" not in tiny.given

        running.clock.advance(1)
        running.settle()
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1001
    told = tiny.given["ws_disconnect"][0]["requestContext"]
    assert told["disconnectStatusCode"] == 1001


def test_a_busy_connection_is_closed_after_two_hours(
    open_socket: OpenSocket, running: Stack
) -> None:
    with open_socket() as socket:
        for _ in range(LIFETIME_SECONDS_MAX // 500):
            running.clock.advance(500)
            running.settle()
            _route(socket, "busy")
        running.clock.advance(LIFETIME_SECONDS_MAX % 500)
        running.settle()
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=5)


def test_no_socket_is_opened_anywhere_else(open_socket: OpenSocket) -> None:
    with pytest.raises(InvalidStatus), open_socket("/elsewhere"):
        pass


def _route(socket: ClientConnection, text: str) -> str:
    socket.send(text)
    return str(json.loads(socket.recv(timeout=5))["route"])


def _closing_code(open_socket: OpenSocket, message: str | bytes | list[str]) -> int:
    with open_socket() as socket:
        socket.send(message)
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=5)
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code
