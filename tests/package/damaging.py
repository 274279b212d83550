"""Templates of `dev` that a test may damage, and ways to reach into them."""

import copy
from typing import Any

from infra.package.templates import Templates
from tests.package.packaged import packaged

Resource = dict[str, Any]


def intact(**changes: Any) -> Templates:
    """A copy of what is deployed, of the stage with these fields otherwise."""
    return copy.deepcopy(packaged("dev", **changes))


def properties(template: dict[str, Any], id_: str) -> Resource:
    """A resource's properties."""
    found: Resource = template["Resources"][id_]["Properties"]
    return found


def body(templates: Templates) -> Resource:
    """The definition of the REST API."""
    found: Resource = properties(templates.parent, "RestApi")["Body"]
    return found


def only(template: dict[str, Any], type_: str) -> str:
    """The logical id of the one resource of a type."""
    (id_,) = [id_ for id_, each in template["Resources"].items() if each["Type"] == type_]
    return id_


def grant(template: dict[str, Any], role: str, arn: str) -> None:
    """Let a role do something more, on this."""
    (policy,) = properties(template, role)["Policies"]
    statement = {"Effect": "Allow", "Action": ["x:Use"], "Resource": {"Fn::Sub": arn}}
    policy["PolicyDocument"]["Statement"].append(statement)


def arn(service: str, resource: str) -> str:
    return f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{resource}"
