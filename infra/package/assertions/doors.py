"""The doors: what API Gateway and EventBridge call, and whether the functions let them.

A function is called through a door only if a permission of its own names the door, by ARN. A door
without one answers 500, a permission without a door is a grant that nobody needs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from infra.iam import EVENTS, GATEWAY
from infra.package.assertions.functions import called
from infra.package.assertions.made import (
    FUNCTION,
    INTEGRATION,
    MAPPING,
    PERMISSION,
    PLACE,
    REST_API,
    REST_STAGE,
    ROUTE,
    RULE,
    SOCKET_STAGE,
    UNKNOWN,
    Made,
    World,
)

INTEGRATION_PART, AUTHORIZER_PART = (
    "x-amazon-apigateway-integration",
    "x-amazon-apigateway-authorizer",
)
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})
ANY = "x-amazon-apigateway-any-method"
PARAMETER = re.compile(r"\{[^}]*\}")
URI_PREFIX, URI_SUFFIX = ":lambda:path/2015-03-31/functions/", "/invocations"


@dataclass(frozen=True)
class Door:
    """Where a call comes from: who calls, which function, and the ARN it calls from."""

    principal: str
    function: str
    alias: str
    source: str
    where: str


def faults(world: World) -> Iterator[str]:
    """Doors that the function behind does not open, and permissions that no door uses."""
    through = list(doors(world))
    permissions = world.of(PERMISSION)
    names = world.functions()
    for door in through:
        if door.function in names and not any(_lets(each, door) for each in permissions):
            yield (
                f"{door.where} calls {door.function}, and no permission lets it: one is needed"
                f" for {door.principal} from {door.source}"
            )
    for permission in permissions:
        function, _ = called(permission.properties["FunctionName"])
        if function in names and not any(_lets(permission, door) for door in through):
            source = permission.properties.get("SourceArn", "anywhere")
            yield f"{permission} lets calls in from {source}, and no door there calls the function"
    yield from _unreached(world, through)


def doors(world: World) -> Iterator[Door]:
    """Every door of both APIs, and every rule."""
    for api in world.of(REST_API):
        yield from _rest(api, world)
    yield from _sockets(world)
    for rule in world.of(RULE):
        for target in rule.properties.get("Targets", []):
            function, alias = called(target["Arn"])
            yield Door(EVENTS, function, alias, rule.arn, str(rule))


def behind(uri: str) -> tuple[str, str]:
    """The function and alias that API Gateway's spelling of it means."""
    return called(uri.partition(URI_PREFIX)[2].removesuffix(URI_SUFFIX))


def operations(body: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The method and path of each operation in a REST API's body."""
    for path, methods in body.get("paths", {}).items():
        for method, operation in methods.items():
            if method in METHODS or method == ANY:
                yield "*" if method == ANY else method.upper(), path, operation


def _rest(api: Made, world: World) -> Iterator[Door]:
    body = api.properties.get("Body", {})
    stages = [
        each.name for each in world.of(REST_STAGE) if each.properties["RestApiId"] == api.name
    ]
    for method, path, operation in operations(body):
        uri = operation.get(INTEGRATION_PART, {}).get("uri", "")
        if URI_PREFIX in uri:
            for stage in stages:
                source = f"{_api_arn(api.name)}/{stage}/{method}{PARAMETER.sub('any', path)}"
                yield Door(GATEWAY, *behind(uri), source, f"{api}, {method} {path},")
    for name, scheme in body.get("components", {}).get("securitySchemes", {}).items():
        uri = scheme.get(AUTHORIZER_PART, {}).get("authorizerUri", "")
        source = f"{_api_arn(api.name)}/authorizers/{name}"
        yield Door(GATEWAY, *behind(uri), source, f"{api}, authorizer {name},")


def _sockets(world: World) -> Iterator[Door]:
    integrations = {f"integrations/{each.name}": each for each in world.of(INTEGRATION)}
    for route in world.of(ROUTE):
        integration = integrations.get(route.properties.get("Target", ""))
        if integration is None:
            continue
        api, key = route.properties["ApiId"], route.properties["RouteKey"]
        for stage in world.of(SOCKET_STAGE):
            if stage.properties["ApiId"] == api:
                source = f"{_api_arn(api)}/{stage.name}/{key}"
                target = behind(integration.properties["IntegrationUri"])
                yield Door(GATEWAY, *target, source, str(route))


def _lets(permission: Made, door: Door) -> bool:
    properties = permission.properties
    return (
        properties["Principal"] == door.principal
        and called(properties["FunctionName"]) == (door.function, door.alias)
        and fnmatchcase(door.source, properties.get("SourceArn", "*").replace(UNKNOWN, "*"))
    )


def _unreached(world: World, through: list[Door]) -> Iterator[str]:
    reached = {door.function for door in through}
    reached |= {called(each.properties["FunctionName"])[0] for each in world.of(MAPPING)}
    for function in world.of(FUNCTION):
        if function.name not in reached:
            yield f"{function} is called by nothing: no route, rule, queue or stream leads to it"


def _api_arn(api: str) -> str:
    return f"arn:aws:execute-api:{PLACE}:{api}"
