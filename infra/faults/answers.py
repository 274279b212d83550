"""Responses made here, in the shape in which the SDK reads them from a wire."""

import io
import json
from collections.abc import Iterator
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders


class _Raw(io.BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield self.read()


def answer(status: int, body: bytes = b"", **headers: str) -> AWSResponse:
    """Any answer; underscores in header names stand for hyphens."""
    spelled = {name.replace("_", "-"): value for name, value in headers.items()}
    return AWSResponse(
        "http://simulated.invalid/", status, HTTPHeaders.from_dict(spelled), _Raw(body)
    )


def said(status: int, document: dict[str, Any], **headers: str) -> AWSResponse:
    """A JSON document."""
    body = json.dumps(document).encode()
    return answer(status, body, content_type="application/x-amz-json-1.0", **headers)


def refused(status: int, code: str, **more: Any) -> AWSResponse:
    """DynamoDB's way of saying no."""
    kind = f"com.amazonaws.dynamodb.v20120810#{code}"
    return said(status, {"__type": kind, "message": f"simulated {code}", **more})
