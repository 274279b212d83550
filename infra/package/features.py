"""A stack for each feature: its functions, each with its role, its log and its trigger."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from infra.functions import Function
from infra.package import naming
from infra.package.bundles import Bundle
from infra.package.errors import NotPackaged
from infra.package.hashing import ID_DIGITS, digest
from infra.package.naming import Resource, Resources, Template
from infra.package.resolving import references
from infra.package.roles import role
from infra.package.stage import Stage
from infra.package.triggers import trigger

NAME_LENGTH_MAX = 64
UNVERSIONED = ("ReservedConcurrentExecutions", "Tags")
"""What a version has no part in: asked for one after only these changed, Lambda refuses."""
PHOTOS = "photos"


def features(
    stage: Stage, functions: Iterable[Function], bundles: Mapping[str, Bundle]
) -> dict[str, Template]:
    """The stacks by feature. Raises NotPackaged for a function whose name is too long."""
    resources: dict[str, Resources] = defaultdict(dict)
    for function in functions:
        resources[function.feature] |= _deployed(function, stage, bundles[function.bundle])
    return {feature: _stack(feature, stage, those) for feature, those in resources.items()}


def environment(function: Function, stage: Stage) -> dict[str, str | Resource]:
    """The variables that the function finds: the stage's, and which feature's doors to open."""
    domain = "execute-api.${AWS::Region}.${AWS::URLSuffix}"
    rest = f"${{{naming.REST_API}}}.{domain}/{stage.name}"
    sockets = f"${{{naming.SOCKET_API}}}.{domain}/{stage.name}"
    queues = "https://sqs.${AWS::Region}.${AWS::URLSuffix}/${AWS::AccountId}/"
    photos = naming.bucket(PHOTOS, stage)
    return {
        **stage.environment,
        **({} if function.doors is None else {"PAIRLY_FEATURE": function.doors}),
        **({"PAIRLY_LOADS": " ".join(function.loads)} if function.loads else {}),
        "PAIRLY_PUBLIC_URL": stage.public_url or {"Fn::Sub": f"https://{rest}"},
        "PAIRLY_WEBSOCKET_URL": stage.websocket_url or {"Fn::Sub": f"wss://{sockets}"},
        "PAIRLY_CONNECTIONS_ENDPOINT": {"Fn::Sub": f"https://{sockets}"},
        "PAIRLY_QUEUE_URL_PREFIX": {"Fn::Sub": queues},
        "PAIRLY_PHOTOS_BUCKET": photos,
        "PAIRLY_PHOTOS_URL": {
            "Fn::Sub": f"https://{naming.spelled(photos)}.s3.${{AWS::Region}}.${{AWS::URLSuffix}}"
        },
    }


def _stack(feature: str, stage: Stage, resources: Resources) -> Template:
    asked = {each for each in references(resources) if each.isalnum() and each not in resources}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Pairly {stage.name}: the functions of {feature}",
        "Parameters": {name: {"Type": "String"} for name in sorted(asked)},
        "Resources": resources,
    }


def _deployed(function: Function, stage: Stage, bundle: Bundle) -> Resources:
    """A function with all that is its own."""
    properties = _properties(function, stage, bundle)
    lambda_id = naming.logical(function.name, "Function")
    resources: Resources = {
        naming.logical(function.name, "Role"): role(function, stage),
        naming.logical(function.name, "LogGroup"): _log_group(function, stage),
        lambda_id: {"Type": "AWS::Lambda::Function", "Properties": properties},
    }
    invoked = {"Ref": lambda_id}
    if stage.snap_start:
        resources |= _snapshot(function, properties)
        invoked = {"Ref": naming.logical(function.name, "Alias")}
    return resources | trigger(function, stage, invoked)


def _properties(function: Function, stage: Stage, bundle: Bundle) -> Resource:
    override = stage.of(function.name)
    code_key = f"${{{naming.ARTIFACTS_PREFIX}}}bundles/{bundle.file.name}"
    properties: Resource = {
        "FunctionName": _name(function, stage),
        "Runtime": stage.runtime,
        "Architectures": [stage.architecture],
        "Handler": function.entry,
        "Code": {"S3Bucket": {"Ref": naming.ARTIFACTS_BUCKET}, "S3Key": {"Fn::Sub": code_key}},
        "Role": {"Fn::GetAtt": [naming.logical(function.name, "Role"), "Arn"]},
        "MemorySize": function.memory_mb,
        "Timeout": function.timeout_seconds,
        "Environment": {"Variables": environment(function, stage)},
        "LoggingConfig": {
            # The app writes JSON lines, which pass as they are; Lambda's own are to match.
            "LogFormat": "JSON",
            "LogGroup": {"Ref": naming.logical(function.name, "LogGroup")},
        },
        "TracingConfig": {"Mode": "Active" if stage.tracing else "PassThrough"},
        "Tags": naming.tags(stage),
    }
    if override.reserved_concurrency is not None:
        properties["ReservedConcurrentExecutions"] = override.reserved_concurrency
    if stage.snap_start:
        properties["SnapStart"] = {"ApplyOn": "PublishedVersions"}
    return properties


def _name(function: Function, stage: Stage) -> str:
    name = function.deployed(stage.name)
    if len(name) > NAME_LENGTH_MAX:
        raise NotPackaged(
            f"The function {name} has a name of {len(name)} characters, and Lambda takes"
            f" {NAME_LENGTH_MAX}. Shorten the name of its route, action or event, or the stage's."
        )
    return name


def _log_group(function: Function, stage: Stage) -> Resource:
    retention_days = stage.of(function.name).log_retention_days or stage.log_retention_days
    return {
        "Type": "AWS::Logs::LogGroup",
        "DeletionPolicy": "Delete",
        "UpdateReplacePolicy": "Delete",
        "Properties": {
            "LogGroupName": naming.log_group(function, stage),
            "RetentionInDays": retention_days,
            "Tags": naming.tags(stage),
        },
    }


def _snapshot(function: Function, properties: Resource) -> Resources:
    """A version, new whenever the function changes, and the alias that triggers know it by."""
    published = {name: each for name, each in properties.items() if name not in UNVERSIONED}
    version = naming.logical(function.name, "Version") + digest(published, ID_DIGITS)
    lambda_id = {"Ref": naming.logical(function.name, "Function")}
    return {
        version: {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": lambda_id}},
        naming.logical(function.name, "Alias"): {
            "Type": "AWS::Lambda::Alias",
            "Properties": {
                "FunctionName": lambda_id,
                "FunctionVersion": {"Fn::GetAtt": [version, "Version"]},
                "Name": naming.ALIAS,
            },
        },
    }
