"""The WebSocket API: a route and an integration for each action, its deployment and its stage.

Routes stand here, not with their features: one that moved to another stack would be created there
before it is deleted here, and meet its own double. No route has a response, because what a socket's
function returns is told to nobody.
"""

import re
from collections.abc import Iterable

from infra.functions import Function, RouteKey
from infra.package import logs
from infra.package.errors import NotPackaged
from infra.package.hashing import ID_DIGITS, digest
from infra.package.naming import Resource, Resources, integration_uri, logical, tags
from infra.package.stage import ANSWER_SECONDS_MAX, Stage

API, STAGE, LOGS = "SocketApi", "SocketStage", "SocketLogGroup"
ACTION = "$request.body.action"

LOGGED = {
    "request_id": "$context.requestId",
    "at_epoch_ms": "$context.requestTimeEpoch",
    "event": "$context.eventType",
    "route": "$context.routeKey",
    "connection_id": "$context.connectionId",
    "status": "$context.status",
    "error": "$context.error.responseType",
    "function_latency_ms": "$context.integrationLatency",
    "function_status": "$context.integration.status",
    "function_request_id": "$context.integration.requestId",
}
"""A line of the access log. Tickets come in the query, so nothing of it is here."""


def sockets(stage: Stage, functions: Iterable[Function], after: list[str]) -> Resources:
    """The API, a deployment of just these routes, `after` their functions, and its stage."""
    api: Resource = {
        "Type": "AWS::ApiGatewayV2::Api",
        "Properties": {
            "Name": f"pairly-{stage.name}-sockets",
            "ProtocolType": "WEBSOCKET",
            "RouteSelectionExpression": ACTION,
            "DisableExecuteApiEndpoint": False,
            "Tags": _tags(stage),
        },
    }
    routes = _routes(stage, functions)
    deployment = f"SocketDeployment{digest([api, routes], ID_DIGITS)}"
    return {
        API: api,
        **routes,
        deployment: {
            "Type": "AWS::ApiGatewayV2::Deployment",
            "DependsOn": [*(name for name in routes if name.endswith("Route")), *after],
            "Properties": {"ApiId": {"Ref": API}},
        },
        LOGS: logs.log_group("sockets", stage),
        STAGE: _stage(stage, deployment),
    }


def _routes(stage: Stage, functions: Iterable[Function]) -> Resources:
    found: Resources = {}
    for function in functions:
        if isinstance(function.trigger, RouteKey):
            key = function.trigger.key
            name = "socket-" + re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")
            route, integration = logical(name, "Route"), logical(name, "Integration")
            if route in found:
                raise NotPackaged(
                    f"Two socket routes would be the {route}, and one of them is {key!r}."
                    " Rename that action."
                )
            found[integration] = _integration(function, stage)
            found[route] = _route(key, integration)
    return found


def _integration(function: Function, stage: Stage) -> Resource:
    return {
        "Type": "AWS::ApiGatewayV2::Integration",
        "Properties": {
            "ApiId": {"Ref": API},
            "IntegrationType": "AWS_PROXY",
            "IntegrationUri": integration_uri(function, stage),
            "ContentHandlingStrategy": "CONVERT_TO_TEXT",
            "TimeoutInMillis": ANSWER_SECONDS_MAX * 1000,
        },
    }


def _route(key: str, integration: str) -> Resource:
    return {
        "Type": "AWS::ApiGatewayV2::Route",
        "Properties": {
            "ApiId": {"Ref": API},
            "RouteKey": key,
            # Whoever connects is known by the ticket, which the function of $connect redeems.
            "AuthorizationType": "NONE",
            "Target": {"Fn::Sub": f"integrations/${{{integration}}}"},
        },
    }


def _stage(stage: Stage, deployment: str) -> Resource:
    return {
        "Type": "AWS::ApiGatewayV2::Stage",
        **logs.needing_role(stage),
        "Properties": {
            "ApiId": {"Ref": API},
            "DeploymentId": {"Ref": deployment},
            "StageName": stage.name,
            "DefaultRouteSettings": {
                "ThrottlingRateLimit": stage.frames_per_second,
                "ThrottlingBurstLimit": stage.frames_burst,
                # Unlike the access log, an execution log may hold frames.
                "DataTraceEnabled": False,
                "LoggingLevel": "OFF",
            },
            "AccessLogSettings": logs.setting(LOGS, LOGGED),
            "Tags": _tags(stage),
        },
    }


def _tags(stage: Stage) -> dict[str, str]:
    """The tags of every resource, as the second version of API Gateway's resources wants them."""
    return {tag["Key"]: tag["Value"] for tag in tags(stage)}
