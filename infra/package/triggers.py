"""What invokes a function, and its leave to do so.

A bucket tells EventBridge, whose rule stands beside its function. Were the bucket to call the
function itself, it could only be made after the function and its permission, and all that is kept
is made before any function.
"""

import json
import re
from typing import Any

from infra.functions import (
    ARRIVALS,
    CHANGES,
    FAILURES_REPORTED,
    BucketSource,
    Function,
    QueueSource,
    Route,
    RouteKey,
    Schedule,
    StreamSource,
    Token,
)
from infra.iam import EVENTS, GATEWAY
from infra.package import naming
from infra.package.naming import Arn, Resource, Resources
from infra.package.stage import Stage

ARRIVED = "Object Created"
_PLACEHOLDER = re.compile(r"\{[^}]*\}")


def trigger(function: Function, stage: Stage, invoked: Resource) -> Resources:
    """What a function's trigger consists of; `invoked` refers to the function or its alias."""
    match function.trigger:
        case Route() | RouteKey() | Token() as door:
            return _permission(function, invoked, GATEWAY, _gateway(door, stage))
        case Schedule(expression):
            return _rule(function, stage, invoked, {"ScheduleExpression": expression})
        case QueueSource() as source:
            return _mapping(function, stage, invoked, _reads_queue(source, stage))
        case StreamSource() as source:
            return _mapping(function, stage, invoked, _reads_stream(source))
        case BucketSource() as source:
            heard = {"EventPattern": _arrivals(source, stage)}
            rule = _rule(function, stage, invoked, heard, InputTransformer=_AS_S3_TELLS_IT)
            return rule | _retries(function, stage, source)


def _gateway(door: Route | RouteKey | Token, stage: Stage) -> Arn:
    """From where API Gateway calls."""
    match door:
        case Route(method, path):
            place = f"{stage.name}/{method}{_PLACEHOLDER.sub('*', path)}"
            return naming.api_arn(naming.REST_API, place)
        case RouteKey(key):
            return naming.api_arn(naming.SOCKET_API, f"{stage.name}/{key}")
        case Token():
            return naming.api_arn(naming.REST_API, "authorizers/*")


def _permission(function: Function, invoked: Resource, principal: str, source: Any) -> Resources:
    return {
        naming.logical(function.name, "Permission"): {
            "Type": "AWS::Lambda::Permission",
            "Properties": {
                "Action": "lambda:InvokeFunction",
                "FunctionName": invoked,
                "Principal": principal,
                "SourceArn": source,
            },
        }
    }


def _rule(
    function: Function, stage: Stage, invoked: Resource, when: Resource, **handed: Any
) -> Resources:
    rule = naming.logical(function.name, "Rule")
    target = {"Id": "function", "Arn": naming.invoked_arn(function, stage), **handed}
    return {
        rule: {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "Name": function.deployed(stage.name),
                **when,
                "State": "ENABLED",
                "Targets": [target],
                "Tags": naming.tags(stage),
            },
        },
        **_permission(function, invoked, EVENTS, {"Fn::GetAtt": [rule, "Arn"]}),
    }


def _mapping(function: Function, stage: Stage, invoked: Resource, reading: Resource) -> Resources:
    return {
        naming.logical(function.name, "Source"): {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "FunctionName": invoked,
                **reading,
                "Tags": naming.tags(stage),
            },
        }
    }


def _reads_queue(source: QueueSource, stage: Stage) -> Resource:
    return {
        "EventSourceArn": naming.queue_arn(source.queue, stage),
        "BatchSize": source.batch_size,
        **_answers(source),
    }


def _reads_stream(source: StreamSource) -> Resource:
    """A bad record is isolated, tried until it is too old, then set aside: the rest must pass."""
    return {
        "EventSourceArn": naming.stream_arn(source.table),
        "BatchSize": source.batch_size,
        "StartingPosition": "TRIM_HORIZON",
        "ParallelizationFactor": 1,
        "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": source.record_age_seconds_max,
        "DestinationConfig": {"OnFailure": {"Destination": naming.failures_arn()}},
        **_answers(source),
        **_filter(source.event_names),
    }


def _answers(source: QueueSource | StreamSource) -> Resource:
    return {"FunctionResponseTypes": [FAILURES_REPORTED]} if source.reports_failures else {}


def _filter(event_names: tuple[str, ...]) -> Resource:
    if set(event_names) == set(CHANGES):
        return {}
    pattern = json.dumps({"eventName": list(event_names)}, separators=(",", ":"))
    return {"FilterCriteria": {"Filters": [{"Pattern": pattern}]}}


def _arrivals(source: BucketSource, stage: Stage) -> Resource:
    """The events of EventBridge that tell of an object below the prefix."""
    if source.events != ARRIVALS:
        raise LookupError(f"nothing here says how EventBridge calls {source.events}")
    return {
        "source": ["aws.s3"],
        "detail-type": [ARRIVED],
        "detail": {
            "bucket": {"name": [naming.bucket(source.bucket, stage)]},
            "object": {"key": [{"prefix": source.prefix}]},
        },
    }


def _retries(function: Function, stage: Stage, source: BucketSource) -> Resources:
    """What fails is tried again by Lambda itself, and then set aside."""
    alias = naming.logical(function.name, "Alias")
    return {
        naming.logical(function.name, "Retries"): {
            "Type": "AWS::Lambda::EventInvokeConfig",
            **({"DependsOn": [alias]} if stage.snap_start else {}),
            "Properties": {
                "FunctionName": {"Ref": naming.logical(function.name, "Function")},
                "Qualifier": naming.ALIAS if stage.snap_start else "$LATEST",
                "MaximumRetryAttempts": source.retries_max,
                "MaximumEventAgeInSeconds": source.event_age_seconds_max,
                "DestinationConfig": {"OnFailure": {"Destination": naming.failures_arn()}},
            },
        }
    }


_RECORD = {
    "eventVersion": "2.1",
    "eventSource": "aws:s3",
    "awsRegion": "<region>",
    "eventTime": "<time>",
    "eventName": "ObjectCreated",
    "s3": {
        "bucket": {"name": "<bucket>", "arn": "<arn>"},
        "object": {"key": "<key>", "size": "<size>", "eTag": "<etag>", "sequencer": "<sequencer>"},
    },
}
_AS_S3_TELLS_IT = {
    "InputPathsMap": {
        "region": "$.region",
        "time": "$.time",
        "arn": "$.resources[0]",
        "bucket": "$.detail.bucket.name",
        "key": "$.detail.object.key",
        "size": "$.detail.object.size",
        "etag": "$.detail.object.etag",
        "sequencer": "$.detail.object.sequencer",
    },
    # EventBridge puts texts in quotes by itself.
    "InputTemplate": re.sub(r'"(<\w+>)"', r"\1", json.dumps({"Records": [_RECORD]})),
}
"""EventBridge's event as a notification of S3's own, which is what Chalice reads.

S3 would quote the key, and Chalice takes such quotes away; our keys have nothing to quote.
"""
