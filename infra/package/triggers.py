"""What invokes a function, and its leave to do so."""

import json
import re
from typing import Any

from infra.functions import (
    CHANGES,
    FAILURES_REPORTED,
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
from infra.package.naming import Resource, Resources
from infra.package.stage import Stage

_PLACEHOLDER = re.compile(r"\{[^}]*\}")


def trigger(function: Function, stage: Stage, invoked: Resource) -> Resources:
    """What a function's trigger consists of; `invoked` refers to the function or its alias."""
    match function.trigger:
        case Route(method, path):
            place = f"{stage.name}/{method}{_PLACEHOLDER.sub('*', path)}"
            return _permission(function, invoked, GATEWAY, naming.api_arn(naming.REST_API, place))
        case RouteKey(key):
            source = naming.api_arn(naming.SOCKET_API, f"{stage.name}/{key}")
            return _permission(function, invoked, GATEWAY, source)
        case Token():
            source = naming.api_arn(naming.REST_API, "authorizers/*")
            return _permission(function, invoked, GATEWAY, source)
        case Schedule(expression):
            return _rule(function, stage, invoked, expression)
        case QueueSource() as source:
            return _mapping(function, stage, invoked, _reads_queue(source, stage))
        case StreamSource() as source:
            return _mapping(function, stage, invoked, _reads_stream(source))


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


def _rule(function: Function, stage: Stage, invoked: Resource, expression: str) -> Resources:
    rule = naming.logical(function.name, "Rule")
    target = {"Id": "function", "Arn": naming.invoked_arn(function, stage)}
    return {
        rule: {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "Name": function.deployed(stage.name),
                "ScheduleExpression": expression,
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
