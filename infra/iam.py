"""What IAM asks for when AWS is called, and whether a role's statements grant it.

    for action, arn in calls("sqs", "SendMessage", {"QueueUrl": …}, region=…, account=…):
        allows(statements, action, arn)

`reading` and `setting_aside` are what Lambda calls in the name of a function.

Invariants
- Only the standard library is used, and nothing is remembered: a sandbox that holds nothing but an
  unpacked bundle loads this file by its path.
- What is not understood, a call or a statement, is NotUnderstood: it never passes for granted.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.utils import parseaddr
from functools import cache
from typing import Any

Params = Mapping[str, Any]
Statement = Mapping[str, Any]
Grant = tuple[str, str]
"""An action and the ARN of what it is done to."""
Arn = Callable[[str, str], str]
"""The ARN of a service's resource, in the account and region at hand."""
Asks = Callable[[Params, Arn], Iterator[Grant]]

READS_QUEUE = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
READS_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
LISTS_STREAMS = "dynamodb:ListStreams"
LISTS_BUCKET, SETS_ASIDE = "s3:ListBucket", "s3:PutObject"
SET_ASIDE = "aws/lambda/"
"""What the names of the objects begin with that Lambda puts into a bucket."""
GATEWAY, EVENTS = "apigateway.amazonaws.com", "events.amazonaws.com"
"""Who invokes functions, as their permissions call them."""

STATEMENT_KEYS = frozenset({"Sid", "Effect", "Action", "Resource"})
WRITES_OF_A_TRANSACTION = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
METHODS_OF_CONNECTIONS = {
    "PostToConnection": "POST",
    "GetConnection": "GET",
    "DeleteConnection": "DELETE",
}
ANY_API = "*/*"
SECRET_SUFFIX = "-XXXXXX"
"""In place of the six characters that Secrets Manager adds to a secret's name in its ARN."""


class NotUnderstood(LookupError):
    """A call or a statement of which nothing here says what it means."""


def calls(
    service: str,
    operation: str,
    params: Params,
    *,
    region: str,
    account: str,
    sockets: str = ANY_API,
) -> Iterator[Grant]:
    """Each action that one call needs, on each resource that it names.

    `service`, `operation` and `params` are botocore's; `sockets` is the socket API as its ARN
    spells it, `<api id>/<stage>`: a call to it does not say which it is.
    """
    asks = ASKED.get((service, operation))
    if asks is None:
        raise NotUnderstood(f"nothing here says what IAM asks for {operation} of {service}")

    def arn(of_service: str, resource: str) -> str:
        return f"arn:aws:{of_service}:{region}:{account}:{resource}"

    for action, resource in asks(params, arn):
        yield action, resource.replace("{sockets}", sockets)


def allows(statements: Iterable[Statement], action: str, arn: str) -> bool:
    """Whether some statement allows it and none denies it."""
    effects = {
        statement["Effect"]
        for statement in statements
        if _covers(statement, "Action", [action]) and _covers(statement, "Resource", _names(arn))
    }
    return effects == {"Allow"}


def reading(source: str) -> Iterator[Grant]:
    """What a role must grant, or else Lambda reads this queue or stream for no function of it."""
    streams = ":dynamodb:" in source
    for action in READS_STREAM if streams else READS_QUEUE:
        yield action, source
    if streams:
        yield LISTS_STREAMS, "*"


def setting_aside(bucket: str) -> Iterator[Grant]:
    """What a role must grant for Lambda to put what failed into this bucket."""
    yield LISTS_BUCKET, bucket
    yield SETS_ASIDE, f"{bucket}/{SET_ASIDE}x"


def without_id(arn: str) -> str:
    """The same, but for the part that comes and goes, and that no role names.

    That is the id of a socket, and what of an object's key stands behind its first folder.
    """
    before, connections, _ = arn.partition("/@connections/")
    if connections:
        return f"{before}{connections}*"
    bucket, slash, key = arn.partition("/")
    if arn.startswith("arn:aws:s3:::") and slash:
        return f"{bucket}/{key.partition('/')[0]}/*"
    return arn


def _on_table(action: str) -> Asks:
    def asks(params: Params, arn: Arn) -> Iterator[Grant]:
        table = _table(params["TableName"], arn)
        index = params.get("IndexName")
        yield f"dynamodb:{action}", f"{table}/index/{index}" if index else table

    return asks


def _on_tables(action: str) -> Asks:
    def asks(params: Params, arn: Arn) -> Iterator[Grant]:
        for table in params["RequestItems"]:
            yield f"dynamodb:{action}", _table(table, arn)

    return asks


def _transaction(params: Params, arn: Arn) -> Iterator[Grant]:
    for item in params["TransactItems"]:
        for kind, write in item.items():
            table = _table(write["TableName"], arn)
            yield f"dynamodb:{WRITES_OF_A_TRANSACTION[kind]}", table


def _reading_transaction(params: Params, arn: Arn) -> Iterator[Grant]:
    for item in params["TransactItems"]:
        yield "dynamodb:GetItem", _table(item["Get"]["TableName"], arn)


def _sending(params: Params, arn: Arn) -> Iterator[Grant]:
    yield "sqs:SendMessage", arn("sqs", params["QueueUrl"].rpartition("/")[2])


def _on_object(action: str) -> Asks:
    def asks(params: Params, _: Arn) -> Iterator[Grant]:
        yield f"s3:{action}", _object(params, params["Key"])

    return asks


def _deleting_objects(params: Params, _: Arn) -> Iterator[Grant]:
    for item in params["Delete"]["Objects"]:
        yield "s3:DeleteObject", _object(params, item["Key"])


def _mailing(params: Params, arn: Arn) -> Iterator[Grant]:
    _, address = parseaddr(params["Source"])
    yield "ses:SendEmail", arn("ses", f"identity/{address}")


def _reading_secret(params: Params, arn: Arn) -> Iterator[Grant]:
    name: str = params["SecretId"]
    whole = arn("secretsmanager", f"secret:{name}{SECRET_SUFFIX}")
    yield "secretsmanager:GetSecretValue", name if name.startswith("arn:") else whole


def _at_connection(method: str) -> Asks:
    def asks(params: Params, arn: Arn) -> Iterator[Grant]:
        path = f"{{sockets}}/{method}/@connections/{params['ConnectionId']}"
        yield "execute-api:ManageConnections", arn("execute-api", path)

    return asks


def _object(params: Params, key: str) -> str:
    """Buckets are called the same in the whole world: their ARNs say no account."""
    return f"arn:aws:s3:::{params['Bucket']}/{key}"


def _table(name: str, arn: Arn) -> str:
    return name if name.startswith("arn:") else arn("dynamodb", f"table/{name}")


ASKED: dict[tuple[str, str], Asks] = {
    **{
        ("dynamodb", operation): _on_table(operation)
        for operation in ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan")
    },
    ("dynamodb", "BatchGetItem"): _on_tables("BatchGetItem"),
    ("dynamodb", "BatchWriteItem"): _on_tables("BatchWriteItem"),
    ("dynamodb", "TransactWriteItems"): _transaction,
    ("dynamodb", "TransactGetItems"): _reading_transaction,
    ("sqs", "SendMessage"): _sending,
    ("sqs", "SendMessageBatch"): _sending,
    ("s3", "GetObject"): _on_object("GetObject"),
    ("s3", "PutObject"): _on_object("PutObject"),
    ("s3", "DeleteObjects"): _deleting_objects,
    ("ses", "SendEmail"): _mailing,
    ("secretsmanager", "GetSecretValue"): _reading_secret,
    **{
        ("apigatewaymanagementapi", operation): _at_connection(method)
        for operation, method in METHODS_OF_CONNECTIONS.items()
    },
}


def _names(arn: str) -> list[str]:
    """The ARN, and for a mail address also that of its domain: SES takes either's grant."""
    before, identity, address = arn.partition(":identity/")
    _, at, domain = address.partition("@")
    return [arn, before + identity + domain] if at else [arn]


def _covers(statement: Statement, key: str, names: list[str]) -> bool:
    strange = statement.keys() - STATEMENT_KEYS
    if strange:
        raise NotUnderstood(f"a statement with {', '.join(sorted(strange))} is not understood")
    said = statement[key]
    patterns = [said] if isinstance(said, str) else said
    return any(_pattern(key, each).fullmatch(name) for each in patterns for name in names)


@cache
def _pattern(key: str, text: str) -> re.Pattern[str]:
    """A pattern with IAM's wildcards. Letters' case means something in ARNs only."""
    wanted = re.escape(text).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(wanted, re.IGNORECASE if key == "Action" else 0)
