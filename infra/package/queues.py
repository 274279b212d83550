"""Queues, each with a second one for its dead letters, all encrypted and reached by TLS alone."""

from infra.functions import QueueSource
from infra.package import naming
from infra.package.naming import Resource, Resources
from infra.package.policies import tls_only
from infra.package.stage import Stage

DEAD = "-dead"
WAITING_SECONDS, DEAD_SECONDS = 7 * 24 * 3600, 14 * 24 * 3600
"""A dead letter keeps the age it came with, so it is kept for longer: as long as SQS can."""


def queues(source: QueueSource, stage: Stage) -> Resources:
    """A queue, and where a message goes that was received too often."""
    alive, dead = source.queue, source.queue + DEAD
    redrive = {
        "MessageRetentionPeriod": WAITING_SECONDS,
        "VisibilityTimeout": source.visibility_seconds,
        "RedrivePolicy": {
            "deadLetterTargetArn": {"Fn::GetAtt": [naming.logical(dead, "Queue"), "Arn"]},
            "maxReceiveCount": source.receives_max,
        },
    }
    burial = {
        "MessageRetentionPeriod": DEAD_SECONDS,
        "RedriveAllowPolicy": {
            "redrivePermission": "byQueue",
            "sourceQueueArns": [naming.queue_arn(alive, stage)],
        },
    }
    return {
        naming.logical(alive, "Queue"): _queue(alive, stage, redrive),
        naming.logical(dead, "Queue"): _queue(dead, stage, burial),
    }


def policies(source: QueueSource, stage: Stage) -> Resources:
    """For each of the two queues, that it is reached by TLS alone."""
    return {
        naming.logical(short, "QueuePolicy"): {
            "Type": "AWS::SQS::QueuePolicy",
            "Properties": {
                "Queues": [{"Ref": naming.logical(short, "Queue")}],
                "PolicyDocument": tls_only("sqs:*", naming.queue_arn(short, stage)),
            },
        }
        for short in (source.queue, source.queue + DEAD)
    }


def _queue(short: str, stage: Stage, more: Resource) -> Resource:
    return {
        "Type": "AWS::SQS::Queue",
        "Properties": {
            "QueueName": naming.physical(short, stage),
            **more,
            "SqsManagedSseEnabled": True,
            "Tags": naming.tags(stage),
        },
    }
