"""The one connection to DynamoDB, and what its failures mean."""

from functools import cache
from typing import Any, cast

from botocore.exceptions import BotoCoreError
from pynamodb.connection import Connection

from chalicelib.core.errors import Busy, Pending
from chalicelib.core.settings import settings

CONNECT_SECONDS = 1.0
READ_SECONDS = 2.0
POOL_CONNECTIONS = 32
READS = frozenset({"GetItem", "BatchGetItem", "Query"})


@cache
def connection() -> Connection:
    """The one connection of this process; making another costs a cold start 78 to 160 ms."""
    return Connection(
        region=settings().region,
        host=settings().dynamodb_endpoint,
        connect_timeout_seconds=CONNECT_SECONDS,
        read_timeout_seconds=READ_SECONDS,
        retry_configuration={"mode": "standard", "total_max_attempts": 3},
        max_pool_connections=POOL_CONNECTIONS,
    )


def dispatch(operation: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Call DynamoDB; raises Busy or Pending where no answer came, for reads and for writes."""
    try:
        return cast(dict[str, Any], connection().dispatch(operation, arguments))
    except BotoCoreError as failure:
        raise (Busy() if operation in READS else Pending()) from failure
