"""Tables as their models declare them: keys, indexes, expiry and streams."""

from collections.abc import Iterable
from inspect import getmembers
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.indexes import GlobalSecondaryIndex, Index, LocalSecondaryIndex

from chalicelib.core.db import ExpiryAttribute, Record
from infra.package import naming
from infra.package.naming import Resource
from infra.package.stage import Stage

RECOVERY_DAYS = 35
"""As far back as a table can be restored to any second; DynamoDB keeps no more."""


def table(short: str, kind: type[Record], stage: Stage) -> Resource:
    """A kind of item's table, by its short name, without its policies of deletion."""
    attributes = kind.get_attributes()
    indexes = [index for _, index in getmembers(kind, lambda each: isinstance(each, Index))]
    keys = [attributes.values(), *(index.Meta.attributes.values() for index in indexes)]
    return {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": naming.physical(short, stage),
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": _definitions(each for some in keys for each in some),
            "KeySchema": _key(attributes.values()),
            **_indexes("LocalSecondaryIndexes", indexes, LocalSecondaryIndex),
            **_indexes("GlobalSecondaryIndexes", indexes, GlobalSecondaryIndex),
            **_expiry(attributes.items()),
            **_stream(kind),
            "PointInTimeRecoverySpecification": {
                "PointInTimeRecoveryEnabled": True,
                "RecoveryPeriodInDays": RECOVERY_DAYS,
            },
            "SSESpecification": {"SSEEnabled": True},
            "DeletionProtectionEnabled": stage.deletion_protection,
            "Tags": naming.tags(stage),
        },
    }


def _definitions(attributes: Iterable[Attribute[Any]]) -> list[Resource]:
    """The type of each attribute that some key is made of."""
    types = {each.attr_name: each.attr_type for each in attributes if _is_key(each)}
    return [{"AttributeName": name, "AttributeType": types[name]} for name in sorted(types)]


def _key(attributes: Iterable[Attribute[Any]]) -> list[Resource]:
    """The partition key, then the sort key: DynamoDB takes them in no other order."""
    parts = sorted(filter(_is_key, attributes), key=lambda part: not part.is_hash_key)
    return [
        {"AttributeName": part.attr_name, "KeyType": "HASH" if part.is_hash_key else "RANGE"}
        for part in parts
    ]


def _is_key(attribute: Attribute[Any]) -> bool:
    return attribute.is_hash_key or attribute.is_range_key


def _indexes(listed: str, indexes: Iterable[Index[Any]], kind: type[Index[Any]]) -> Resource:
    found = [
        {
            "IndexName": index.Meta.index_name,
            "KeySchema": _key(index.Meta.attributes.values()),
            "Projection": _projection(index.Meta.projection),
        }
        for index in indexes
        if isinstance(index, kind)
    ]
    return {listed: found} if found else {}


def _projection(projection: Any) -> Resource:
    if not projection.non_key_attributes:
        return {"ProjectionType": projection.projection_type}
    return {
        "ProjectionType": projection.projection_type,
        "NonKeyAttributes": list(projection.non_key_attributes),
    }


def _expiry(attributes: Iterable[tuple[str, Attribute[Any]]]) -> Resource:
    for name, attribute in attributes:
        if isinstance(attribute, ExpiryAttribute):
            stored_as = attribute.attr_name or name
            return {"TimeToLiveSpecification": {"AttributeName": stored_as, "Enabled": True}}
    return {}


def _stream(kind: type[Record]) -> Resource:
    view = getattr(kind.Meta, "stream_view_type", None)
    return {"StreamSpecification": {"StreamViewType": view}} if view else {}
