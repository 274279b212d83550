"""DynamoDB's wire protocol, raw: JSON as sent, which is also the shape that Lambda hands on.

botocore would turn binary values into bytes and instants into datetimes, and refuses dynoxide's
short shard ids; a stream's records are wanted just as they came.
"""

import json
import socket
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

TABLES, STREAMS = "DynamoDB_20120810", "DynamoDBStreams_20120810"

NO_DELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
"""Head and body leave in two segments; without this each call waits 40 ms for the first's ACK."""


class WireError(Exception):
    """DynamoDB answered with an error; `code` is its name for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class Wire:
    """One endpoint. Safe to use from several threads."""

    def __init__(self, endpoint: str, *, region: str) -> None:
        self._endpoint = endpoint
        self._session = URLLib3Session(
            timeout=10,
            max_pool_connections=32,
            socket_options=[NO_DELAY],  # type: ignore[list-item]  # the stubs say str
        )
        self._auth = SigV4Auth(Credentials("local", "local"), "dynamodb", region)

    def tables(self, operation: str, **asked: Any) -> dict[str, Any]:
        """Call an operation on tables."""
        return self._call(TABLES, operation, asked)

    def streams(self, operation: str, **asked: Any) -> dict[str, Any]:
        """Call an operation on streams."""
        return self._call(STREAMS, operation, asked)

    def _call(self, target: str, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        request = AWSRequest(
            method="POST",
            url=self._endpoint + "/",
            data=json.dumps(asked).encode(),
            headers={
                "X-Amz-Target": f"{target}.{operation}",
                "Content-Type": "application/x-amz-json-1.0",
            },
        )
        self._auth.add_auth(request)
        response = self._session.send(request.prepare())
        said: dict[str, Any] = json.loads(response.content)
        if response.status_code != 200:
            code = str(said.get("__type", response.status_code)).rpartition("#")[2]
            raise WireError(code, str(said.get("message") or said.get("Message")))
        return said
