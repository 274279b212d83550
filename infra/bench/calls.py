"""Requests to DynamoDB: written down as they are made, and made again by a bare boto3 client.

A transaction's conditions hold only once, so the same requests are made again for other members:
twins, whose ids differ in their first character and whose items were the same at the beginning.
"""

import re
import time
from collections.abc import Callable, Iterable
from typing import Any

import boto3
import msgspec
from botocore import xform_name

from chalicelib.core.db import KINDS, Record, connection
from infra.local.wire import Wire

TWINNED = ("wallets", "conversations", "inbox", "devices")
"""Tables whose items a message changes or reads by a member's id, and that nobody listens to."""

_ULID = re.compile(r"0([0-9a-hjkmnp-tv-z]{25})")


class Asked(msgspec.Struct, frozen=True):
    """One request, and when it was made."""

    at: float
    operation: str
    parameters: dict[str, Any]

    def of_twins(self) -> "Asked":
        """The same for the twins."""
        return Asked(self.at, self.operation, twin_of(self.parameters))


def listen(hear: Callable[[Asked], None]) -> None:
    """Hear of every request that the app makes from now on, before it is sent."""

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        hear(Asked(time.time(), model.name, dict(params)))

    connection().client.meta.events.register("provide-client-params.dynamodb.*", note)


class Bare:
    """A boto3 client with nothing around it."""

    def __init__(self, endpoint: str, region: str) -> None:
        self._client = boto3.client("dynamodb", endpoint_url=endpoint, region_name=region)

    def ask(self, requests: Iterable[Asked]) -> None:
        """Make requests, one after the other."""
        for request in requests:
            getattr(self._client, xform_name(request.operation))(**request.parameters)


def twin_of(value: Any) -> Any:
    """The same value, about the twins."""
    if isinstance(value, str):
        return _ULID.sub(r"1\1", value)
    if isinstance(value, dict):
        return {twin_of(name): twin_of(inner) for name, inner in value.items()}
    return [twin_of(each) for each in value] if isinstance(value, list) else value


def make_twins(wire: Wire) -> None:
    """Give every member a twin, as far as sending messages goes."""
    for name in TWINNED:
        table = _physical(KINDS[name])
        for item in _items(wire, table):
            wire.tables("PutItem", TableName=table, Item=twin_of(item))


def _items(wire: Wire, table: str) -> list[Any]:
    items: list[Any] = []
    asked: dict[str, Any] = {"TableName": table}
    while True:
        page = wire.tables("Scan", **asked)
        items += page["Items"]
        if "LastEvaluatedKey" not in page:
            return items
        asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _physical(kind: type[Record]) -> str:
    return str(kind.Meta.table_name)
