"""The one connection to DynamoDB, and what its failures mean."""

from functools import cache
from typing import Any, cast

from botocore.exceptions import BotoCoreError
from pynamodb.connection import Connection as PynamoConnection
from pynamodb.exceptions import VerboseClientError

from chalicelib.core.db.contention import TRANSIENT
from chalicelib.core.errors import Busy, Pending
from chalicelib.core.settings import settings

CONNECT_SECONDS = 1.0
READ_SECONDS = 2.0
POOL_CONNECTIONS = 32
READS = frozenset({"GetItem", "BatchGetItem", "Query"})
WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"})


class Connection(PynamoConnection):
    """PynamoDB's connection, whose failures say what they mean for whoever asked.

    Raises Busy for a read that did not get through, and Pending for a write without an answer.
    """

    def dispatch(self, operation_name: str, operation_kwargs: dict[str, Any]) -> dict[str, Any]:
        try:
            return cast(dict[str, Any], super().dispatch(operation_name, operation_kwargs))
        except BotoCoreError as failure:
            if operation_name in READS:
                raise Busy() from failure
            if operation_name in WRITES:
                raise Pending() from failure
            raise
        except VerboseClientError as failure:
            if operation_name in READS and failure.response["Error"].get("Code") in TRANSIENT:
                raise Busy() from failure
            raise


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
    return connection().dispatch(operation, arguments)
