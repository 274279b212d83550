"""Members in a stack of this process, which stands still until it is told to settle."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from infra.demo.devices import Device, Town
from infra.demo.wires import Wire
from infra.local.stack import Stack

FREE_MESSAGES = 3


@dataclass(frozen=True)
class World:
    """A stack and the one door that all members use."""

    stack: Stack
    town: Town

    def join(self, name: str) -> Device:
        """A member with the sign-up credits."""
        device = self.town.join(name)
        self.stack.settle()
        return device

    def sign_in(self, name: str) -> Device:
        """The same member on another device."""
        return self.town.sign_in(name)

    def connect(self, device: Device) -> Wire:
        """Open a socket."""
        wire = Wire(device.owner, device.post("/v1/realtime/tickets")["url"])
        self.stack.settle()
        return wire

    def match(self, one: Device, other: Device) -> str:
        """Let two like each other; their conversation's id."""
        one.post("/v1/likes", {"user_id": other.user_id})
        conversation_id: str = other.post("/v1/likes", {"user_id": one.user_id})["conversation_id"]
        self.stack.settle()
        return conversation_id


@contextmanager
def world_of(stack: Stack) -> Iterator[World]:
    """The world on a stack."""
    with httpx.Client(base_url=stack.addresses.base_url, timeout=60) as http:
        yield World(stack, Town(http))


def draft(conversation_id: str, number: int, *, credits: int) -> dict[str, object]:
    """A message to send over a socket, of the length that budgets assume."""
    return {
        "conversation_id": conversation_id,
        "client_message_id": f"message-{number:08}",
        "body": "a" * 400,
        "quoted_credits": credits,
    }
