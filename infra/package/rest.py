"""The REST API: its definition, its deployment and its stage, in the parent stack.

A path has a method for each of its functions; one for preflights; and one for every other method,
which says what may be called instead. Whatever is at no path is told so, at a greedy path: left to
itself, API Gateway would take a member's `Authorization` for a malformed AWS signature.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from chalicelib.core.errors import MethodNotAllowed, NoSuchRoute
from infra.functions import Function, Route, Token
from infra.package import answers, logs
from infra.package.hashing import ID_DIGITS, digest
from infra.package.naming import Resources, integration_uri, tags
from infra.package.stage import ANSWER_SECONDS_MAX, Stage

API, STAGE, LOGS = "RestApi", "RestStage", "RestLogGroup"
REGIONAL = "REGIONAL"
ANY = "x-amazon-apigateway-any-method"
INTEGRATION = "x-amazon-apigateway-integration"
UNKNOWN = "/{unknown+}"
PARAMETER = re.compile(r"{(\w+)\+?}")

LOGGED = {
    "request_id": "$context.requestId",
    "at_epoch_ms": "$context.requestTimeEpoch",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "error": "$context.error.responseType",
    "latency_ms": "$context.responseLatency",
    "function_latency_ms": "$context.integrationLatency",
    "authorizer_latency_ms": "$context.authorizer.integrationLatency",
    "function_request_id": "$context.integration.requestId",
    "answer_bytes": "$context.responseLength",
    "user_id": "$context.authorizer.user_id",
}
"""A line of the access log. It has the route and not the path, whose parts may be a member's id."""


def rest(
    stage: Stage, functions: Iterable[Function], binary_types: Iterable[str], after: list[str]
) -> Resources:
    """The API, a deployment of just this definition, `after` its functions, and its stage."""
    api = {
        "Type": "AWS::ApiGateway::RestApi",
        "Properties": {
            "Name": f"pairly-{stage.name}",
            "Body": body(stage, functions, binary_types),
            "EndpointConfiguration": {"Types": [REGIONAL]},
            # Each import of a definition sets the type anew, and to another one by default.
            "Parameters": {"endpointConfigurationTypes": REGIONAL},
            "DisableExecuteApiEndpoint": False,
            "Tags": tags(stage),
        },
    }
    # A deployment is a copy of the API that never changes: another API needs another one.
    deployment = f"RestDeployment{digest(api, ID_DIGITS)}"
    return {
        API: api,
        deployment: {
            "Type": "AWS::ApiGateway::Deployment",
            "DependsOn": after,
            "Properties": {"RestApiId": {"Ref": API}},
        },
        LOGS: logs.log_group("rest", stage),
        STAGE: _stage(stage, deployment),
    }


def body(
    stage: Stage, functions: Iterable[Function], binary_types: Iterable[str]
) -> dict[str, Any]:
    """The definition, in OpenAPI with API Gateway's extensions."""
    functions = list(functions)
    return {
        "openapi": "3.0.1",
        "info": {"title": f"pairly-{stage.name}", "version": "1"},
        "paths": _paths(stage, functions),
        "components": {
            "securitySchemes": {
                each.handler: _authorizer(each, each.trigger, stage)
                for each in functions
                if isinstance(each.trigger, Token)
            }
        },
        "x-amazon-apigateway-binary-media-types": list(binary_types),
        "x-amazon-apigateway-gateway-responses": answers.gateway_responses(stage),
    }


def nodes(paths: Iterable[str]) -> set[str]:
    """What of the paths is a resource to API Gateway: of `/a/{b}` also `/a` and `/`."""
    found = {"/"}
    for path in paths:
        parts = path.strip("/").split("/")
        found |= {"/" + "/".join(parts[:length]) for length in range(1, len(parts) + 1)}
    return found


def _paths(stage: Stage, functions: list[Function]) -> dict[str, Any]:
    declared: dict[str, dict[str, Any]] = defaultdict(dict)
    for function in functions:
        if isinstance(function.trigger, Route):
            route = function.trigger
            declared[route.path][route.method.lower()] = _invoking(function, route, stage)
    for operations in declared.values():
        _complete(operations, stage)

    refusing = {ANY: answers.refusing(NoSuchRoute(), stage)}
    empty = sorted(nodes(declared) - declared.keys())
    paths = declared | dict.fromkeys([*empty, UNKNOWN], refusing)
    return {path: _with_parameters(path, paths[path]) for path in paths}


def _invoking(function: Function, route: Route, stage: Stage) -> dict[str, Any]:
    secured: dict[str, Any] = {"security": [{route.authorizer: []}]}
    return (secured if route.authorizer else {}) | {
        "responses": {"200": {"description": "The function's own."}},
        INTEGRATION: {
            "type": "aws_proxy",
            "httpMethod": "POST",
            "uri": integration_uri(function, stage),
            "timeoutInMillis": ANSWER_SECONDS_MAX * 1000,
            "passthroughBehavior": "when_no_match",
            "contentHandling": answers.TEXT,
        },
    }


def _complete(operations: dict[str, Any], stage: Stage) -> None:
    """Answer what no function of this path does."""
    allowed = ",".join(sorted({*map(str.upper, operations), "OPTIONS"}))
    if "options" not in operations:
        operations["options"] = answers.preflight(allowed, stage)
    operations[ANY] = answers.refusing(MethodNotAllowed(), stage, Allow=allowed)


def _with_parameters(path: str, operations: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in PARAMETER.findall(path)
    ]
    if not parameters:
        return operations
    return {name: {"parameters": parameters} | each for name, each in operations.items()}


def _authorizer(function: Function, token: Token, stage: Stage) -> dict[str, Any]:
    return {
        # API Gateway's spelling of an authorizer that is given this header.
        "type": "apiKey",
        "name": "Authorization",
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {
            "type": "token",
            "authorizerUri": integration_uri(function, stage),
            "authorizerResultTtlInSeconds": token.ttl_seconds,
        },
    }


def _stage(stage: Stage, deployment: str) -> dict[str, Any]:
    every_method = {
        "ResourcePath": "/*",
        "HttpMethod": "*",
        "ThrottlingRateLimit": stage.requests_per_second,
        "ThrottlingBurstLimit": stage.requests_burst,
        "CachingEnabled": False,
        # Unlike the access log, an execution log may hold headers and bodies.
        "DataTraceEnabled": False,
        "LoggingLevel": "OFF",
    }
    return {
        "Type": "AWS::ApiGateway::Stage",
        **logs.needing_role(stage),
        "Properties": {
            "RestApiId": {"Ref": API},
            "DeploymentId": {"Ref": deployment},
            "StageName": stage.name,
            "MethodSettings": [every_method],
            "CacheClusterEnabled": False,
            "TracingEnabled": stage.tracing,
            "AccessLogSetting": logs.setting(LOGS, LOGGED),
            "Tags": tags(stage),
        },
    }
