"""Each function's role: what it declares to need, and what Lambda does in its name.

Invariants
- An action is spelled out, never with a wildcard.
- A resource is named exactly. Where AWS knows no narrower one, `WILDCARDS` says why.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.utils import parseaddr
from itertools import product

from chalicelib.core.needs import Need
from infra import iam
from infra.functions import BucketSource, Function, QueueSource, StreamSource
from infra.package import naming
from infra.package.naming import Arn, Resource
from infra.package.policies import document
from infra.package.stage import Stage

ANYTHING = "*"

WILDCARDS = {
    "dynamodb:ListStreams": "AWS lets nobody list the streams of one table alone.",
    "execute-api:ManageConnections": "The end is the id of a connection, made when it opens.",
    "logs:CreateLogStream": "Lambda names streams as it starts; policies spell a group with them.",
    "logs:PutLogEvents": "Lambda names streams as it starts; policies spell a group with them.",
    "s3:DeleteObject": "The object's name has the ids of a member and a photo.",
    "s3:GetObject": "The object's name has the ids of a member and a photo.",
    "s3:PutObject": "The object's name has ids, or Lambda makes it up for what it sets aside.",
    "secretsmanager:GetSecretValue": "Secrets Manager ends an ARN with six characters of its own.",
    "xray:PutTelemetryRecords": "X-Ray knows no resource for it.",
    "xray:PutTraceSegments": "X-Ray knows no resource for it.",
}
"""For each action that is granted on a resource with a wildcard, why AWS knows no narrower one."""

LAMBDA_ITSELF = {
    "dynamodb:DescribeStream": "Lambda looks up the shards of the stream that it reads.",
    "dynamodb:GetRecords": "Lambda reads the stream.",
    "dynamodb:GetShardIterator": "Lambda goes on from where it was in the stream.",
    "dynamodb:ListStreams": "Lambda looks up the stream that it reads.",
    "logs:CreateLogStream": "Lambda begins a log for each place in which the function runs.",
    "logs:PutLogEvents": "Lambda writes down what the function prints.",
    "s3:ListBucket": "Lambda checks the bucket for what it sets aside.",
    "s3:PutObject": "Lambda sets aside what failed until it was too old.",
    "sqs:DeleteMessage": "Lambda deletes what the function managed.",
    "sqs:GetQueueAttributes": "Lambda looks up how long a message stays hidden.",
    "sqs:ReceiveMessage": "Lambda reads the queue.",
    "xray:PutTelemetryRecords": "Lambda tells X-Ray of its own health.",
    "xray:PutTraceSegments": "Lambda traces each invocation.",
}
"""Why a function's role grants what the function's own code is never seen to use."""

EITHER = "SES asks for the identity that was verified: the address, or its domain."

LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
SETS_ASIDE: list[tuple[str, Arn | str]] = [
    (iam.LISTS_BUCKET, naming.failures_arn()),
    (iam.SETS_ASIDE, naming.set_aside_arn()),
]
TRACING = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")


@dataclass(frozen=True)
class Grant:
    """One action on one resource; `unseen` says why nobody may see the function use it."""

    action: str
    resource: Arn | str
    unseen: str = ""

    @property
    def spelled(self) -> str:
        """The resource, as the text of an `Fn::Sub`."""
        return naming.spelled(self.resource)

    @property
    def is_wild(self) -> bool:
        """Whether the resource is more than one."""
        return "*" in self.spelled or "?" in self.spelled


def grants(function: Function, stage: Stage) -> list[Grant]:
    """Everything that a function's role lets it do."""
    needed = (grant for need in function.needs for grant in _needed(need, stage))
    return [*needed, *_by_lambda(function, stage)]


def role(function: Function, stage: Stage) -> Resource:
    """A function's role, which Lambda alone takes on."""
    trusted = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    allowed = _statements(grants(function, stage))
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": document(trusted),
            "Policies": [{"PolicyName": "needs", "PolicyDocument": document(*allowed)}],
            "Tags": naming.tags(stage),
        },
    }


def _statements(granted: Iterable[Grant]) -> list[Resource]:
    """A statement for each resource."""
    actions: dict[str, set[str]] = defaultdict(set)
    arns: dict[str, Arn | str] = {}
    for grant in granted:
        actions[grant.spelled].add(grant.action)
        arns[grant.spelled] = grant.resource
    return [
        {"Effect": "Allow", "Action": sorted(actions[spelled]), "Resource": arns[spelled]}
        for spelled in sorted(actions)
    ]


WHOLE: dict[str, Callable[[str, Stage], Arn]] = {
    "table": naming.table_arn,
    "queue": naming.queue_arn,
    "bucket": naming.bucket_arn,
    "secret": naming.secret_arn,
}
"""Kinds of resources that a need names by their short name alone."""


def _needed(need: Need, stage: Stage) -> Iterator[Grant]:
    match need.resource.split("/"):
        case [kind, name] if kind in WHOLE:
            yield Grant(need.action, WHOLE[kind](name, stage), need.seldom)
        case ["table", table, "index", index]:
            yield Grant(need.action, naming.index_arn(table, index, stage), need.seldom)
        case ["bucket", bucket, folder]:
            yield Grant(need.action, naming.objects_arn(bucket, folder, stage), need.seldom)
        case ["sockets", method]:
            connections = f"{stage.name}/{method}/@connections/*"
            socket = naming.api_arn(naming.SOCKET_API, connections)
            yield Grant(need.action, socket, need.seldom)
        case ["mail"]:
            _, address = parseaddr(stage.mail_sender)
            domain = address.rpartition("@")[2]
            yield Grant(need.action, naming.identity_arn(address), need.seldom)
            yield Grant(need.action, naming.identity_arn(domain), need.seldom or EITHER)
        case _:
            raise LookupError(f"{need.resource!r} is nothing that a role can name")


def _by_lambda(function: Function, stage: Stage) -> Iterator[Grant]:
    """What Lambda does in the function's name."""
    done: list[tuple[str, Arn | str]] = [*product(LOGS, [naming.log_group_arn(function, stage)])]
    match function.trigger:
        case QueueSource(queue):
            done += product(iam.READS_QUEUE, [naming.queue_arn(queue, stage)])
        case StreamSource(table):
            done += product(iam.READS_STREAM, [naming.stream_arn(table)])
            done += [(iam.LISTS_STREAMS, ANYTHING)]
            done += SETS_ASIDE
        case BucketSource():
            done += SETS_ASIDE
    if stage.tracing:
        done += product(TRACING, [ANYTHING])
    for action, resource in done:
        yield Grant(action, resource, LAMBDA_ITSELF[action])
