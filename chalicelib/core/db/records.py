"""Kinds of item, each with a table of its own, and where an item stands."""

import threading
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, Self, TypeVar, cast

from pynamodb.attributes import Attribute, MapAttribute
from pynamodb.connection import TableConnection
from pynamodb.constants import NUMBER, STRING
from pynamodb.expressions.condition import Condition
from pynamodb.models import MetaModel, Model

from chalicelib.core import clock
from chalicelib.core.db.connection import connection
from chalicelib.core.settings import settings

R = TypeVar("R", bound="Record")

_lock = threading.Lock()


class RecordType(MetaModel):
    """Turns `class Wallet(Record, table="wallets")` into a model of this stage's table."""

    def __new__(
        cls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        table: str | None = None,
        stream: bool = False,
    ) -> "RecordType":
        if table is not None:
            meta: dict[str, Any] = {
                "table_name": settings().physical(table),
                "billing_mode": "PAY_PER_REQUEST",
                "region": settings().region,
                "host": settings().dynamodb_endpoint,
            }
            if stream:
                meta["stream_view_type"] = "NEW_AND_OLD_IMAGES"
            namespace["Meta"] = type("Meta", (), meta)
        kind: RecordType = super().__new__(cls, name, bases, namespace)
        if table is not None:
            KINDS[table] = cast("type[Record]", kind)
        return kind

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **_: Any):  # noqa: N805
        super().__init__(name, bases, namespace)


KINDS: dict[str, "type[Record]"] = {}
"""Every kind of item this process has loaded, by the short name of its table."""


class Record(Model, metaclass=RecordType):
    """A kind of item with a table of its own.

    A subclass names its table, says whether other features hear of its changes
    (`stream=True`), and declares keys and indexes as PynamoDB does.
    """

    @classmethod
    def _get_connection(cls) -> TableConnection:
        own = super()._get_connection()
        if own.connection is not connection():
            with _lock:
                if own.table_name not in connection()._tables:
                    connection().add_meta_table(own.get_meta_table())
                own.connection = connection()
        return own

    @classmethod
    def at(cls, hash_key: str, range_key: Any = None) -> "Key[Self]":
        """Where an item stands, for `fetch`."""
        return Key(cls, hash_key, range_key)

    @classmethod
    def find(cls, hash_key: str, range_key: Any = None) -> Self | None:
        """The item as it is now (a strongly consistent read), or None."""
        try:
            return cls.get(hash_key, range_key, consistent_read=True)
        except cls.DoesNotExist:
            return None

    @classmethod
    def absent(cls) -> Condition:
        """The condition that no item stands at this key yet."""
        return cast(Condition, cls._hash_key_attribute().does_not_exist())

    @classmethod
    def present(cls) -> Condition:
        """The condition that an item stands at this key."""
        return cast(Condition, cls._hash_key_attribute().exists())


class Part(MapAttribute[str, Any]):
    """A group of attributes inside an item."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)


class InstantAttribute(Attribute[datetime]):
    """A UTC instant as milliseconds since the epoch: exact, sortable, 8 bytes."""

    attr_type = NUMBER

    def serialize(self, value: datetime) -> str:
        return str(clock.millis(value))

    def deserialize(self, value: str) -> datetime:
        return clock.instant(int(value))


class DateAttribute(Attribute[date]):
    """A calendar day, `2001-02-28`."""

    attr_type = STRING

    def serialize(self, value: date) -> str:
        return value.isoformat()

    def deserialize(self, value: str) -> date:
        return date.fromisoformat(value)


class ExpiryAttribute(InstantAttribute):
    """When DynamoDB may delete the item: whole seconds since the epoch, as its TTL wants them.

    DynamoDB deletes late, so whoever reads the item compares the time as well.
    """

    def serialize(self, value: datetime) -> str:
        return str(clock.millis(value) // 1000)

    def deserialize(self, value: str) -> datetime:
        return clock.instant(int(value) * 1000)


@dataclass(frozen=True)
class Key(Generic[R]):
    """One item's place."""

    kind: type[R]
    hash_key: str
    range_key: Any = None

    def raw(self) -> dict[str, Any]:
        """The key as DynamoDB spells it."""
        spelled = self.kind.get_operation_kwargs_from_class(self.hash_key, self.range_key)
        return cast(dict[str, Any], spelled["Key"])
