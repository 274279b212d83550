"""What a function asks of AWS is seen, and refused where its role does not grant it."""

import json
from pathlib import Path

import pytest

from infra.local.clock import StackClock
from infra.local.sandboxes import CALLS, Sandboxes

from . import boxed
from .boxed import NOWHERE
from .conftest import Run


def test_a_call_that_the_role_does_not_grant_fails_as_it_would_on_aws(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    wallets = {"TableName": "pairly-dev-wallets", "Key": {"user_id": {"S": "u"}}}
    ((granted, _), (refused, said)) = run(
        "ask", [("dynamodb", "get_item", wallets), ("dynamodb", "delete_item", wallets)]
    )

    assert granted == "EndpointConnectionError"
    assert refused == "ClientError"
    assert said.startswith("An error occurred (AccessDeniedException) when calling the DeleteItem")
    assert "is not authorized to perform: dynamodb:DeleteItem on resource: arn:aws:dynamodb" in said
    assert "ask was refused dynamodb:DeleteItem" in caplog.text


def test_every_client_of_a_function_is_seen_whatever_session_it_is_of(
    run: Run, tmp_path: Path
) -> None:
    run(
        "ask",
        [
            ("sqs", "send_message", {"QueueUrl": f"{NOWHERE}/1/chores", "MessageBody": "x"}),
            ("secretsmanager", "get_secret_value", {"SecretId": "keyring"}),
            ("apigatewaymanagementapi", "delete_connection", {"ConnectionId": "AbC="}),
        ],
    )

    assert [(call["function"], call["action"], call["arn"]) for call in _calls(tmp_path)] == [
        ("ask", "sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:chores"),
        (
            "ask",
            "secretsmanager:GetSecretValue",
            "arn:aws:secretsmanager:us-east-1:123456789012:secret:keyring-XXXXXX",
        ),
        (
            "ask",
            "execute-api:ManageConnections",
            "arn:aws:execute-api:us-east-1:123456789012:pairlysock/dev/DELETE/@connections/*",
        ),
    ]


def test_a_call_is_noted_once_also_by_the_next_stack(
    run: Run, bundle: Path, tmp_path: Path, stack_clock: StackClock
) -> None:
    send = [("sqs", "send_message", {"QueueUrl": f"{NOWHERE}/1/chores", "MessageBody": "x"})]
    run("ask", send * 2)
    run("ask", send)
    again = Sandboxes(boxed.shipped(bundle), stage="dev", clock=stack_clock, folder=tmp_path)
    again.run(boxed.function("ask"), send)
    again.stop()

    assert len(_calls(tmp_path)) == 1


def test_a_call_that_nobody_explained_is_not_passed_over(run: Run) -> None:
    ((kind, said),) = run("ask", [("sqs", "list_queues", {})])

    assert kind == "NotUnderstood"
    assert "ListQueues of sqs" in said


def _calls(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / CALLS).read_text().splitlines()]
