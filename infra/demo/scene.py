"""What the chapters share: the stack, the people, and how far they have come."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from infra.demo.devices import Device, Town
from infra.demo.process import StackProcess
from infra.demo.telling import Teller
from infra.demo.wires import Wire

_numbers = count(1)


@dataclass
class Pair:
    """Two members who matched, each with a socket open."""

    one: Device
    other: Device
    conversation_id: str
    one_wire: Wire
    other_wire: Wire

    @property
    def path(self) -> str:
        """Their conversation's address."""
        return f"/v1/conversations/{self.conversation_id}"

    def draft(self, body: str, quoted_credits: int = 0) -> dict[str, Any]:
        """A message to send over a socket, with an id of its own."""
        return {
            "conversation_id": self.conversation_id,
            "client_message_id": f"message-{next(_numbers)}",
            "body": body,
            "quoted_credits": quoted_credits,
        }

    def close(self) -> None:
        """Both leave."""
        self.one_wire.close()
        self.other_wire.close()


@dataclass
class Scene:
    """Where the story is played."""

    stack: StackProcess
    town: Town
    tell: Teller
    pairs: list[Pair] = field(default_factory=list)
    neighbours: dict[str, Device] = field(default_factory=dict)
    """Those who live in one town, by name."""

    @property
    def lovers(self) -> Pair:
        """Alice and Bob."""
        return self.pairs[0]

    def close(self) -> None:
        """Hang up."""
        for pair in self.pairs:
            pair.close()
        self.town.http.close()
