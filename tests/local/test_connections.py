"""The management API, as an unmodified boto3 client uses it."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from websockets.exceptions import ConnectionClosed

from infra.local.stack import Stack
from infra.local.websockets import IDLE_SECONDS_MAX, MESSAGE_BYTES_MAX

from .conftest import OpenSocket
from .tiny import Tiny


@pytest.fixture(scope="module")
def api(shared: tuple[Stack, Tiny]) -> Any:
    endpoint = shared[0].addresses.connections
    return boto3.client("apigatewaymanagementapi", "us-east-1", endpoint_url=endpoint)


def test_a_post_arrives_as_a_frame(open_socket: OpenSocket, tiny: Tiny, api: Any) -> None:
    with open_socket() as socket:
        api.post_to_connection(ConnectionId=_id(tiny), Data="grüße".encode())

        assert socket.recv(timeout=5) == "grüße"


def test_an_unknown_connection_is_gone(api: Any) -> None:
    with pytest.raises(api.exceptions.GoneException):
        api.post_to_connection(ConnectionId="AbCdEfGhIjKlMnO=", Data=b"x")
    with pytest.raises(api.exceptions.GoneException):
        api.get_connection(ConnectionId="AbCdEfGhIjKlMnO=")
    with pytest.raises(api.exceptions.GoneException):
        api.delete_connection(ConnectionId="AbCdEfGhIjKlMnO=")


def test_a_left_connection_is_gone(open_socket: OpenSocket, tiny: Tiny, api: Any) -> None:
    with open_socket():
        connection_id = _id(tiny)

    with pytest.raises(api.exceptions.GoneException):
        api.post_to_connection(ConnectionId=connection_id, Data=b"x")


def test_a_connection_that_is_still_opening_is_gone(
    open_socket: OpenSocket, tiny: Tiny, api: Any
) -> None:
    refused: list[bool] = []

    def post_too_early(event: dict[str, Any]) -> None:
        try:
            tiny.post(event["requestContext"]["connectionId"], "too early")
        except api.exceptions.ClientError as failure:
            refused.append(failure.response["Error"]["Code"] == "GoneException")

    tiny.behaviours["ws_connect"] = post_too_early
    with open_socket():
        assert refused == [True]


def test_a_message_has_at_most_128_kb(open_socket: OpenSocket, tiny: Tiny, api: Any) -> None:
    with open_socket() as socket:
        api.post_to_connection(ConnectionId=_id(tiny), Data=b"x" * MESSAGE_BYTES_MAX)
        assert len(socket.recv(timeout=5)) == MESSAGE_BYTES_MAX

        with pytest.raises(api.exceptions.PayloadTooLargeException):
            api.post_to_connection(ConnectionId=_id(tiny), Data=b"x" * (MESSAGE_BYTES_MAX + 1))


def test_a_connection_can_be_described(
    open_socket: OpenSocket, tiny: Tiny, api: Any, running: Stack
) -> None:
    with open_socket() as socket:
        connected_at = running.clock()
        running.clock.advance(60)
        socket.send("hello")
        socket.recv(timeout=5)

        described = api.get_connection(ConnectionId=_id(tiny))

    assert described["Identity"]["SourceIp"] == "127.0.0.1"
    assert _near(described["ConnectedAt"], connected_at)
    assert _near(described["LastActiveAt"], connected_at + 60)


def test_deleting_closes_the_socket_and_tells_the_app(
    open_socket: OpenSocket, tiny: Tiny, api: Any
) -> None:
    with open_socket() as socket:
        api.delete_connection(ConnectionId=_id(tiny))
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=5)
        with pytest.raises(api.exceptions.GoneException):
            api.get_connection(ConnectionId=_id(tiny))

    assert len(tiny.given["ws_disconnect"]) == 1


def test_pushing_keeps_a_connection_from_being_idle(
    open_socket: OpenSocket, tiny: Tiny, api: Any, running: Stack
) -> None:
    with open_socket():
        running.clock.advance(IDLE_SECONDS_MAX - 1)
        api.post_to_connection(ConnectionId=_id(tiny), Data=b"x")
        running.clock.advance(IDLE_SECONDS_MAX - 1)
        running.settle()

        assert "ws_disconnect" not in tiny.given


def _id(tiny: Tiny) -> str:
    connection_id: str = tiny.given["ws_connect"][0]["requestContext"]["connectionId"]
    return connection_id


def _near(at: datetime, seconds: float) -> bool:
    return abs((at - datetime.fromtimestamp(seconds, UTC)).total_seconds()) < 0.01
