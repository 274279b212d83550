"""Clients of AWS services other than DynamoDB, each made once and only where it is used.

They share PynamoDB's botocore session: a client on it costs a cold start 3 to 40 ms, a session
of its own 53 to 102 ms.
"""

from functools import cache
from typing import Any

from botocore.config import Config

from chalicelib.core.db import connection
from chalicelib.core.settings import settings

CONFIG = Config(
    connect_timeout=1,
    read_timeout=3,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=16,
)


@cache
def client(service: str, endpoint: str | None = None) -> Any:
    """A client of `service`, at `endpoint` or where the settings say."""
    return connection().session.create_client(
        service,
        settings().region,
        endpoint_url=endpoint or settings().aws_endpoint,
        config=CONFIG,
    )
