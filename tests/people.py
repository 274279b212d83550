"""People in tests: members who use Pairly as an app would, over HTTP and over sockets."""

import itertools
import json
import re
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from chalicelib.core.access import Role
from infra.local.stack import Stack

T = TypeVar("T")

PASSWORD = "correct horse battery"
ANSWER_SECONDS = 20
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Given to every client, since each would otherwise read the world's certificates, for 20 ms."""
_numbers = itertools.count(1)


class Socket:
    """One open socket. Frames are kept in the order in which they came."""

    def __init__(self, stack: Stack, url: str) -> None:
        self._stack = stack
        self._open = connect(url, max_queue=None, open_timeout=ANSWER_SECONDS)
        self.wire: ClientConnection = self._open.__enter__()
        self._refs = itertools.count(1)
        self._frames: list[dict[str, Any]] = []
        stack.settle()

    def ask(self, action: str, data: Any = None) -> dict[str, Any]:
        """Send an action and wait for its reply: `{"ref", "data"}` or `{"ref", "error"}`."""
        ref = f"r{next(self._refs)}"
        self.wire.send(json.dumps({"action": action, "ref": ref, "data": data or {}}))
        return self.reply_to(ref)

    def do(self, action: str, data: Any = None) -> dict[str, Any]:
        """The same, for what must succeed: the reply's data."""
        reply = self.ask(action, data)
        assert "error" not in reply, reply
        answer: dict[str, Any] = reply["data"]
        return answer

    def raw(self, text: str | bytes | list[str]) -> dict[str, Any]:
        """Send any frame at all and return the next frame that is not an event."""
        self.wire.send(text)
        return self._next(lambda frame: "event" not in frame)

    def reply_to(self, ref: str) -> dict[str, Any]:
        """The reply with this `ref`; events that come before it are kept."""
        return self._next(lambda frame: frame.get("ref") == ref and "event" not in frame)

    def events(self, name: str | None = None) -> list[dict[str, Any]]:
        """The data of every event so far, once all that is due was worked off."""
        self._stack.settle()
        self._receive_all()
        frames = [frame for frame in self._frames if "event" in frame]
        return [frame["data"] for frame in frames if name in (None, frame["event"])]

    def heard(self) -> list[str]:
        """The names of every event so far, in their order."""
        self.events()
        return [frame["event"] for frame in self._frames if "event" in frame]

    def forget_events(self) -> None:
        """Start anew."""
        self.events()
        self._frames.clear()

    def is_closed(self) -> bool:
        """Whether the other end has closed it; otherwise it still answers."""
        try:
            pong = self.wire.ping()
        except ConnectionClosed:
            return True
        return not pong.wait(ANSWER_SECONDS) or self.wire.close_code is not None

    def close(self) -> None:
        """Leave, as a client does."""
        self._open.__exit__(None, None, None)

    def _next(self, wanted: Any) -> dict[str, Any]:
        while True:
            frame: dict[str, Any] = json.loads(self.wire.recv(timeout=ANSWER_SECONDS))
            if wanted(frame):
                return frame
            self._frames.append(frame)

    def _receive_all(self) -> None:
        """Frames keep their order, so whatever was sent before the pong has come with it.

        What a socket heard before the other end closed it is still there.
        """
        with suppress(ConnectionClosed):
            pong: threading.Event = self.wire.ping()
            assert pong.wait(ANSWER_SECONDS)
        while True:
            try:
                self._frames.append(json.loads(self.wire.recv(timeout=0)))
            except (TimeoutError, ConnectionClosed):
                return


@dataclass
class Member:
    """Somebody with an account, signed in on one device."""

    stack: Stack
    name: str
    email: str
    user_id: str
    session_id: str
    access_token: str
    refresh_token: str
    http: httpx.Client
    sockets: list[Socket] = field(default_factory=list)

    def get(self, path: str, **query: Any) -> httpx.Response:
        return self.http.get(path, params=query, headers=self.headers())

    def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(path, json=body, headers=self.headers() | sent)

    def put(self, path: str, body: Any) -> httpx.Response:
        return self.http.put(path, json=body, headers=self.headers())

    def patch(self, path: str, body: Any) -> httpx.Response:
        return self.http.patch(path, json=body, headers=self.headers())

    def delete(self, path: str) -> httpx.Response:
        return self.http.delete(path, headers=self.headers())

    def headers(self) -> dict[str, str]:
        """What an app sends with every request."""
        return {"Authorization": f"Bearer {self.access_token}"}

    def ticket(self) -> dict[str, Any]:
        """A ticket for a socket."""
        issued: dict[str, Any] = self.post("/v1/realtime/tickets").json()
        return issued

    def socket(self) -> Socket:
        """Open one more socket."""
        opened = Socket(self.stack, self.ticket()["url"])
        self.sockets.append(opened)
        return opened

    @property
    def credits(self) -> int:
        """What can be spent now."""
        available: int = self.get("/v1/wallet").json()["available_credits"]
        return available

    def sign_in(self) -> "Member":
        """The same member on another device."""
        answer = self.http.post("/v1/auth/login", json={"email": self.email, "password": PASSWORD})
        return member_of(self.stack, self.name, self.email, answer.json(), self.http)

    def come_back(self) -> None:
        """Sign in anew on this device, after a time in which every token ran out."""
        fresh = self.sign_in()
        self.session_id = fresh.session_id
        self.access_token, self.refresh_token = fresh.access_token, fresh.refresh_token

    def hang_up(self) -> None:
        """Close every socket."""
        for socket in self.sockets:
            socket.close()
        self.http.close()


def join(stack: Stack, name: str, **about: Any) -> Member:
    """Register, read the mail, verify, and receive the sign-up credits."""
    email = about.get("email") or f"{name}.{next(_numbers)}@example.com"
    http = client(stack)
    asked = http.post(
        "/v1/auth/register",
        json={
            "email": email,
            "password": about.get("password", PASSWORD),
            "birthdate": about.get("birthdate", "1995-05-05"),
        },
    )
    assert asked.status_code == 202, asked.text
    proof = {"registration_id": asked.json()["registration_id"], "code": mailed_code(stack, email)}
    answer = http.post("/v1/auth/verify-email", json=proof)
    assert answer.status_code == 201, answer.text
    stack.settle()
    return member_of(stack, name, email, answer.json(), http)


def member_of(
    stack: Stack, name: str, email: str, tokens: dict[str, Any], http: httpx.Client
) -> Member:
    """Somebody who holds these tokens."""
    return Member(
        stack,
        name,
        email,
        tokens["user_id"],
        tokens["session_id"],
        tokens["access_token"],
        tokens["refresh_token"],
        http,
    )


def client(stack: Stack) -> httpx.Client:
    """An app that is not signed in, at a loopback address of its own: limits count by address."""
    number = next(_numbers)
    address = f"127.{1 + (number >> 16 & 127)}.{number >> 8 & 255}.{1 + number % 254}"
    transport = httpx.HTTPTransport(local_address=address, verify=NO_TLS)
    return httpx.Client(base_url=stack.addresses.base_url, transport=transport, timeout=30)


def mails_to(stack: Stack, email: str) -> list[dict[str, Any]]:
    """The mails that an address received, newest first."""
    outbox = httpx.get(stack.addresses.base_url + "/_local/outbox", verify=NO_TLS).json()
    return [mail for mail in outbox if email in mail["to"]]


def mailed_code(stack: Stack, email: str) -> str:
    """The newest code that was mailed to an address."""
    found = re.search(r"\b(\d{6})\b", mails_to(stack, email)[0]["text"])
    assert found
    return found[1]


def appoint(member: Member, role: str) -> Member:
    """Give somebody a role, as operators do; signed in anew, since answers on tokens are kept."""
    from chalicelib.accounts import service  # it reads the environment when imported

    service.assign_role(member.email, Role(role))
    member.come_back()
    return member


def match(one: Member, other: Member) -> str:
    """Let two like each other; returns their conversation's id."""
    first = one.post("/v1/likes", {"user_id": other.user_id})
    assert first.status_code == 201, first.text
    second = other.post("/v1/likes", {"user_id": one.user_id})
    assert second.status_code == 201, second.text
    one.stack.settle()
    return str(second.json()["conversation_id"])


def draft(text: str = "hello", *, quoted: int = 0, client_id: str | None = None) -> dict[str, Any]:
    """A message to send, with an id of its own."""
    return {
        "client_message_id": client_id or f"message-{next(_numbers)}",
        "body": text,
        "quoted_credits": quoted,
    }


def say(member: Member, conversation_id: str, text: str = "hello", **about: Any) -> dict[str, Any]:
    """Send one message at its price; returns it."""
    quote = member.get(f"/v1/conversations/{conversation_id}/quote").json()
    wanted = draft(text, quoted=quote["credits"], **about)
    answer = member.post(f"/v1/conversations/{conversation_id}/messages", wanted)
    assert answer.status_code == 201, answer.text
    sent: dict[str, Any] = answer.json()
    return sent


def chat(*members: Member, conversation_id: str, messages: int) -> list[dict[str, Any]]:
    """Let these take turns for so many messages."""
    turns = itertools.islice(itertools.cycle(members), messages)
    return [say(member, conversation_id, f"message {n}") for n, member in enumerate(turns, 1)]


def refusal(problem: dict[str, Any]) -> dict[str, Any]:
    """What a refusal says, but for which request it answers."""
    return {name: said for name, said in problem.items() if name != "request_id"}


def at_once(*acts: Callable[[], T]) -> list[T]:
    """Do all of these at the same moment, each in a thread of its own; their answers, in order."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], T]) -> T:
        start.wait(ANSWER_SECONDS)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))
