"""The events that API Gateway, SQS, DynamoDB streams, S3 and EventBridge hand to a function.

Pure builders: everything they say comes in as an argument.
"""

import base64
import hashlib
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from infra.local.asgi import Headers, Request
from infra.local.buckets import Notice
from infra.local.queues import Message

Event = dict[str, Any]

ACCOUNT = "123456789012"
REGION = "us-east-1"
REST_API = "pairlyrest"
SOCKET_API = "pairlysock"


def request_id() -> str:
    """A fresh id for one request or invocation."""
    return str(uuid.uuid4())


def method_arn(stage: str, method: str, path: str) -> str:
    """What an authorizer's policy allows or denies."""
    return api_arn(REST_API, f"{stage}/{method}{path}")


def api_arn(api: str, resource: str) -> str:
    """The name of something in an API, by which IAM knows it."""
    return f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/{resource}"


def queue_arn(queue: str) -> str:
    """The name by which IAM and Lambda know a queue."""
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"


def bucket_name(short: str, stage: str) -> str:
    """A bucket's name, which no other in the world may have."""
    return f"pairly-{stage}-{short}-{ACCOUNT}-{REGION}"


def rest(
    request: Request,
    *,
    resource: str,
    path_parameters: dict[str, str],
    request_id: str,
    stage: str,
    now: float,
    binary: bool,
    authorizer: dict[str, Any] | None = None,
) -> Event:
    """A REST proxy event, version 1, with the body in base64 where its type is `binary`."""
    headers = _forwarded(request)
    query = parse_qsl(request.query, keep_blank_values=True)
    body = request.body
    text = base64.b64encode(body).decode() if binary else body.decode("utf-8", "replace")
    context = _identified(request, request_id, stage, now) | _called(request, resource, stage)
    if authorizer is not None:
        context["authorizer"] = authorizer
    return {
        "resource": resource,
        "path": request.path,
        "httpMethod": request.method,
        "headers": dict(headers),
        "multiValueHeaders": _grouped(headers),
        "queryStringParameters": dict(query) or None,
        "multiValueQueryStringParameters": _grouped(query) or None,
        "pathParameters": path_parameters or None,
        "stageVariables": None,
        "requestContext": context,
        "body": text if body else None,
        "isBase64Encoded": binary,
    }


def authorization(token: str, arn: str) -> Event:
    """What a TOKEN authorizer is asked."""
    return {"type": "TOKEN", "authorizationToken": token, "methodArn": arn}


def connect(handshake: Request, context: Event) -> Event:
    """A client wants to open a socket."""
    query = parse_qsl(handshake.query, keep_blank_values=True)
    event: Event = {
        "headers": dict(handshake.headers),
        "multiValueHeaders": _grouped(handshake.headers),
        "requestContext": context,
        "isBase64Encoded": False,
    }
    if query:
        event["queryStringParameters"] = dict(query)
        event["multiValueQueryStringParameters"] = _grouped(query)
    return event


def message(body: str, context: Event) -> Event:
    """A client sent a frame."""
    spoken = context | {"messageId": context["requestId"]}
    return {"requestContext": spoken, "body": body, "isBase64Encoded": False}


def disconnect(context: Event, *, code: int, reason: str) -> Event:
    """A socket is gone; sent best effort, as on AWS."""
    ended = context | {"disconnectStatusCode": code, "disconnectReason": reason}
    return {"requestContext": ended, "isBase64Encoded": False}


def socket_context(
    handshake: Request,
    *,
    connection_id: str,
    connected_at: float,
    route_key: str,
    event_type: str,
    stage: str,
    now: float,
) -> Event:
    """The request context that all events of one socket share."""
    return _identified(handshake, request_id(), stage, now) | {
        "routeKey": route_key,
        "eventType": event_type,
        "messageDirection": "IN",
        "connectedAt": int(connected_at * 1000),
        "domainName": handshake.header("host") or "localhost",
        "connectionId": connection_id,
        "apiId": SOCKET_API,
    }


def queue_batch(queue: str, messages: Sequence[Message]) -> Event:
    """A batch of SQS messages."""
    return {"Records": [_queue_record(queue_arn(queue), message) for message in messages]}


def stream_batch(arn: str, records: Sequence[Event]) -> Event:
    """A batch of changes of one table."""
    return {"Records": [record | {"eventSourceARN": arn} for record in records]}


def arrival(notice: Notice) -> Event:
    """An object arrived in a bucket, as S3's own notifications put it."""
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": REGION,
                "eventTime": _stamp(notice.stored_at),
                "eventName": "ObjectCreated",
                "s3": {
                    "bucket": {"name": notice.bucket, "arn": f"arn:aws:s3:::{notice.bucket}"},
                    "object": {
                        "key": notice.key,
                        "size": notice.bytes,
                        "eTag": notice.etag,
                        "sequencer": f"{notice.id:018X}",
                    },
                },
            }
        ]
    }


def tick(name: str, now: float) -> Event:
    """A schedule has come round."""
    return {
        "version": "0",
        "id": request_id(),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": _stamp(now),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{name}"],
        "detail": {},
    }


def _stamp(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _called(request: Request, resource: str, stage: str) -> Event:
    return {
        "resourcePath": resource,
        "httpMethod": request.method,
        "path": f"/{stage}{request.path}",
        "protocol": "HTTP/1.1",
        "resourceId": resource,
        "apiId": REST_API,
        "domainName": request.header("host") or "localhost",
    }


def _queue_record(arn: str, message: Message) -> Event:
    return {
        "messageId": message.message_id,
        "receiptHandle": message.receipt,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.receives),
            "SentTimestamp": str(int(message.sent_at * 1000)),
            "SenderId": ACCOUNT,
            "ApproximateFirstReceiveTimestamp": str(int(message.first_received_at * 1000)),
        },
        "messageAttributes": {},
        "md5OfBody": hashlib.md5(message.body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }


def _identified(request: Request, request_id: str, stage: str, now: float) -> Event:
    return {
        "accountId": ACCOUNT,
        "requestId": request_id,
        "extendedRequestId": request_id,
        "stage": stage,
        "requestTime": datetime.fromtimestamp(now, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(now * 1000),
        "identity": {
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent"),
        },
    }


def _forwarded(request: Request) -> Headers:
    _, _, port = (request.header("host") or "").partition(":")
    return [
        *request.headers,
        ("x-forwarded-for", request.source_ip),
        ("x-forwarded-port", port or "80"),
        ("x-forwarded-proto", "http"),
    ]


def _grouped(pairs: Headers) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped
