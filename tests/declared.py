"""Which tables a function declared, and which of its calls go beyond that."""

from functools import cache

import app
from chalicelib.core.settings import settings
from infra.functions import Function
from infra.inventory import inventory
from infra.metering import Call


@cache
def functions() -> dict[str, Function]:
    """Every function, by name."""
    return {function.name: function for function in inventory(app.app)}


def undeclared(calls: list[Call]) -> list[str]:
    """Calls beyond what was declared, in words."""
    return sorted({beyond for call in calls for beyond in _beyond(call)})


def _beyond(call: Call) -> list[str]:
    function = functions().get(call.function)
    if function is None:
        return []
    allowed = function.tables.written
    if call.is_read:
        allowed = allowed | function.tables.read
    if call.operation == "Scan":
        allowed = frozenset()  # no function may read a whole table
    names = {settings().physical(name) for name in allowed}
    return [f"{call.function}: {call.operation} {table}" for table in call.tables - names]
