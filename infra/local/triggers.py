"""What invokes the functions of a package, by its templates: routes, mappings, rules."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from infra.functions import (
    CHANGES,
    RECORD_AGE_SECONDS_MAX,
    Kind,
    QueueSource,
    Route,
    RouteKey,
    Schedule,
    StreamSource,
    Token,
    Trigger,
)
from infra.local.asgi import Headers
from infra.local.errors import NotStarted
from infra.local.runtime import Rest
from infra.local.templates import Properties, Resource, Stacks

FUNCTION = re.compile(r":function:(?P<name>[^:/]+)")
"""In an ARN, and in what API Gateway calls one."""
INTEGRATION = "x-amazon-apigateway-integration"
Grant = tuple[str, str]

READS_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
READS_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
"""What Lambda does in the name of a function that reads one."""
LISTS_STREAMS = ("dynamodb:ListStreams", "*")


@dataclass(frozen=True)
class Invoked:
    """What invokes a function, which is named as it is deployed.

    known_as  how routes call it, where it is an authorizer
    reads     actions and ARNs that its role must grant, or else Lambda sets no such trigger up
    """

    deployed: str
    kind: Kind
    trigger: Trigger
    known_as: str = ""
    reads: tuple[Grant, ...] = ()


def triggers(stacks: Stacks, stage: str) -> Iterator[Invoked]:
    """Everything that invokes something."""
    yield from _rest(_body(stacks))
    yield from _sockets(stacks)
    for mapping in stacks.of("AWS::Lambda::EventSourceMapping"):
        yield _mapped(mapping, stacks, f"pairly-{stage}-")
    for rule in stacks.of("AWS::Events::Rule"):
        schedule = Schedule(rule.properties["ScheduleExpression"])
        for target in rule.properties["Targets"]:
            yield Invoked(function_of(target["Arn"]), "schedule", schedule)


def rest(stacks: Stacks) -> Rest:
    """What the REST API is set to, besides its routes."""
    body = _body(stacks)
    refusal = body["x-amazon-apigateway-gateway-responses"]["DEFAULT_4XX"]["responseParameters"]
    headers = [(name.rpartition(".")[2], value.strip("'")) for name, value in refusal.items()]
    cors: Headers = [each for each in headers if each[0].startswith("Access-Control-")]
    binary = body.get("x-amazon-apigateway-binary-media-types", [])
    return Rest(frozenset(kind.lower() for kind in binary), cors)


def function_of(named: str) -> str:
    """The function that an ARN, an integration's URI or a bare name means."""
    found = FUNCTION.search(named)
    return found["name"] if found else named


def _body(stacks: Stacks) -> Properties:
    """The definition of the one REST API."""
    (api,) = stacks.of("AWS::ApiGateway::RestApi")
    body: Properties = api.properties["Body"]
    return body


def _rest(body: Properties) -> Iterator[Invoked]:
    schemes = body.get("components", {}).get("securitySchemes", {})
    for name, scheme in schemes.items():
        authorizer = scheme["x-amazon-apigateway-authorizer"]
        token = Token(authorizer["authorizerResultTtlInSeconds"])
        yield Invoked(function_of(authorizer["authorizerUri"]), "authorizer", token, name)
    for path, operations in body["paths"].items():
        for method, operation in operations.items():
            integration = operation[INTEGRATION]
            if integration["type"] == "aws_proxy":
                secured = [name for each in operation.get("security", []) for name in each]
                route = Route(method.upper(), path, secured[0] if secured else None)
                yield Invoked(function_of(integration["uri"]), "rest", route)


def _sockets(stacks: Stacks) -> Iterator[Invoked]:
    integrations = {
        f"integrations/{each.id}": each for each in stacks.of("AWS::ApiGatewayV2::Integration")
    }
    for route in stacks.of("AWS::ApiGatewayV2::Route"):
        integration = integrations[route.properties["Target"]]
        deployed = function_of(integration.properties["IntegrationUri"])
        yield Invoked(deployed, "socket", RouteKey(route.properties["RouteKey"]))


def _mapped(mapping: Resource, stacks: Stacks, prefix: str) -> Invoked:
    said = mapping.properties
    deployed, source = function_of(said["FunctionName"]), said["EventSourceArn"]
    if ":sqs:" in source:
        queue = _queue(said, _queue_of(source, stacks), prefix)
        reads = [(action, source) for action in READS_QUEUE]
        return Invoked(deployed, "queue", queue, reads=tuple(reads))
    reads = [*((action, source) for action in READS_STREAM), LISTS_STREAMS]
    return Invoked(deployed, "stream", _stream(said, prefix), reads=tuple(reads))


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
    )


def _stream(said: Properties, prefix: str) -> StreamSource:
    table = said["EventSourceArn"].partition(":table/")[2].partition("/")[0]
    return StreamSource(
        table=table.removeprefix(prefix),
        batch_size=said["BatchSize"],
        event_names=_event_names(said),
        record_age_seconds_max=said.get("MaximumRecordAgeInSeconds", RECORD_AGE_SECONDS_MAX),
    )


def _event_names(said: Properties) -> tuple[str, ...]:
    """Which kinds of changes the filters let through; one filter is enough for a change."""
    patterns = [
        json.loads(each["Pattern"]) for each in said.get("FilterCriteria", {}).get("Filters", [])
    ]
    strange = [each for each in patterns if each.keys() != {"eventName"}]
    if strange:
        raise NotStarted(
            f"A stream is filtered by {strange}, and only eventName is understood here."
        )
    named = {name for pattern in patterns for name in pattern["eventName"]}
    return tuple(name for name in CHANGES if name in named) if patterns else CHANGES
