"""Making the tables that are missing, as the models or a template declare them."""

import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from infra.local.errors import NotStarted
from infra.local.wire import Wire

if TYPE_CHECKING:
    from chalicelib.core.db import Record

DECLARED = (
    "TableName",
    "KeySchema",
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
)
"""What CloudFormation and DynamoDB spell alike."""
READY_SECONDS_MAX = 60.0


def create(kinds: Mapping[str, type["Record"]], wire: Wire) -> list[str]:
    """Create each table that a model declares and that is not there; the names of those created."""
    from chalicelib.core.db import ExpiryAttribute, connection

    there = _existing(wire)
    missing = [kind for kind in kinds.values() if kind.Meta.table_name not in there]
    for kind in missing:
        kind.create_table(wait=True)
        for name, attribute in kind.get_attributes().items():
            if isinstance(attribute, ExpiryAttribute):
                stored_as = attribute.attr_name or name
                connection().update_time_to_live(kind.Meta.table_name, stored_as)
    return [kind.Meta.table_name for kind in missing]


def create_declared(declared: Iterable[dict[str, Any]], wire: Wire) -> list[str]:
    """The same, for tables with the properties of a template's."""
    there = _existing(wire)
    missing = [table for table in declared if table["TableName"] not in there]
    for table in missing:
        wire.tables("CreateTable", **_asked(table))
        _wait_active(table["TableName"], wire)
        expiry = table.get("TimeToLiveSpecification")
        if expiry is not None:
            asked = {"TableName": table["TableName"], "TimeToLiveSpecification": expiry}
            wire.tables("UpdateTimeToLive", **asked)
    return [table["TableName"] for table in missing]


def _asked(table: dict[str, Any]) -> dict[str, Any]:
    asked = {name: table[name] for name in DECLARED if name in table}
    stream = table.get("StreamSpecification")
    return asked | ({"StreamSpecification": {"StreamEnabled": True} | stream} if stream else {})


def _wait_active(table: str, wire: Wire) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    while wire.tables("DescribeTable", TableName=table)["Table"]["TableStatus"] != "ACTIVE":
        if time.monotonic() > deadline:
            raise NotStarted(f"the table {table} is not ready after {READY_SECONDS_MAX:.0f} s")
        time.sleep(0.1)


def _existing(wire: Wire) -> set[str]:
    names: set[str] = set()
    asked: dict[str, str] = {}
    while True:
        answer = wire.tables("ListTables", **asked)
        names |= set(answer["TableNames"])
        if "LastEvaluatedTableName" not in answer:
            return names
        asked = {"ExclusiveStartTableName": answer["LastEvaluatedTableName"]}
