"""How large AWS lets stacks, APIs, roles and environments become, checked before anything is sent.

Where a limit can be raised, it is the one that a new account has.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra.package import naming, rest
from infra.package.errors import NotPackaged
from infra.package.naming import Resource, Template
from infra.package.output import rendered
from infra.package.resolving import resolve

STACK_RESOURCES_MAX = 500
STACK_BYTES_MAX = 1_000_000
STACK_OUTPUTS_MAX = 200
STACK_PARAMETERS_MAX = 200
TREE_RESOURCES_MAX = 2_500
"""Of a stack with all that are nested in it, in one operation."""
REST_NODES_MAX = 300
REST_BODY_BYTES_MAX = 6_000_000
SOCKET_ROUTES_MAX = 300
ROLE_CHARACTERS_MAX = 10_240
"""Of all policies within a role; spaces are not counted."""
ENVIRONMENT_BYTES_MAX = 4_096

SPLIT = "Split its feature in two, so that each part has a stack of its own."
MERGE = "Merge endpoints, or let a part of them have an API of its own."
FEWER = "Let its function need less, or split it in two."
SHORTER = "Let its function load less, or shorten the stage's addresses."


class _Longest(dict[str, str]):
    """What references may stand for, at the longest. What has no name here is another's ARN."""

    def __missing__(self, name: str) -> str:
        return "x" * 128


LONGEST = _Longest(
    {
        "AWS::Partition": "aws-us-gov",
        "AWS::Region": "ap-northeast-1",
        "AWS::AccountId": "0" * 12,
        "AWS::URLSuffix": "amazonaws.com.cn",
        naming.REST_API: "x" * 10,
        naming.SOCKET_API: "x" * 10,
    }
)


@dataclass(frozen=True)
class Figure:
    """How much there is of something, how much there may be, and what to do if it is more."""

    what: str
    found: int
    most: int
    remedy: str


def check(parent: Template, nested: Mapping[str, Template]) -> None:
    """Raise NotPackaged for the first figure beyond its limit."""
    for figure in _figures(parent, nested):
        if figure.found > figure.most:
            raise NotPackaged(
                f"{figure.what}: {figure.found:,}, and AWS takes {figure.most:,}. {figure.remedy}"
            )


def _figures(parent: Template, nested: Mapping[str, Template]) -> Iterator[Figure]:
    stacks = {**nested, "parent": parent}
    for name, template in stacks.items():
        yield from _of_stack(name, template)
    together = sum(len(template["Resources"]) for template in stacks.values())
    remedy = "Deploy some features as a stack of their own, beside the parent."
    yield Figure("Resources of all stacks together", together, TREE_RESOURCES_MAX, remedy)
    yield from _of_apis(parent)


def _of_stack(name: str, template: Template) -> Iterator[Figure]:
    parts = {
        "Resources": STACK_RESOURCES_MAX,
        "Outputs": STACK_OUTPUTS_MAX,
        "Parameters": STACK_PARAMETERS_MAX,
    }
    remedy = MERGE if name == "parent" else SPLIT
    for part, most in parts.items():
        yield Figure(f"{part} of stack {name}", len(template.get(part, {})), most, remedy)
    yield Figure(f"Bytes of stack {name}", len(rendered(template)), STACK_BYTES_MAX, remedy)
    for id_, resource in template["Resources"].items():
        yield from _of_resource(id_, resource)


def _of_resource(id_: str, resource: Resource) -> Iterator[Figure]:
    properties = resource.get("Properties", {})
    if resource["Type"] == "AWS::IAM::Role":
        policies = [each["PolicyDocument"] for each in properties.get("Policies", [])]
        characters = sum(len("".join(_filled(each).split())) for each in policies)
        yield Figure(f"Characters in the policies of {id_}", characters, ROLE_CHARACTERS_MAX, FEWER)
    elif resource["Type"] == "AWS::Lambda::Function":
        size = len(_filled(properties.get("Environment", {}).get("Variables", {})).encode())
        yield Figure(f"Bytes in the environment of {id_}", size, ENVIRONMENT_BYTES_MAX, SHORTER)


def _filled(value: Any) -> str:
    """As AWS gets it: JSON, with every reference replaced."""
    return rendered(resolve(value, LONGEST)).decode().strip()


def _of_apis(parent: Template) -> Iterator[Figure]:
    resources = parent["Resources"]
    routes = [each for each in resources.values() if each["Type"] == "AWS::ApiGatewayV2::Route"]
    yield Figure("Routes of the WebSocket API", len(routes), SOCKET_ROUTES_MAX, MERGE)
    body = resources[rest.API]["Properties"]["Body"]
    nodes = len(rest.nodes(body["paths"]))
    yield Figure("Resources of the REST API", nodes, REST_NODES_MAX, MERGE)
    size = len(rendered(body))
    yield Figure("Bytes of the REST API's definition", size, REST_BODY_BYTES_MAX, MERGE)
