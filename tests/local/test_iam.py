"""What IAM asks for each call, and whether a role grants it."""

import sys
from pathlib import Path
from typing import Any

import pytest

from infra import iam

HERE = {"region": "us-east-1", "account": "123456789012", "sockets": "sock/dev"}
TABLES = "arn:aws:dynamodb:us-east-1:123456789012:table/"


def _asked(service: str, operation: str, **params: Any) -> list[tuple[str, str]]:
    return list(iam.calls(service, operation, params, **HERE))


def _allow(action: str | list[str], resource: str | list[str], effect: str = "Allow") -> Any:
    return {"Effect": effect, "Action": action, "Resource": resource}


@pytest.mark.parametrize("operation", ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"])
def test_a_call_on_a_table_needs_the_action_of_its_name(operation: str) -> None:
    assert _asked("dynamodb", operation, TableName="pairly-dev-wallets", Key={}) == [
        (f"dynamodb:{operation}", TABLES + "pairly-dev-wallets")
    ]


def test_a_query_on_an_index_needs_the_index_and_not_its_table() -> None:
    assert _asked("dynamodb", "Query", TableName="entries", IndexName="by_number") == [
        ("dynamodb:Query", TABLES + "entries/index/by_number")
    ]


def test_a_table_may_be_named_by_its_arn() -> None:
    assert _asked("dynamodb", "GetItem", TableName=TABLES + "wallets") == [
        ("dynamodb:GetItem", TABLES + "wallets")
    ]


def test_reading_several_tables_at_once_needs_each() -> None:
    asked = {"wallets": {"Keys": []}, "members": {"Keys": []}}
    assert _asked("dynamodb", "BatchGetItem", RequestItems=asked) == [
        ("dynamodb:BatchGetItem", TABLES + "wallets"),
        ("dynamodb:BatchGetItem", TABLES + "members"),
    ]


def test_a_transaction_needs_what_each_of_its_writes_needs() -> None:
    items = [
        {"Put": {"TableName": "messages"}},
        {"Update": {"TableName": "wallets"}},
        {"Delete": {"TableName": "tickets"}},
        {"ConditionCheck": {"TableName": "blocks"}},
    ]
    assert _asked("dynamodb", "TransactWriteItems", TransactItems=items) == [
        ("dynamodb:PutItem", TABLES + "messages"),
        ("dynamodb:UpdateItem", TABLES + "wallets"),
        ("dynamodb:DeleteItem", TABLES + "tickets"),
        ("dynamodb:ConditionCheckItem", TABLES + "blocks"),
    ]


@pytest.mark.parametrize("operation", ["SendMessage", "SendMessageBatch"])
def test_sending_needs_the_queue_whatever_its_url_begins_with(operation: str) -> None:
    url = "http://127.0.0.1:8000/_aws/sqs/000000000000/pairly-dev-wallet-welcome"
    assert _asked("sqs", operation, QueueUrl=url) == [
        ("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:pairly-dev-wallet-welcome")
    ]


def test_a_secret_is_asked_for_with_the_end_that_its_arn_has() -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:pairly/dev/keyring-"
    ((action, asked),) = _asked("secretsmanager", "GetSecretValue", SecretId="pairly/dev/keyring")

    assert iam.allows([_allow(action, arn + "??????")], action, asked)
    assert not iam.allows([_allow(action, arn + "?????")], action, asked)
    assert _asked("secretsmanager", "GetSecretValue", SecretId=arn + "a1b2c3") == [
        (action, arn + "a1b2c3")
    ]


def test_mail_may_be_granted_by_its_address_or_by_its_domain() -> None:
    identity = "arn:aws:ses:us-east-1:123456789012:identity/"
    ((action, asked),) = _asked("ses", "SendEmail", Source="Pairly <hello@pairly.example>")

    assert asked == identity + "hello@pairly.example"
    assert iam.allows([_allow(action, identity + "hello@pairly.example")], action, asked)
    assert iam.allows([_allow(action, identity + "pairly.example")], action, asked)
    assert not iam.allows([_allow(action, identity + "example")], action, asked)


@pytest.mark.parametrize(
    ("operation", "method"), [("PostToConnection", "POST"), ("DeleteConnection", "DELETE")]
)
def test_a_socket_is_managed_by_method(operation: str, method: str) -> None:
    api = "arn:aws:execute-api:us-east-1:123456789012:sock/dev/"
    ((action, asked),) = _asked("apigatewaymanagementapi", operation, ConnectionId="AbC=")

    assert (action, asked) == (
        "execute-api:ManageConnections",
        f"{api}{method}/@connections/AbC=",
    )
    assert iam.allows([_allow(action, f"{api}{method}/@connections/*")], action, asked)
    assert iam.without_id(asked) == f"{api}{method}/@connections/*"


def test_what_is_not_a_socket_keeps_its_name() -> None:
    assert iam.without_id(TABLES + "wallets") == TABLES + "wallets"


def test_a_call_that_nobody_explained_is_not_passed_over() -> None:
    with pytest.raises(LookupError, match="CreateTable of dynamodb"):
        _asked("dynamodb", "CreateTable", TableName="wallets")


def test_only_what_is_granted_is_allowed() -> None:
    granted = [_allow(["dynamodb:GetItem", "dynamodb:Query"], [TABLES + "a", TABLES + "b"])]

    assert iam.allows(granted, "dynamodb:Query", TABLES + "b")
    assert not iam.allows(granted, "dynamodb:PutItem", TABLES + "b")
    assert not iam.allows(granted, "dynamodb:Query", TABLES + "b/index/by_number")
    assert not iam.allows(granted, "dynamodb:Query", TABLES + "ab")
    assert not iam.allows([], "dynamodb:Query", TABLES + "b")


def test_wildcards_stand_for_any_or_for_one() -> None:
    assert iam.allows([_allow("sqs:*", "*")], "sqs:SendMessage", "arn:x")
    assert iam.allows([_allow("sqs:send????age", "*")], "sqs:SendMessage", "arn:x")
    assert iam.allows([_allow("*", TABLES + "a*")], "dynamodb:GetItem", TABLES + "a/index/b")
    assert not iam.allows([_allow("*", TABLES + "a?")], "dynamodb:GetItem", TABLES + "a")
    assert not iam.allows([_allow("*", TABLES + "A")], "dynamodb:GetItem", TABLES + "a")


def test_a_denial_wins() -> None:
    said = [_allow("*", "*"), _allow("sqs:*", "arn:secret", "Deny")]

    assert iam.allows(said, "sqs:SendMessage", "arn:open")
    assert not iam.allows(said, "sqs:SendMessage", "arn:secret")


def test_a_statement_that_is_not_understood_grants_nothing() -> None:
    for strange in ("Condition", "NotAction"):
        with pytest.raises(LookupError, match=strange):
            iam.allows([_allow("*", "*") | {strange: {}}], "sqs:SendMessage", "arn:x")


def test_it_needs_nothing_but_the_standard_library() -> None:
    lines = Path(iam.__file__).read_text().splitlines()
    imported = {
        line.split()[1].split(".")[0] for line in lines if line.startswith(("import", "from"))
    }

    assert imported <= sys.stdlib_module_names
