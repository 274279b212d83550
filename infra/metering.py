"""What each function really asks of DynamoDB, by the engine's own figures.

meter = Meter.attach()
with meter.watch() as calls:
    …
total(calls, "message.send").write_units
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from chalicelib.core.db import connection
from infra.local.lambdas import running

READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})


@dataclass(frozen=True)
class Call:
    """One round trip to DynamoDB.

    function     short name of the function that made it, or "" outside of any
    tables       physical names
    units        capacity units on tables; reads or writes, by the operation
    index_units  the same on indexes
    """

    function: str
    operation: str
    tables: frozenset[str]
    units: float
    index_units: float

    @property
    def is_read(self) -> bool:
        """Whether the units are read units."""
        return self.operation in READS


@dataclass(frozen=True)
class Total:
    """What some calls cost together."""

    round_trips: int
    read_units: float
    write_units: float
    index_units: float


def total(calls: list[Call], function: str | None = None) -> Total:
    """The sum over the calls of one function, or of all."""
    own = [call for call in calls if function in (None, call.function)]
    return Total(
        round_trips=len(own),
        read_units=sum(call.units + call.index_units for call in own if call.is_read),
        write_units=sum(call.units for call in own if not call.is_read),
        index_units=sum(call.index_units for call in own if not call.is_read),
    )


class Meter:
    """Listens to the one connection of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watchers: list[list[Call]] = []

    @classmethod
    def attach(cls) -> Self:
        """Listen from now on."""
        meter = cls()
        events = connection().client.meta.events
        events.register("before-parameter-build.dynamodb.*", _ask_for_figures)
        events.register("after-call.dynamodb.*", meter._note)
        return meter

    @contextmanager
    def watch(self) -> Iterator[list[Call]]:
        """The calls that are made inside the block, by any thread."""
        calls: list[Call] = []
        with self._lock:
            self._watchers.append(calls)
        try:
            yield calls
        finally:
            with self._lock:
                self._watchers = [each for each in self._watchers if each is not calls]

    def _note(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        consumed = parsed.get("ConsumedCapacity")
        if consumed is None:
            return
        function = running.get()
        call = _call(function.name if function else "", model.name, consumed)
        with self._lock:
            for watcher in self._watchers:
                watcher.append(call)


def _ask_for_figures(params: dict[str, Any], **_: Any) -> None:
    if "ReturnConsumedCapacity" in params:
        params["ReturnConsumedCapacity"] = "INDEXES"


def _call(function: str, operation: str, consumed: Any) -> Call:
    figures = consumed if isinstance(consumed, list) else [consumed]
    indexes = sum(
        index["CapacityUnits"]
        for figure in figures
        for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")
        for index in (figure.get(kind) or {}).values()
    )
    units = sum(figure["CapacityUnits"] for figure in figures)
    tables = frozenset(figure["TableName"] for figure in figures)
    return Call(function, operation, tables, units - indexes, indexes)
