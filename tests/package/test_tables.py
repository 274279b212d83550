"""Tables as the models declare them, and as PynamoDB itself makes them for the local stack."""

from collections.abc import Iterator
from typing import Any

import pytest
from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import (
    AllProjection,
    GlobalSecondaryIndex,
    IncludeProjection,
    KeysOnlyProjection,
    LocalSecondaryIndex,
)

from chalicelib.core import db
from infra.local import tables
from infra.local.events import REGION
from infra.local.stack import Stack
from infra.local.wire import Wire
from infra.package.naming import Resource
from infra.package.tables import table
from tests.package.samples import stage


class ByPlace(GlobalSecondaryIndex[Any]):
    """Sorted; a part of the item is in it."""

    class Meta:
        index_name = "by_place"
        projection = IncludeProjection(["note", "kept"])

    zone = UnicodeAttribute(hash_key=True, attr_name="z")
    age = NumberAttribute(range_key=True, attr_name="a")


class ByHash(GlobalSecondaryIndex[Any]):
    """Not sorted; the whole item is in it."""

    class Meta:
        index_name = "by_hash"
        projection = AllProjection()

    digest = BinaryAttribute(hash_key=True, legacy_encoding=False)


class ByAge(LocalSecondaryIndex[Any]):
    """Only keys are in it."""

    class Meta:
        projection = KeysOnlyProjection()

    zone = UnicodeAttribute(hash_key=True, attr_name="z")
    digest = BinaryAttribute(range_key=True, legacy_encoding=False)


@pytest.fixture(scope="module")
def wire(stack: Stack) -> Wire:
    return Wire(stack.addresses.engine, region=REGION)


@pytest.fixture(scope="module")
def sample(wire: Wire) -> Iterator[type[db.Record]]:
    """A kind with all that a table can have; it is gone afterwards."""

    class Sample(db.Record, table="samples-of-tables", stream=True):
        zone = UnicodeAttribute(hash_key=True, attr_name="z")
        age = NumberAttribute(range_key=True, attr_name="a")
        digest = BinaryAttribute(legacy_encoding=False)
        void_at = db.ExpiryAttribute(attr_name="v")

        by_place = ByPlace()
        by_hash = ByHash()
        by_age = ByAge()

    del db.KINDS["samples-of-tables"]
    tables.create({"samples-of-tables": Sample}, wire)
    yield Sample
    wire.tables("DeleteTable", TableName=Sample.Meta.table_name)


def described(wire: Wire, name: str) -> dict[str, Any]:
    """A table of the local stack, as it was made from its model."""
    there = wire.tables("DescribeTable", TableName=name)["Table"]
    expiry = wire.tables("DescribeTimeToLive", TableName=name)["TimeToLiveDescription"]
    return shape(
        there | {"TimeToLiveSpecification": {"AttributeName": expiry.get("AttributeName")}}
    )


def deployed_shape(short: str, kind: type[db.Record]) -> dict[str, Any]:
    """A table as its template has it."""
    return shape(table(short, kind, stage())["Properties"])


def shape(made: Resource) -> dict[str, Any]:
    """What makes two tables the same, for an app that uses them."""
    return {
        "name": made["TableName"],
        "key": {part["KeyType"]: part["AttributeName"] for part in made["KeySchema"]},
        "types": {
            each["AttributeName"]: each["AttributeType"] for each in made["AttributeDefinitions"]
        },
        "local": indexes(made.get("LocalSecondaryIndexes")),
        "global": indexes(made.get("GlobalSecondaryIndexes")),
        "stream": (made.get("StreamSpecification") or {}).get("StreamViewType"),
        "expiry": made.get("TimeToLiveSpecification", {}).get("AttributeName"),
    }


def indexes(listed: list[Resource] | None) -> dict[str, Any]:
    return {
        index["IndexName"]: (
            {part["KeyType"]: part["AttributeName"] for part in index["KeySchema"]},
            index["Projection"]["ProjectionType"],
            set(index["Projection"].get("NonKeyAttributes") or ()),
        )
        for index in listed or ()
    }


def test_the_tables_are_those_of_the_local_stack(wire: Wire) -> None:
    """Keys, types, indexes, projections, streams and expiry, as PynamoDB itself made them."""
    names = [kind.Meta.table_name for kind in db.KINDS.values()]

    deployed = [deployed_shape(short, kind) for short, kind in db.KINDS.items()]

    assert len(deployed) > 10
    assert deployed == [described(wire, name) for name in names]


def test_a_table_with_every_kind_of_index_is_as_pynamodb_makes_it(
    wire: Wire, sample: type[db.Record]
) -> None:
    deployed = deployed_shape("samples-of-tables", sample)

    assert deployed == described(wire, sample.Meta.table_name)
    assert deployed["global"].keys() == {"by_place", "by_hash"}
    assert deployed["local"].keys() == {"by_age"}
    assert deployed["expiry"] == "v"


def test_the_partition_key_comes_first_in_every_index_too(sample: type[db.Record]) -> None:
    """DynamoDB takes them in no other order, and engines on a desk take any."""
    kinds = {**db.KINDS, "samples-of-tables": sample}
    made = [table(short, kind, stage())["Properties"] for short, kind in kinds.items()]

    orders = {
        tuple(part["KeyType"] for part in keyed["KeySchema"])
        for each in made
        for listed in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes")
        for keyed in [each, *each.get(listed, [])]
    }

    assert orders == {("HASH",), ("HASH", "RANGE")}


@pytest.mark.parametrize("protected", [True, False])
@pytest.mark.parametrize("short", db.KINDS)
def test_a_table_is_paid_by_use_encrypted_and_can_be_restored(short: str, protected: bool) -> None:
    made = table(short, db.KINDS[short], stage(deletion_protection=protected))["Properties"]

    assert made["BillingMode"] == "PAY_PER_REQUEST"
    assert "ProvisionedThroughput" not in made
    assert made["SSESpecification"] == {"SSEEnabled": True}
    assert made["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True,
        "RecoveryPeriodInDays": 35,
    }
    assert made["DeletionProtectionEnabled"] == protected
