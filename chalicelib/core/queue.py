"""Sending to SQS queues, by their short names."""

from typing import Any

import msgspec

from chalicelib.core.aws import client
from chalicelib.core.settings import settings

BATCH_MAX = 10


class NotSent(Exception):
    """SQS did not take every message; the caller's own retry sends them again."""


def send(queue: str, messages: list[Any], *, delay_seconds: int = 0) -> None:
    """Send JSON messages, ten to a call. Raises NotSent if any was not taken."""
    sqs = client("sqs", settings().sqs_endpoint)
    url = settings().queue_url_prefix + settings().physical(queue)
    for start in range(0, len(messages), BATCH_MAX):
        entries = [
            {
                "Id": str(number),
                "MessageBody": msgspec.json.encode(message).decode(),
                "DelaySeconds": delay_seconds,
            }
            for number, message in enumerate(messages[start : start + BATCH_MAX])
        ]
        failed = sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed")
        if failed:
            raise NotSent(f"{queue}: {failed[0].get('Code')}")
