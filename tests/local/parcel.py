"""A package of a few lines, made by hand: every kind of trigger, and an app that notes its events.

It stands for what `make package` makes, in the same shape, so that the stack is tried on more than
the one package that there is.
"""

import json
import platform
import sys
import zipfile
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ORIGIN = "https://app.example"
STAGE = "trial"
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
MACHINE = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
INTEGRATION = "x-amazon-apigateway-integration"
RESPONSE_TYPES = {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
GATEWAY = {"Principal": "apigateway.amazonaws.com"}
CALLED_FROM = {
    "show": "${RestApiId}/trial/GET/v1/things/*",
    "upload": "${RestApiId}/trial/POST/v1/uploads",
    "doorkeeper": "${RestApiId}/authorizers/*",
    "socket-connect": "${SocketApiId}/trial/$connect",
    "socket-echo": "${SocketApiId}/trial/echo",
}
NAMES = ("show", "upload", "doorkeeper", "socket-connect", "socket-echo", "stream", "queue", "tick")

APP = """
import json, os


def app(event, context):
    return _noted("app", event, {"statusCode": 200, "body": json.dumps(dict(os.environ))})


def doorkeeper(event, context):
    _noted("doorkeeper", event, None)
    allow = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
    return {"principalId": event["authorizationToken"], "policyDocument": {"Statement": [allow]}}


def on_event(event, context):
    return _noted(context.function_name, event, None)


def _noted(name, event, answer):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(json.dumps([name, event]) + "\\n")
    return answer
"""

TABLE = {
    "TableName": f"pairly-{STAGE}-things",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "name", "AttributeType": "S"},
        {"AttributeName": "age", "AttributeType": "N"},
    ],
    "KeySchema": [{"AttributeName": "name", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_age",
            "KeySchema": [{"AttributeName": "age", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
    "TimeToLiveSpecification": {"AttributeName": "gone_at", "Enabled": True},
    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
    "DeletionProtectionEnabled": True,
}


@dataclass
class Parcel:
    """The package's files, to be changed before they are written. `stacks` are those below."""

    notes: Path
    parent: dict[str, Any] = field(default_factory=dict)
    stacks: dict[str, dict[str, Any]] = field(default_factory=dict)
    bundle: dict[str, str] = field(default_factory=lambda: {"app.py": APP})

    def __post_init__(self) -> None:
        self.stacks = {"data": _data(), "tiny": _functions(self.notes)}
        self.parent = {"Resources": _apis() | {"TinyStack": _stack("tiny"), "Data": _stack("data")}}
        given = {"RestApiId": {"Ref": "Rest"}, "SocketApiId": {"Ref": "Sockets"}}
        stream = {"ThingsStreamArn": {"Fn::GetAtt": ["Data", "Outputs.ThingsStreamArn"]}}
        self.parent["Resources"]["TinyStack"]["Properties"]["Parameters"] = given | stream

    def function(self, name: str) -> dict[str, Any]:
        """The properties of a function."""
        return self.properties(_id(name))

    def permission(self, name: str) -> dict[str, Any]:
        """The properties of a function's permission."""
        return self.properties(f"{_id(name)}Permission")

    def properties(self, id_: str) -> dict[str, Any]:
        """The properties of something beside the functions."""
        properties: dict[str, Any] = self.stacks["tiny"]["Resources"][id_]["Properties"]
        return properties

    def without(self, name: str) -> None:
        """Leave a function out, though its route is still there."""
        del self.stacks["tiny"]["Resources"][_id(name)]
        self.stacks["tiny"]["Resources"].pop(f"{_id(name)}Permission", None)

    def alias(self, name: str, source: str) -> None:
        """Let a function be read for by its alias, as where it starts from a snapshot."""
        resources = self.stacks["tiny"]["Resources"]
        version = {"Fn::GetAtt": [f"{_id(name)}Version", "Version"]}
        said = {"FunctionName": {"Ref": _id(name)}, "FunctionVersion": version, "Name": "live"}
        resources[f"{_id(name)}Alias"] = {"Type": "AWS::Lambda::Alias", "Properties": said}
        resources[source]["Properties"]["FunctionName"] = {"Ref": f"{_id(name)}Alias"}

    def write(self, folder: Path) -> Path:
        """Make the package."""
        for name, template in self.stacks.items():
            _put(folder / "artifacts" / "stacks" / f"{name}-0123.json", json.dumps(template))
        _put(folder / "parent.json", json.dumps(self.parent))
        (folder / "artifacts" / "bundles").mkdir(exist_ok=True)
        with zipfile.ZipFile(folder / "artifacts" / "bundles" / "core-4567.zip", "w") as archive:
            for name, content in self.bundle.items():
                archive.writestr(name, content)
        return folder


def _apis() -> dict[str, Any]:
    return {
        "Rest": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Body": _body()}},
        "Sockets": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"Name": "sockets"}},
        **_route("Connect", "$connect", "socket-connect"),
        **_route("Echo", "echo", "socket-echo"),
    }


def _body() -> dict[str, Any]:
    cors = {"Allow-Origin": f"'{ORIGIN}'", "Max-Age": "'600'"}
    headers = {f"gatewayresponse.header.Access-Control-{name}": cors[name] for name in cors}
    authorizer = {"authorizerUri": _uri("doorkeeper"), "authorizerResultTtlInSeconds": 60}
    return {
        "paths": {
            "/v1/things/{name}": {
                "get": _calling("show", "gate"),
                "options": {INTEGRATION: {"type": "mock"}},
            },
            "/v1/uploads": {"post": _calling("upload")},
        },
        "components": {"securitySchemes": {"gate": {"x-amazon-apigateway-authorizer": authorizer}}},
        "x-amazon-apigateway-binary-media-types": ["image/PNG"],
        "x-amazon-apigateway-gateway-responses": {
            "DEFAULT_4XX": {
                "responseParameters": headers
                | {"gatewayresponse.header.Content-Type": "'application/json'"}
            }
        },
    }


def _calling(name: str, scheme: str | None = None) -> dict[str, Any]:
    operation: dict[str, Any] = {INTEGRATION: {"type": "aws_proxy", "uri": _uri(name)}}
    return operation | ({"security": [{scheme: []}]} if scheme else {})


def _route(name: str, key: str, function: str) -> dict[str, Any]:
    return {
        f"{name}Integration": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {"IntegrationUri": _uri(function)},
        },
        f"{name}Route": {
            "Type": "AWS::ApiGatewayV2::Route",
            "Properties": {
                "RouteKey": key,
                "Target": {"Fn::Sub": f"integrations/${{{name}Integration}}"},
            },
        },
    }


def _stack(name: str) -> dict[str, Any]:
    url = "https://${ArtifactsBucket}.s3.${AWS::Region}.${AWS::URLSuffix}/${ArtifactsPrefix}stacks"
    return {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": {"Fn::Sub": f"{url}/{name}-0123.json"}},
    }


def _data() -> dict[str, Any]:
    dead = {"Fn::GetAtt": ["ChoresDead", "Arn"]}
    chores = {
        "QueueName": f"pairly-{STAGE}-chores",
        "VisibilityTimeout": 45,
        "RedrivePolicy": {"deadLetterTargetArn": dead, "maxReceiveCount": 2},
    }
    unread = {"QueueName": f"pairly-{STAGE}-unread", "RedrivePolicy": chores["RedrivePolicy"]}
    resources = {
        "Things": {"Type": "AWS::DynamoDB::Table", "Properties": deepcopy(TABLE)},
        "Chores": {"Type": "AWS::SQS::Queue", "Properties": chores},
        "Unread": {"Type": "AWS::SQS::Queue", "Properties": unread},
        "ChoresDead": {
            "Type": "AWS::SQS::Queue",
            "Properties": {"QueueName": f"pairly-{STAGE}-chores-dead"},
        },
    }
    stream = {"Value": {"Fn::GetAtt": ["Things", "StreamArn"]}}
    return {"Resources": resources, "Outputs": {"ThingsStreamArn": stream}}


def _functions(notes: Path) -> dict[str, Any]:
    handlers = {"show": "app", "upload": "app", "doorkeeper": "doorkeeper"}
    resources: dict[str, Any] = {}
    for name in NAMES:
        resources |= _function(name, handlers.get(name, "on_event"), notes)
    wanted = json.dumps({"eventName": ["REMOVE", "INSERT"]})
    resources["StreamSource"] = _source(
        "stream",
        EventSourceArn={"Ref": "ThingsStreamArn"},
        BatchSize=7,
        MaximumRecordAgeInSeconds=600,
        FilterCriteria={"Filters": [{"Pattern": wanted}]},
        **RESPONSE_TYPES,
    )
    queue = {"Fn::Sub": f"arn:aws:sqs:${{AWS::Region}}:${{AWS::AccountId}}:pairly-{STAGE}-chores"}
    resources["QueueSource"] = _source("queue", EventSourceArn=queue, BatchSize=3, **RESPONSE_TYPES)
    target = {"Id": "function", "Arn": {"Fn::GetAtt": [_id("tick"), "Arn"]}}
    rule = {"Name": "tick", "ScheduleExpression": "rate(1 hour)", "Targets": [target]}
    resources["TickRule"] = {"Type": "AWS::Events::Rule", "Properties": rule}
    for name, place in CALLED_FROM.items():
        source = f"arn:aws:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:{place}"
        resources |= _permission(name, SourceArn={"Fn::Sub": source}, **GATEWAY)
    by_rule = {"Principal": "events.amazonaws.com"}
    resources |= _permission("tick", SourceArn={"Fn::GetAtt": ["TickRule", "Arn"]}, **by_rule)
    given = ("RestApiId", "SocketApiId", "ThingsStreamArn")
    parameters = {name: {"Type": "String"} for name in given}
    return {"Parameters": parameters, "Resources": resources}


def _function(name: str, handler: str, notes: Path) -> dict[str, Any]:
    endpoint = f"https://${{SocketApiId}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/{STAGE}"
    statement = {"Effect": "Allow", "Action": ["sqs:*", "dynamodb:*"], "Resource": "*"}
    return {
        _id(name): {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": f"pairly-{STAGE}-{name}",
                "Runtime": PYTHON,
                "Architectures": [MACHINE],
                "Handler": f"app.{handler}",
                "Code": {
                    "S3Bucket": {"Ref": "ArtifactsBucket"},
                    "S3Key": {"Fn::Sub": "${ArtifactsPrefix}bundles/core-4567.zip"},
                },
                "Role": {"Fn::GetAtt": [f"{_id(name)}Role", "Arn"]},
                "MemorySize": 256,
                "Timeout": 9,
                "Environment": {
                    "Variables": {
                        "PAIRLY_STAGE": STAGE,
                        "PAIRLY_KEYRING_SECRET": "pairly/trial/keyring",
                        "PAIRLY_FEATURE": "tiny",
                        "PAIRLY_CONNECTIONS_ENDPOINT": {"Fn::Sub": endpoint},
                        "NOTES": str(notes),
                        "OWN": name,
                    }
                },
            },
        },
        f"{_id(name)}Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"Policies": [{"PolicyDocument": {"Statement": [statement]}}]},
        },
    }


def _source(name: str, **reading: Any) -> dict[str, Any]:
    properties = {"FunctionName": {"Ref": _id(name)}} | reading
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties}


def _permission(name: str, **given: Any) -> dict[str, Any]:
    said = {"Action": "lambda:InvokeFunction", "FunctionName": {"Ref": _id(name)}} | given
    return {f"{_id(name)}Permission": {"Type": "AWS::Lambda::Permission", "Properties": said}}


def _uri(name: str) -> dict[str, str]:
    function = f"function:pairly-{STAGE}-{name}"
    arn = f"arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:{function}"
    gateway = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions"
    return {"Fn::Sub": f"{gateway}/{arn}/invocations"}


def _id(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("-")) + "Function"


def _put(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
