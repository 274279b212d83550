"""What invokes the functions of a package, by its templates: routes, mappings, rules."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infra import iam
from infra.functions import (
    CHANGES,
    FAILURES_REPORTED,
    BucketSource,
    Kind,
    QueueSource,
    Route,
    RouteKey,
    Schedule,
    StreamSource,
    Token,
    Trigger,
)
from infra.local import events
from infra.local.asgi import Headers
from infra.local.errors import Lacking, NotStarted
from infra.local.events import ACCOUNT, REGION, REST_API, SOCKET_API
from infra.local.runtime import Rest
from infra.local.templates import Properties, Resource, Stacks

FUNCTION = re.compile(r":function:(?P<name>[^:/]+)(:(?P<alias>[^:/]+))?")
"""In an ARN, and in what API Gateway calls one."""
PARAMETER = re.compile(r"\{[^}]*\}")
INTEGRATION = "x-amazon-apigateway-integration"


@dataclass(frozen=True)
class Call:
    """How a service invokes a function: by which alias, if any, and in the name of which ARN."""

    principal: str
    source: str
    alias: str


@dataclass(frozen=True)
class Invoked:
    """What invokes a function, which is named as it is deployed.

    known_as  how routes call it, where it is an authorizer
    reads     actions and ARNs that its role must grant, or else Lambda sets no such trigger up
    call      what a permission of the function must cover, or else nothing gets through
    """

    deployed: str
    kind: Kind
    trigger: Trigger
    known_as: str = ""
    reads: tuple[iam.Grant, ...] = ()
    call: Call | None = None


def triggers(stacks: Stacks, stage: str) -> Iterator[Invoked]:
    """Everything that invokes something."""
    yield from _rest(_body(stacks), stage)
    yield from _sockets(stacks, stage)
    for mapping in stacks.of("AWS::Lambda::EventSourceMapping"):
        yield _mapped(mapping, stacks, f"pairly-{stage}-")
    for rule in stacks.of("AWS::Events::Rule"):
        for target in rule.properties["Targets"]:
            yield _ruled(rule, target, stacks, stage)


def rest(stacks: Stacks) -> Rest:
    """What the REST API is set to, besides its routes."""
    body = _body(stacks)
    refusal = body["x-amazon-apigateway-gateway-responses"]["DEFAULT_4XX"]["responseParameters"]
    headers = [(name.rpartition(".")[2], value.strip("'")) for name, value in refusal.items()]
    cors: Headers = [each for each in headers if each[0].startswith("Access-Control-")]
    binary = body.get("x-amazon-apigateway-binary-media-types", [])
    return Rest(frozenset(kind.lower() for kind in binary), cors)


def function_of(named: str) -> tuple[str, str]:
    """The function, and its alias, that an ARN, an integration's URI or a bare name means."""
    found = FUNCTION.search(named)
    return (found["name"], found["alias"] or "") if found else (named, "")


def _body(stacks: Stacks) -> Properties:
    """The definition of the one REST API."""
    for api in stacks.of("AWS::ApiGateway::RestApi"):
        body: Properties = api.properties["Body"]
        return body
    raise Lacking("no template has a REST API")


def _rest(body: Properties, stage: str) -> Iterator[Invoked]:
    schemes = body.get("components", {}).get("securitySchemes", {})
    for name, scheme in schemes.items():
        authorizer = scheme["x-amazon-apigateway-authorizer"]
        token = Token(authorizer["authorizerResultTtlInSeconds"])
        deployed, alias = function_of(authorizer["authorizerUri"])
        call = Call(iam.GATEWAY, events.api_arn(REST_API, f"authorizers/{name}"), alias)
        yield Invoked(deployed, "authorizer", token, name, call=call)
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            integration = operation[INTEGRATION]
            if integration["type"] == "aws_proxy":
                secured = [name for each in operation.get("security", []) for name in each]
                route = Route(method.upper(), path, secured[0] if secured else None)
                deployed, alias = function_of(integration["uri"])
                arn = events.method_arn(stage, route.method, PARAMETER.sub("any", path))
                call = Call(iam.GATEWAY, arn, alias)
                yield Invoked(deployed, "rest", route, call=call)


def _sockets(stacks: Stacks, stage: str) -> Iterator[Invoked]:
    integrations = {
        f"integrations/{each.id}": each for each in stacks.of("AWS::ApiGatewayV2::Integration")
    }
    for route in stacks.of("AWS::ApiGatewayV2::Route"):
        target, key = route.properties["Target"], route.properties["RouteKey"]
        if target not in integrations:
            raise Lacking(f"{route} leads to {target}, which no template makes")
        deployed, alias = function_of(integrations[target].properties["IntegrationUri"])
        call = Call(iam.GATEWAY, events.api_arn(SOCKET_API, f"{stage}/{key}"), alias)
        yield Invoked(deployed, "socket", RouteKey(key), call=call)


def _mapped(mapping: Resource, stacks: Stacks, prefix: str) -> Invoked:
    said = mapping.properties
    (deployed, _), source = function_of(said["FunctionName"]), said["EventSourceArn"]
    reads = tuple(iam.reading(source))
    if ":sqs:" in source:
        queue = _queue(said, _queue_of(source, stacks), prefix)
        return Invoked(deployed, "queue", queue, reads=reads)
    return Invoked(deployed, "stream", _stream(said, prefix), reads=reads)


def _ruled(rule: Resource, target: Properties, stacks: Stacks, stage: str) -> Invoked:
    """What a rule invokes a function for: a schedule, or objects that arrive in a bucket."""
    deployed, alias = function_of(target["Arn"])
    call = Call(iam.EVENTS, rule.arn, alias)
    if "EventPattern" in rule.properties:
        return Invoked(deployed, "bucket", _arrivals(rule, stacks, stage), call=call)
    schedule = Schedule(rule.properties["ScheduleExpression"])
    return Invoked(deployed, "schedule", schedule, call=call)


def _arrivals(rule: Resource, stacks: Stacks, stage: str) -> BucketSource:
    heard = rule.properties["EventPattern"]
    if heard["source"] != ["aws.s3"] or heard["detail-type"] != ["Object Created"]:
        raise NotStarted(f"{rule.id} waits for {heard}, and only what arrives in S3 is told here.")
    (name,), (key,) = heard["detail"]["bucket"]["name"], heard["detail"]["object"]["key"]
    if not any(_tells(bucket, name) for bucket in stacks.of("AWS::S3::Bucket")):
        raise NotStarted(
            f"{stacks.folder}: {rule.id} waits for the bucket {name}, and no template makes one"
            " that tells EventBridge."
        )
    short = name.removeprefix(f"pairly-{stage}-").removesuffix(f"-{ACCOUNT}-{REGION}")
    return BucketSource(short, key["prefix"])


def _tells(bucket: Resource, name: str) -> bool:
    """Whether this is the bucket of that name, and EventBridge hears of what arrives in it."""
    said = bucket.properties.get("NotificationConfiguration", {})
    told = said.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled", False)
    return bool(told) and bucket.properties["BucketName"] == name


def _queue_of(arn: str, stacks: Stacks) -> Resource:
    for queue in stacks.of("AWS::SQS::Queue"):
        if queue.arn == arn:
            return queue
    raise NotStarted(f"{stacks.folder}: a function is to read {arn}, which no template makes.")


def _queue(said: Properties, queue: Resource, prefix: str) -> QueueSource:
    return QueueSource(
        queue=queue.properties["QueueName"].removeprefix(prefix),
        batch_size=said["BatchSize"],
        visibility_seconds=queue.properties["VisibilityTimeout"],
        receives_max=queue.properties["RedrivePolicy"]["maxReceiveCount"],
        reports_failures=_reports_failures(said),
    )


def _stream(said: Properties, prefix: str) -> StreamSource:
    table = said["EventSourceArn"].partition(":table/")[2].partition("/")[0]
    return StreamSource(
        table=table.removeprefix(prefix),
        batch_size=said["BatchSize"],
        event_names=_event_names(said),
        record_age_seconds_max=said["MaximumRecordAgeInSeconds"],
        reports_failures=_reports_failures(said),
    )


def _reports_failures(said: Properties) -> bool:
    return FAILURES_REPORTED in said.get("FunctionResponseTypes", [])


def _event_names(said: Properties) -> tuple[str, ...]:
    """Which kinds of changes the filters let through; one filter is enough for a change."""
    patterns = [
        _pattern(each["Pattern"]) for each in said.get("FilterCriteria", {}).get("Filters", [])
    ]
    strange = [each for each in patterns if each.keys() != {"eventName"}]
    if strange:
        raise NotStarted(
            f"A stream is filtered by {strange}, and only eventName is understood here."
        )
    named = {name for pattern in patterns for name in pattern["eventName"]}
    return tuple(name for name in CHANGES if name in named) if patterns else CHANGES


def _pattern(text: str) -> dict[str, Any]:
    try:
        pattern: dict[str, Any] = json.loads(text)
    except ValueError as failure:
        raise Lacking(f"A stream's filter {text!r} is no JSON: {failure}") from failure
    return pattern
