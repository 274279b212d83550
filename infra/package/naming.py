"""How everything that is deployed is called: logical ids, physical names and ARNs.

Tables, queues and functions have fixed names, `pairly-<stage>-<name>`, so an ARN is spelled out
wherever it is needed. Stacks hand each other only what AWS makes up: ids of APIs, ARNs of streams.
Buckets share their names with the whole world, and have account and region in them.
"""

from typing import Any

from infra import iam
from infra.functions import Function
from infra.package.stage import Stage

Template = dict[str, Any]
Resource = dict[str, Any]
Resources = dict[str, Resource]
Arn = dict[str, str]
"""`{"Fn::Sub": "arn:…"}`, or `{"Ref": …}` where another stack hands the whole ARN over."""

ARTIFACTS_BUCKET, ARTIFACTS_PREFIX = "ArtifactsBucket", "ArtifactsPrefix"
REST_API, SOCKET_API = "RestApiId", "SocketApiId"
ALIAS = "live"
FAILURES = "FailuresBucket"
SECRET_SUFFIX = "-??????"
"""Secrets Manager ends an ARN with six characters of its own choice."""


def logical(name: str, kind: str) -> str:
    """CloudFormation's name: `messaging-inbox` and `Queue` are the `MessagingInboxQueue`."""
    return "".join(part.capitalize() for part in name.split("-")) + kind


def physical(name: str, stage: Stage) -> str:
    """The name a table, queue or bucket has in the stage's account."""
    return f"pairly-{stage.name}-{name}"


def handed(resource: str, attribute: str) -> str:
    """The output under which a stack hands on what AWS made up, and the parameter it arrives as."""
    return resource + attribute


def tags(stage: Stage) -> list[dict[str, str]]:
    """What each resource that can be tagged is tagged with."""
    return [{"Key": "Project", "Value": "pairly"}, {"Key": "Stage", "Value": stage.name}]


def spelled(arn: Arn | str) -> str:
    """An ARN as the text of an `Fn::Sub`."""
    if isinstance(arn, str):
        return arn
    return arn["Fn::Sub"] if "Fn::Sub" in arn else f"${{{arn['Ref']}}}"


def table_arn(table: str, stage: Stage) -> Arn:
    """A table, by its short name."""
    return _arn("dynamodb", f"table/{physical(table, stage)}")


def index_arn(table: str, index: str, stage: Stage) -> Arn:
    """An index of a table."""
    return _arn("dynamodb", f"table/{physical(table, stage)}/index/{index}")


def stream_arn(table: str) -> Arn:
    """A table's stream, as the data stack hands it on."""
    return {"Ref": handed(logical(table, "Table"), "StreamArn")}


def failures_arn() -> Arn:
    """The bucket for what streams set aside, as the data stack hands it on."""
    return {"Ref": handed(FAILURES, "Arn")}


def set_aside_arn() -> Arn:
    """The objects that Lambda puts into that bucket."""
    return {"Fn::Sub": f"{spelled(failures_arn())}/{iam.SET_ASIDE}*"}


def bucket(short: str, stage: Stage) -> dict[str, str]:
    """A bucket's name, by its short one."""
    return {"Fn::Sub": physical(f"{short}-${{AWS::AccountId}}-${{AWS::Region}}", stage)}


def bucket_arn(short: str, stage: Stage) -> Arn:
    """A bucket, by its short name."""
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:s3:::{spelled(bucket(short, stage))}"}


def objects_arn(short: str, folder: str, stage: Stage) -> Arn:
    """Whatever lies in a folder of a bucket."""
    return {"Fn::Sub": f"{spelled(bucket_arn(short, stage))}/{folder}/*"}


def queue_arn(queue: str, stage: Stage) -> Arn:
    """A queue, by its short name."""
    return _arn("sqs", physical(queue, stage))


def function_arn(function: Function, stage: Stage) -> Arn:
    """A function, without a version."""
    return _arn("lambda", f"function:{function.deployed(stage.name)}")


def invoked_arn(function: Function, stage: Stage) -> Arn:
    """What a trigger invokes: with SnapStart the alias of a version, since only those start so."""
    arn = function_arn(function, stage)
    return {"Fn::Sub": f"{spelled(arn)}:{ALIAS}"} if stage.snap_start else arn


def integration_uri(function: Function, stage: Stage) -> dict[str, str]:
    """How API Gateway spells a function that it is to invoke."""
    path = f"path/2015-03-31/functions/{spelled(invoked_arn(function, stage))}/invocations"
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:{path}"}


def log_group(function: Function, stage: Stage) -> str:
    """The name of a function's log group."""
    return f"/aws/lambda/{function.deployed(stage.name)}"


def log_group_arn(function: Function, stage: Stage) -> Arn:
    """A function's log group, as policies spell it: with its streams."""
    return _arn("logs", f"log-group:{log_group(function, stage)}:*")


def secret(name: str, stage: Stage) -> str:
    """The name of a secret."""
    return f"pairly/{stage.name}/{name}"


def secret_arn(name: str, stage: Stage) -> Arn:
    """A secret, whatever suffix it got."""
    return _arn("secretsmanager", f"secret:{secret(name, stage)}{SECRET_SUFFIX}")


def identity_arn(identity: str) -> Arn:
    """An address or domain that may send mail."""
    return _arn("ses", f"identity/{identity}")


def api_arn(api: str, resource: str) -> Arn:
    """Something of an API whose id arrives as the parameter `api`."""
    return _arn("execute-api", f"${{{api}}}/{resource}")


def _arn(service: str, resource: str) -> Arn:
    place = "${AWS::Region}:${AWS::AccountId}"
    return {"Fn::Sub": f"arn:${{AWS::Partition}}:{service}:{place}:{resource}"}
