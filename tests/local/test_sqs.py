"""SQS's wire protocol, as an unmodified boto3 client uses it."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.local.stack import Stack

from .tiny import QUEUE, Tiny


@pytest.fixture(scope="module")
def sqs(shared: tuple[Stack, Tiny]) -> Any:
    return boto3.client("sqs", "us-east-1", endpoint_url=shared[0].addresses.sqs)


@pytest.fixture
def url(sqs: Any, tiny: Tiny) -> Any:
    url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    sqs.purge_queue(QueueUrl=url)
    yield url
    sqs.purge_queue(QueueUrl=url)


def test_a_queue_url_is_the_configured_prefix_and_the_name(
    sqs: Any, running: Stack, url: str
) -> None:
    assert url == running.environment["PAIRLY_QUEUE_URL_PREFIX"] + QUEUE
    assert url in sqs.list_queues()["QueueUrls"]


def test_a_message_goes_in_and_out(sqs: Any, url: str) -> None:
    sent = sqs.send_message(QueueUrl=url, MessageBody="hello, grüße")
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]

    assert (message["MessageId"], message["Body"]) == (sent["MessageId"], "hello, grüße")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    assert _attributes(sqs, url) == ("0", "0", "0")


def test_a_batch_goes_in_and_out(sqs: Any, url: str) -> None:
    entries = [{"Id": str(number), "MessageBody": f"m{number}"} for number in range(10)]
    sent = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    assert [entry["Id"] for entry in sent["Successful"]] == [str(n) for n in range(10)]
    assert not sent.get("Failed")

    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert [message["Body"] for message in messages] == [f"m{number}" for number in range(10)]
    handled = [
        {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
        for number, message in enumerate(messages[:9])
    ]
    sqs.delete_message_batch(QueueUrl=url, Entries=handled)
    assert _attributes(sqs, url) == ("0", "1", "0")


def test_a_delay_is_on_the_stack_clock(sqs: Any, url: str, running: Stack) -> None:
    sqs.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=60)
    assert _attributes(sqs, url) == ("0", "0", "1")
    assert "Messages" not in sqs.receive_message(QueueUrl=url)

    running.clock.advance(60)
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "later"


def test_a_message_can_be_given_back_early(sqs: Any, url: str) -> None:
    sqs.send_message(QueueUrl=url, MessageBody="again")
    (message,) = sqs.receive_message(QueueUrl=url, VisibilityTimeout=60)["Messages"]
    receipt = message["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)

    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "again"


def test_an_unknown_queue_is_told_by_its_aws_name(sqs: Any, url: str) -> None:
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.send_message(QueueUrl=url + "-misspelt", MessageBody="lost")
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="misspelt")


@pytest.mark.parametrize(
    "asked",
    [
        {"MessageBody": "x", "DelaySeconds": 901},
        {"MessageBody": ""},
        {"MessageBody": "x", "MessageGroupId": "fifo"},
        {"MessageBody": "x" * 256 * 1024},
    ],
)
def test_what_is_not_kept_is_refused(sqs: Any, url: str, asked: dict[str, Any]) -> None:
    with pytest.raises(ClientError):
        sqs.send_message(QueueUrl=url, **asked)

    assert _attributes(sqs, url) == ("0", "0", "0")


def test_a_batch_with_equal_ids_or_too_many_entries_is_refused(sqs: Any, url: str) -> None:
    entry = {"Id": "same", "MessageBody": "x"}
    with pytest.raises(sqs.exceptions.BatchEntryIdsNotDistinct):
        sqs.send_message_batch(QueueUrl=url, Entries=[entry, entry])
    entries = [{"Id": str(number), "MessageBody": "x"} for number in range(11)]
    with pytest.raises(sqs.exceptions.TooManyEntriesInBatchRequest):
        sqs.send_message_batch(QueueUrl=url, Entries=entries)


def test_an_operation_that_is_not_kept_says_so(sqs: Any, url: str) -> None:
    with pytest.raises(ClientError, match="not kept"):
        sqs.create_queue(QueueName="new")


def _attributes(sqs: Any, url: str) -> tuple[str, str, str]:
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return (
        told["ApproximateNumberOfMessages"],
        told["ApproximateNumberOfMessagesNotVisible"],
        told["ApproximateNumberOfMessagesDelayed"],
    )
