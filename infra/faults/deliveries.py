"""What AWS carries between functions: streams to their routers, queues to their reactions."""

from typing import TYPE_CHECKING, Any

from infra.faults.doors import Answer
from infra.faults.standins import Letter
from infra.functions import QueueSource, StreamSource
from infra.local.streams import Stream

if TYPE_CHECKING:
    from infra.faults.world import World

RECORDS_MAX = 1000
BATCH_MAX = 10
TURNS_MAX = 40
"""In so many rounds without a fault everything must be worked off."""


class NeverSettles(Exception):
    """A reaction fails again and again though nothing disturbs it."""


class Positions:
    """Where readers stand in their streams, for as long as this process lives."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self._kept.get(name)

    def put(self, name: str, value: str) -> None:
        self._kept[name] = value


class Backlog:
    """What is to be delivered."""

    def __init__(self, world: "World") -> None:
        self._world = world
        positions: Any = Positions()
        self._streams = {
            source.table: Stream(world.physical(source.table), "faults", world.wire, positions)
            for source in (function.trigger for function in world.functions)
            if isinstance(source, StreamSource)
        }
        self.queues = [
            source.queue
            for source in (function.trigger for function in world.functions)
            if isinstance(source, QueueSource)
        ]

    def settle(self) -> None:
        """Deliver everything, until nothing is left."""
        for _ in range(TURNS_MAX):
            if not self.turn():
                return
        raise NeverSettles(f"still at work after {TURNS_MAX} rounds")

    def turn(self) -> bool:
        """One round; whether there was anything."""
        routed = [self.route(table, records) for table, records in self.changes()]
        return any([*routed, *(self._react(queue) for queue in self.queues)])

    def changes(self) -> list[tuple[str, list[Any]]]:
        """What changed in each table with a stream and was not read before."""
        unrouted, self._world.network.unrouted = self._world.network.unrouted, set()
        return [
            (table, self._records(table))
            for table in self._streams
            if self._world.physical(table) in unrouted
        ]

    def skip(self, tables: set[str]) -> None:
        """Forget what changed in these tables, and whatever was not read before."""
        self._world.network.unrouted |= tables
        self.changes()

    def _records(self, table: str) -> list[Any]:
        stream = self._streams[table]
        records: list[Any] = []
        while some := [record for _, part in stream.read(RECORDS_MAX) for record in part]:
            records += some
            if len(some) < RECORDS_MAX:
                break
        return records

    def route(self, table: str, records: list[Any]) -> bool:
        """Hand changes to the table's router until it has managed them; whether there were any."""
        for _ in range(TURNS_MAX):
            if not records:
                return False
            if self.try_route(table, records).ok:
                return True
        raise NeverSettles(f"the router of {table}")

    def try_route(self, table: str, records: list[Any]) -> Answer:
        """Hand changes to the table's router, once."""
        return self._world.doors.stream(table, self._streams[table].arn, records)

    def letters(self, queue: str) -> list[Letter]:
        """What waits in a queue, taken out of it."""
        return self._world.outside.queues.pop(self._world.physical(queue), [])

    def _react(self, queue: str) -> bool:
        letters = self.letters(queue)
        for start in range(0, len(letters), BATCH_MAX):
            batch = letters[start : start + BATCH_MAX]
            _, again = self._world.doors.queue(queue, batch)
            waiting = self._world.outside.queues.setdefault(self._world.physical(queue), [])
            waiting.extend(again)
        return bool(letters)
