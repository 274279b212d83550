"""What each function cannot do without: a role that Lambda may take on, and a log of its own."""

from collections.abc import Iterable, Iterator
from typing import Any

from infra import iam
from infra.package.assertions.made import (
    ALIAS,
    FUNCTION,
    LOG_GROUP,
    MAPPING,
    PERMISSION,
    PLACE,
    ROLE,
    VERSION,
    Made,
    World,
)

LAMBDA = "lambda.amazonaws.com"
LOGS = "/aws/lambda/"
WRITES_LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")


def faults(world: World) -> Iterator[str]:
    """Functions without a role or a log, logs and triggers without a function."""
    roles = {role.arn: role for role in world.of(ROLE)}
    logs = {made.name for made in world.of(LOG_GROUP)}
    for function in world.of(FUNCTION):
        log = function.properties.get("LoggingConfig", {}).get("LogGroup", LOGS + function.name)
        if log not in logs:
            yield f"{function} writes to the log group {log}, which no stack makes"
        role = roles.get(function.properties.get("Role", ""))
        if role is None or not trusts_lambda(role):
            yield f"{function} has no role that Lambda may take on"
        elif any(refused(role, _writes(log))):
            yield f"{function} may not write to its log group {log}: {role} does not allow it"

    yield from _strays(world)


def trusts_lambda(role: Made) -> bool:
    """Whether Lambda may take the role on."""
    return any(
        statement["Effect"] == "Allow"
        and LAMBDA in _list(statement["Principal"].get("Service", []))
        for statement in role.properties["AssumeRolePolicyDocument"]["Statement"]
    )


def refused(role: Made, asked: Iterable[iam.Grant]) -> Iterator[iam.Grant]:
    """What of this a role does not allow."""
    statements = [
        statement
        for policy in role.properties.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    for action, arn in asked:
        if not iam.allows(statements, action, arn):
            yield action, arn


def called(value: str) -> tuple[str, str]:
    """The function and the alias or version that a name or an ARN means: ("pairly-…", "live")."""
    name, _, part = value.removeprefix(f"arn:aws:lambda:{PLACE}:function:").partition(":")
    return name, part


def _strays(world: World) -> Iterator[str]:
    names = world.functions().keys()
    for log in world.of(LOG_GROUP):
        function = log.name.removeprefix(LOGS)
        if log.name.startswith(LOGS) and function not in names:
            yield f"{log} is the log of the function {function}, which no stack makes"
    for made in world.of(PERMISSION, MAPPING, ALIAS, VERSION):
        function, _ = called(made.properties["FunctionName"])
        if function not in names:
            yield f"{made} is for the function {function}, which no stack makes"


def _writes(log: str) -> Iterator[iam.Grant]:
    for action in WRITES_LOGS:
        yield action, f"arn:aws:logs:{PLACE}:log-group:{log}:log-stream:x"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
