"""Making the tables that the models declare, where they are missing."""

from collections.abc import Mapping

from chalicelib.core.db import ExpiryAttribute, Record, connection
from infra.local.wire import Wire


def create(kinds: Mapping[str, type[Record]], wire: Wire) -> list[str]:
    """Create each declared table that is not there, and return the names of those created."""
    there = _existing(wire)
    missing = [kind for kind in kinds.values() if kind.Meta.table_name not in there]
    for kind in missing:
        kind.create_table(wait=True)
        for name, attribute in kind.get_attributes().items():
            if isinstance(attribute, ExpiryAttribute):
                stored_as = attribute.attr_name or name
                connection().update_time_to_live(kind.Meta.table_name, stored_as)
    return [kind.Meta.table_name for kind in missing]


def _existing(wire: Wire) -> set[str]:
    names: set[str] = set()
    asked: dict[str, str] = {}
    while True:
        answer = wire.tables("ListTables", **asked)
        names |= set(answer["TableNames"])
        if "LastEvaluatedTableName" not in answer:
            return names
        asked = {"ExclusiveStartTableName": answer["LastEvaluatedTableName"]}
