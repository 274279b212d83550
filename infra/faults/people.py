"""Members of a simulated world, who came in by the front door."""

import re
from dataclasses import dataclass
from typing import Any

from infra.faults.doors import Answer, Caller
from infra.faults.world import World

PASSWORD = "correct horse battery"


class Unprepared(Exception):
    """Something failed before the first fault was injected."""


@dataclass(frozen=True)
class Person:
    """Somebody, on one device and perhaps one open socket."""

    world: World
    name: str
    email: str
    user_id: str
    session_id: str
    refresh_token: str
    caller: Caller
    socket: str = ""

    def rest(self, method: str, resource: str, body: Any = None, **more: Any) -> Answer:
        """Ask over HTTP."""
        return self.world.doors.rest(method, resource, self.caller, body, **more)

    def act(self, action: str, data: Any, ref: str = "r") -> Answer:
        """Ask over the socket."""
        return self.world.doors.act(self.socket, action, data, ref=f"{ref}-{action}")

    def on_socket(self, connection_id: str) -> "Person":
        """The same member with a socket opened."""
        ticket = self.ticket()
        done(self.world.doors.connect(connection_id, ticket))
        self.world.backlog.settle()
        return Person(**{**vars(self), "socket": connection_id})

    def ticket(self) -> str:
        """A ticket for a socket."""
        issued = done(self.rest("POST", "/v1/realtime/tickets"))
        return str(issued.body["ticket"])


def done(answer: Answer) -> Answer:
    """The answer, if it is a good one."""
    if not answer.ok:
        raise Unprepared(f"{answer} {answer.body}")
    return answer


def stranger(world: World) -> Caller:
    """Somebody not signed in, at an address of their own."""
    world.people += 1
    return Caller(f"10.0.{world.people >> 8}.{world.people & 255}")


def join(world: World, name: str) -> Person:
    """Register, verify, and receive the sign-up credits."""
    caller = stranger(world)
    registration_id = asked_to_join(world, name, caller)
    proof = {"registration_id": registration_id, "code": mailed_code(world, name)}
    tokens = done(world.doors.rest("POST", "/v1/auth/verify-email", caller, proof)).body
    world.backlog.settle()
    return Person(
        world,
        name,
        address_of(name),
        tokens["user_id"],
        tokens["session_id"],
        tokens["refresh_token"],
        world.doors.authorized(tokens["access_token"], caller.address),
    )


def asked_to_join(world: World, name: str, caller: Caller) -> str:
    """Begin to join; returns the registration's id."""
    answer = done(world.doors.rest("POST", "/v1/auth/register", caller, application(name)))
    return str(answer.body["registration_id"])


def application(name: str) -> dict[str, str]:
    """What somebody sends to join."""
    return {"email": address_of(name), "password": PASSWORD, "birthdate": "1995-05-05"}


def address_of(name: str) -> str:
    """Somebody's email address."""
    return f"{name}@example.com"


def mailed_code(world: World, name: str) -> str:
    """The newest code that was mailed to somebody."""
    texts = [mail.text for mail in world.outside.mails if mail.to == address_of(name)]
    codes = [code for text in texts for code in re.findall(r"\b\d{6}\b", text)]
    if not codes:
        raise Unprepared(f"no code was mailed to {name}")
    return str(codes[-1])


def match(one: Person, other: Person) -> str:
    """Let two like each other; returns their conversation's id."""
    done(one.rest("POST", "/v1/likes", {"user_id": other.user_id}))
    answer = done(other.rest("POST", "/v1/likes", {"user_id": one.user_id}))
    one.world.backlog.settle()
    return str(answer.body["conversation_id"])


def draft(client_id: str, *, quoted: int = 0, body: str = "hello") -> dict[str, Any]:
    """A message to send."""
    return {"client_message_id": client_id, "body": body, "quoted_credits": quoted}


def post(sender: Person, conversation_id: str, sent: dict[str, Any]) -> Answer:
    """Send a message over HTTP."""
    resource = "/v1/conversations/{conversation_id}/messages"
    return sender.rest("POST", resource, sent, conversation_id=conversation_id)
