"""Faults by chance: rates drawn for a whole history, and what each request then meets."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from infra.faults.kinds import KINDS, Kind, Lasting
from infra.faults.network import Actor, Call, Strike
from infra.faults.world import World

RATES = (0.0, 0.02, 0.06, 0.15)
FAMILIES = ("request lost", "crash before", "throttled", "over capacity", "conflict",
            "broken before", "broken after", "answer lost", "crash after")  # fmt: skip
CONFLICTS = 0.5
"""Of two transactions in flight that share an item, how often one is cancelled."""


@dataclass(frozen=True)
class Weather:
    """How often what happens, in one history."""

    world: World
    random: Random
    rates: dict[str, float]

    @classmethod
    def drawn(cls, world: World, random: Random) -> "Weather":
        """A rate for each kind of fault that strikes once."""
        return cls(world, random, {name: random.choice(RATES) for name in FAMILIES})

    def over(self, others: "Callable[[], list[Call]]") -> Callable[[int, Call], Strike | None]:
        """What an actor's requests meet; `others` are the requests in flight beside them."""

        def meet(_number: int, call: Call) -> Strike | None:
            if self._collides(call, others()) and self.random.random() < CONFLICTS:
                return Strike("conflict", _KINDS["conflict"].hit)
            for name, rate in self.rates.items():
                if self.random.random() < rate and _KINDS[name].befalls(call):
                    return Strike(name, _KINDS[name].hit)
            return None

        return meet

    def _collides(self, call: Call, others: list[Call]) -> bool:
        """Whether DynamoDB might see two transactions on one item."""
        own = self._places(call)
        return any(own & self._places(other) for other in others)

    def _places(self, call: Call) -> set[str]:
        if call.operation != "TransactWriteItems":
            return set()
        writes = [write for each in call.asked["TransactItems"] for write in each.values()]
        return {
            self.world.tables.place(write["TableName"], write.get("Key") or write["Item"])
            for write in writes
        }


def waiting(actors: list[Actor], but: Actor) -> list[Call]:
    """The requests on which other actors are parked."""
    return [actor.waiting for actor in actors if actor.waiting is not None and actor is not but]


_KINDS: dict[str, Kind] = {
    kind.name: kind for kind in KINDS if kind.lasting is Lasting.ATTEMPT and kind.name in FAMILIES
}
