"""The routes of both APIs: each once, leading somewhere, and part of what is deployed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from infra.package.assertions.doors import operations
from infra.package.assertions.made import (
    INTEGRATION,
    REST_API,
    ROUTE,
    SOCKET_DEPLOYMENT,
    World,
)


def faults(world: World) -> Iterator[str]:
    """Keys that two routes share, routes that lead nowhere, and deployments that leave some out."""
    yield from _sockets(world)
    yield from _deployments(world)
    yield from _rest(world)


def _sockets(world: World) -> Iterator[str]:
    integrations = {
        f"integrations/{each.name}": each.properties["ApiId"] for each in world.of(INTEGRATION)
    }
    keys = Counter(
        (route.properties["ApiId"], route.properties["RouteKey"]) for route in world.of(ROUTE)
    )
    for (_, key), count in keys.items():
        if count > 1:
            yield f"{count} socket routes have the key {key}: API Gateway refuses the second"
    for route in world.of(ROUTE):
        target = route.properties.get("Target")
        if integrations.get(str(target)) != route.properties["ApiId"]:
            yield f"{route} leads to {target}, which is no integration of its API"


def _deployments(world: World) -> Iterator[str]:
    for deployment in world.of(SOCKET_DEPLOYMENT):
        for route in world.of(ROUTE):
            mine = route.properties["ApiId"] == deployment.properties["ApiId"]
            if mine and route.id not in deployment.needs:
                yield f"{deployment} may be made before {route}, and would leave it out: DependsOn"


def _rest(world: World) -> Iterator[str]:
    for api in world.of(REST_API):
        body = api.properties.get("Body", {})
        for place, names in _variables(body.get("paths", {})).items():
            if len(names) > 1:
                yield (
                    f"{api} has {' and '.join(sorted(names))} below {place}:"
                    " API Gateway takes one variable at a place"
                )
        known = body.get("components", {}).get("securitySchemes", {}).keys()
        for method, path, operation in operations(body):
            for scheme in operation.get("security", []):
                for name in scheme.keys() - known:
                    yield f"{api}, {method} {path}, asks the authorizer {name}, which it has not"


def _variables(paths: Iterable[str]) -> dict[str, set[str]]:
    """What the variable parts of paths are called, by the path up to them."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in paths:
        parts = path.strip("/").split("/")
        for place, part in enumerate(parts):
            if part.startswith("{"):
                found["/" + "/".join(parts[:place])].add(part)
    return found
