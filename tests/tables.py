"""All tables as they stand, to show that something was or was not written."""

from functools import cache
from typing import Any

from infra.local.events import REGION
from infra.local.stack import Stack
from infra.local.wire import Wire

Image = dict[str, dict[str, Any]]

COUNTERS = "windows"
"""The one table that a refused request may write: how often one knocked."""


def image(stack: Stack, *tables: str) -> Image:
    """Every item of these tables (or of all but the counters), once nothing is under way."""
    from chalicelib.core.db import KINDS

    stack.settle()
    wire = _wire(stack.addresses.engine)
    wanted = tables or tuple(sorted(set(KINDS) - {COUNTERS}))
    return {table: _items(wire, KINDS[table]) for table in wanted}


def changed(before: Image, after: Image) -> dict[str, list[Any]]:
    """What differs, by table; empty where nothing was written."""
    return {
        table: [item for key, item in after[table].items() if before[table].get(key) != item]
        + [item for key, item in before[table].items() if key not in after[table]]
        for table in after
        if before[table] != after[table]
    }


@cache
def _wire(endpoint: str) -> Wire:
    return Wire(endpoint, region=REGION)


def _items(wire: Wire, kind: Any) -> dict[str, Any]:
    keys = [kind._hash_key_attribute(), kind._range_key_attribute()]
    names = [key.attr_name for key in keys if key is not None]
    items: dict[str, Any] = {}
    asked: dict[str, Any] = {"TableName": kind.Meta.table_name, "ConsistentRead": True}
    while True:
        answer = wire.tables("Scan", **asked)
        for item in answer["Items"]:
            items[str([item[name] for name in names])] = item
        if "LastEvaluatedKey" not in answer:
            return items
        asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
