"""SQS's wire protocol (AWS JSON 1.0) over the stand-in's queues: the calls that are used here.

What the stand-in does not keep, such as message attributes or FIFO groups, is refused rather than
dropped. Signatures are not checked.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from infra.local import asgi
from infra.local.asgi import Answer
from infra.local.events import queue_arn
from infra.local.queues import DELAY_SECONDS_MAX, Draft, Message, NoSuchQueue, Queues

PREFIX = "/_aws/sqs"
ACCOUNT_PATH = f"{PREFIX}/000000000000/"
BATCH_MAX = 10
REQUEST_BYTES_MAX = 256 * 1024
VISIBILITY_SECONDS = 30
NO_SUCH_QUEUE = "AWS.SimpleQueueService.NonExistentQueue"

Call = Callable[[dict[str, Any]], dict[str, Any]]


class Refused(Exception):
    """A call that SQS would refuse, with SQS's code for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Sqs:
    """The endpoint. `base_url` is what queue URLs begin with."""

    def __init__(self, queues: Queues, base_url: str) -> None:
        self._queues = queues
        self._base_url = base_url
        self._calls: dict[str, Call] = {
            "SendMessage": self._send,
            "SendMessageBatch": self._send_batch,
            "ReceiveMessage": self._receive,
            "DeleteMessage": self._delete,
            "DeleteMessageBatch": self._delete_batch,
            "ChangeMessageVisibility": self._change_visibility,
            "GetQueueUrl": self._url,
            "ListQueues": self._list,
            "GetQueueAttributes": self._attributes,
            "PurgeQueue": self._purge,
        }

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        try:
            request = asgi.request_of(scope, await asgi.read_body(receive, REQUEST_BYTES_MAX))
            answer = self.answer(request.header("x-amz-target") or "", request.body)
        except asgi.BodyTooLarge:
            answer = _error("BatchRequestTooLong", "The request is larger than 256 KB.")
        await answer.send(send)

    def answer(self, target: str, body: bytes) -> Answer:
        """The answer to one call; `target` is its name as the wire spells it."""
        try:
            said = self._call(target.removeprefix("AmazonSQS."), json.loads(body))
        except json.JSONDecodeError:
            return _error("SerializationException", "The body is not JSON.")
        except NoSuchQueue:
            return _error(NO_SUCH_QUEUE, "The specified queue does not exist.")
        except Refused as refusal:
            return _error(refusal.code, str(refusal))
        return Answer(200, json.dumps(said).encode())

    def _call(self, name: str, asked: dict[str, Any]) -> dict[str, Any]:
        call = self._calls.get(name)
        if call is None:
            raise Refused("UnsupportedOperation", f"{name} is not kept by the local stand-in.")
        return call(asked)

    def _send(self, asked: dict[str, Any]) -> dict[str, Any]:
        (message_id,) = self._queues.send(_queue(asked), [_draft(asked)])
        return {"MessageId": message_id, "MD5OfMessageBody": _md5(asked["MessageBody"])}

    def _send_batch(self, asked: dict[str, Any]) -> dict[str, Any]:
        entries = _entries(asked)
        ids = self._queues.send(_queue(asked), [_draft(entry) for entry in entries])
        taken = [
            {
                "Id": entry["Id"],
                "MessageId": message_id,
                "MD5OfMessageBody": _md5(entry["MessageBody"]),
            }
            for entry, message_id in zip(entries, ids, strict=True)
        ]
        return {"Successful": taken, "Failed": []}

    def _receive(self, asked: dict[str, Any]) -> dict[str, Any]:
        messages = self._queues.receive(
            _queue(asked),
            asked.get("MaxNumberOfMessages", 1),
            visibility_seconds=asked.get("VisibilityTimeout", VISIBILITY_SECONDS),
        )
        return {"Messages": [_received(message) for message in messages]} if messages else {}

    def _delete(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._queues.check(_queue(asked))
        self._queues.delete([asked["ReceiptHandle"]])
        return {}

    def _delete_batch(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._queues.check(_queue(asked))
        entries = _entries(asked)
        self._queues.delete(entry["ReceiptHandle"] for entry in entries)
        return {"Successful": [{"Id": entry["Id"]} for entry in entries], "Failed": []}

    def _change_visibility(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._queues.check(_queue(asked))
        seconds = asked["VisibilityTimeout"]
        self._queues.hide(_queue(asked), asked["ReceiptHandle"], seconds)
        return {}

    def _url(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._queues.check(asked["QueueName"])
        return {"QueueUrl": self._base_url + ACCOUNT_PATH + asked["QueueName"]}

    def _list(self, asked: dict[str, Any]) -> dict[str, Any]:
        prefix = asked.get("QueueNamePrefix", "")
        names = [name for name in self._queues.names if name.startswith(prefix)]
        return {"QueueUrls": [self._base_url + ACCOUNT_PATH + name for name in names]}

    def _attributes(self, asked: dict[str, Any]) -> dict[str, Any]:
        depth = self._queues.depth(_queue(asked))
        known = {
            "QueueArn": queue_arn(_queue(asked)),
            "ApproximateNumberOfMessages": str(depth.visible),
            "ApproximateNumberOfMessagesNotVisible": str(depth.in_flight),
            "ApproximateNumberOfMessagesDelayed": str(depth.delayed),
        }
        names = asked.get("AttributeNames", [])
        wanted = known if "All" in names else {name: known[name] for name in names if name in known}
        return {"Attributes": wanted}

    def _purge(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._queues.purge(_queue(asked))
        return {}


def _queue(asked: dict[str, Any]) -> str:
    return str(asked["QueueUrl"]).rpartition("/")[2]


def _entries(asked: dict[str, Any]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = asked["Entries"]
    if not entries:
        raise Refused("AWS.SimpleQueueService.EmptyBatchRequest", "The batch is empty.")
    if len(entries) > BATCH_MAX:
        code = "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"
        raise Refused(code, f"A batch has at most {BATCH_MAX} entries.")
    if len({entry["Id"] for entry in entries}) < len(entries):
        code = "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"
        raise Refused(code, "Two entries of the batch have the same Id.")
    return entries


def _draft(entry: dict[str, Any]) -> Draft:
    unkept = set(entry) - {"Id", "QueueUrl", "MessageBody", "DelaySeconds"}
    if unkept:
        raise Refused("UnsupportedOperation", f"{sorted(unkept)} is not kept by the stand-in.")
    delay_seconds = entry.get("DelaySeconds", 0)
    if not 0 <= delay_seconds <= DELAY_SECONDS_MAX:
        raise Refused("InvalidParameterValue", f"DelaySeconds is 0 to {DELAY_SECONDS_MAX}.")
    if not entry["MessageBody"]:
        raise Refused("InvalidParameterValue", "The message body is empty.")
    return Draft(entry["MessageBody"], delay_seconds)


def _received(message: Message) -> dict[str, Any]:
    return {
        "MessageId": message.message_id,
        "ReceiptHandle": message.receipt,
        "Body": message.body,
        "MD5OfBody": _md5(message.body),
        "Attributes": {"ApproximateReceiveCount": str(message.receives)},
    }


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _error(code: str, message: str) -> Answer:
    kind = "QueueDoesNotExist" if code == NO_SUCH_QUEUE else code.rpartition(".")[2]
    said = {"__type": f"com.amazonaws.sqs#{kind}", "message": message}
    headers = [
        ("x-amzn-query-error", f"{code};Sender"),
        ("content-type", "application/x-amz-json-1.0"),
    ]
    return Answer(400, json.dumps(said).encode(), headers)
