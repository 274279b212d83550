"""The parent stack: both APIs, and the stacks of what is kept and of each feature's functions.

It hands on what AWS makes up, by the names under which the stacks below ask for it: ids of the
APIs, and what the data stack puts out.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from infra.functions import Function
from infra.package import logs, rest, sockets
from infra.package.errors import NotPackaged
from infra.package.naming import (
    ARTIFACTS_BUCKET,
    ARTIFACTS_PREFIX,
    REST_API,
    SOCKET_API,
    Resource,
    Resources,
    Template,
    logical,
    tags,
)
from infra.package.stage import Stage

DATA = "data"
OWN: dict[str, Any] = {
    ARTIFACTS_BUCKET: {"Ref": ARTIFACTS_BUCKET},
    ARTIFACTS_PREFIX: {"Ref": ARTIFACTS_PREFIX},
    REST_API: {"Ref": rest.API},
    SOCKET_API: {"Ref": sockets.API},
}
"""What the parent itself hands on."""


def parent(
    stage: Stage,
    functions: Iterable[Function],
    binary_types: Iterable[str],
    *,
    nested: Mapping[str, Template],
    files: Mapping[str, str],
) -> Template:
    """The parent of these stacks, each kept in a file below the artifacts' prefix."""
    functions = list(functions)
    stacks = {logical(name, "Stack"): _stack(name, stage, nested, files[name]) for name in nested}
    features = [logical(name, "Stack") for name in nested if name != DATA]
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Pairly {stage.name}: both APIs, and the stacks behind them",
        "Parameters": _parameters(),
        "Resources": {
            **rest.rest(stage, functions, binary_types, features),
            **sockets.sockets(stage, functions, features),
            **(logs.account_role(rest.API, stage) if stage.sets_account_role else {}),
            **stacks,
        },
        "Outputs": _outputs(stage),
    }


def _parameters() -> Resources:
    return {
        ARTIFACTS_BUCKET: {
            "Type": "String",
            "Description": "The bucket, in this region, that the artifacts were copied to",
        },
        ARTIFACTS_PREFIX: {
            "Type": "String",
            "Description": "Where in the bucket they are: empty, or ending with a slash",
            "Default": "pairly/",
            "AllowedPattern": "^([^/]+/)*$",
        },
    }


def _stack(name: str, stage: Stage, nested: Mapping[str, Template], file: str) -> Resource:
    kept = nested[DATA].get("Outputs", {})
    asked = nested[name].get("Parameters", {})
    given = {each: _given(each, name, kept) for each in asked}
    url = f"https://${{{ARTIFACTS_BUCKET}}}.s3.${{AWS::Region}}.${{AWS::URLSuffix}}"
    # Functions that ask nothing of the data stack use its tables all the same.
    waits = name != DATA and not kept.keys() & given.keys()
    return {
        "Type": "AWS::CloudFormation::Stack",
        # What outlives its stack says so itself.
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        **({"DependsOn": [logical(DATA, "Stack")]} if waits else {}),
        "Properties": {
            "TemplateURL": {"Fn::Sub": f"{url}/${{{ARTIFACTS_PREFIX}}}{file}"},
            **({"Parameters": given} if given else {}),
            "Tags": tags(stage),
        },
    }


def _given(parameter: str, stack: str, kept: Mapping[str, Any]) -> Any:
    if parameter in OWN:
        return OWN[parameter]
    if parameter in kept:
        return {"Fn::GetAtt": [logical(DATA, "Stack"), f"Outputs.{parameter}"]}
    raise NotPackaged(
        f"Stack {stack} asks for {parameter}, which neither the parent has nor the data stack puts"
        " out. Let the data stack put it out."
    )


def _outputs(stage: Stage) -> Resources:
    """API Gateway's own addresses; a domain of the stage's own is pointed at them."""
    host = "execute-api.${AWS::Region}.${AWS::URLSuffix}"
    return {
        "RestUrl": {
            "Description": "Where the REST API answers",
            "Value": {"Fn::Sub": f"https://${{{rest.API}}}.{host}/{stage.name}"},
        },
        "SocketUrl": {
            "Description": "Where sockets connect",
            "Value": {"Fn::Sub": f"wss://${{{sockets.API}}}.{host}/{stage.name}"},
        },
    }
