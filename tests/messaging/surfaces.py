"""Every door into one conversation, so that none is forgotten when who may enter changes."""

from typing import Any

import httpx

from chalicelib.core import ids
from tests.people import Member, Socket, draft, refusal

CLIENT_ID = "the-same-for-all"


def not_there(member: Member) -> str:
    """A conversation that the member could have, and has not."""
    return f"cnv_{ids.pair_of(member.user_id, ids.new('usr'))}"


def message_in(conversation: str, seq: int = 1) -> str:
    """The id that a message of this conversation has, or would have."""
    return f"msg_{conversation.removeprefix('cnv_')}_{seq:08x}"


def over_http(member: Member, conversation: str) -> dict[str, httpx.Response]:
    """What each route says."""
    path = f"/v1/conversations/{conversation}"
    return {
        "show": member.get(path),
        "history": member.get(f"{path}/messages"),
        "history since": member.get(f"{path}/messages", since=0),
        "quote": member.get(f"{path}/quote"),
        "send": member.post(f"{path}/messages", draft(client_id=CLIENT_ID)),
        "send again": member.post(f"{path}/messages", draft(client_id="message-of-before")),
        "delete": member.delete(f"/v1/messages/{message_in(conversation)}"),
    }


def over_the_socket(socket: Socket, conversation: str) -> dict[str, dict[str, Any]]:
    """What each action says."""
    place = {"conversation_id": conversation}
    return {
        "message.send": socket.ask("message.send", draft(client_id=CLIENT_ID) | place),
        "message.delivered": socket.ask("message.delivered", place | {"seq": 1}),
        "message.read": socket.ask("message.read", place | {"seq": 1}),
        "message.read privately": socket.ask("message.read", place | {"seq": 1, "private": True}),
        "message.delete": socket.ask("message.delete", {"message_id": message_in(conversation)}),
        "typing.start": socket.ask("typing.start", place),
        "typing.stop": socket.ask("typing.stop", place),
    }


def answers(member: Member, socket: Socket, conversation: str) -> dict[str, Any]:
    """Everything that can be told from outside, but for which request it answers."""
    http = over_http(member, conversation)
    said: dict[str, Any] = {
        name: (answer.status_code, _headers(answer), refusal(answer.json()))
        for name, answer in http.items()
    }
    for name, reply in over_the_socket(socket, conversation).items():
        assert "error" in reply, (name, reply)
        said[name] = refusal(reply["error"])
    return said


def is_not_found(answer: Any) -> bool:
    """Whether this is a plain `not_found`."""
    problem = answer[2] if isinstance(answer, tuple) else answer
    return bool(problem["code"] == "not_found" and problem["status"] == 404)


def _headers(answer: httpx.Response) -> dict[str, str]:
    varying = {"x-request-id", "date", "x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id"}
    return {name: value for name, value in answer.headers.items() if name not in varying}
