"""`infra.staff`, and how commands find the Pairly they speak to."""

import json
from pathlib import Path

import pytest

from infra import attaching, staff
from infra.local.stack import Stack
from tests.people import Member


def test_a_member_is_given_a_role_besides_their_own(
    alice: Member, capsys: pytest.CaptureFixture[str]
) -> None:
    assert staff.main([alice.email, "support"]) == 0
    assert staff.main([alice.email, "support"]) == 0

    assert alice.get("/v1/me").json()["roles"] == ["member", "support"]
    assert capsys.readouterr().out.endswith("is: member, support\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Usage: python -m infra.staff EMAIL ROLE"),
        (["alice@example.com", "owner"], "Roles are member, support, moderator, finance"),
        (["nobody@example.com", "admin"], "No member has the address nobody@example.com."),
        (["nobody", "admin"], "An email address must have an @-sign."),
    ],
)
def test_what_cannot_be_done_is_told_in_words(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert staff.main(arguments) == 2
    assert told in capsys.readouterr().err


def test_a_local_stack_is_found_by_its_file(stack: Stack, tmp_path: Path) -> None:
    described = {"base_url": stack.addresses.base_url, "engine_endpoint": stack.addresses.engine}
    (tmp_path / "stack.json").write_text(json.dumps(described))

    found = attaching.variables({"DATA_DIR": str(tmp_path)})

    assert found["PAIRLY_DYNAMODB_ENDPOINT"] == stack.addresses.engine
    assert found["PAIRLY_STAGE"] == "dev"


def test_a_stage_that_is_named_goes_before_a_local_stack() -> None:
    named = {"PAIRLY_STAGE": "prod", "AWS_REGION": "eu-west-1", "DATA_DIR": "/nowhere"}

    found = attaching.variables(named)

    assert found["PAIRLY_STAGE"] == "prod"
    assert "PAIRLY_DYNAMODB_ENDPOINT" not in found


def test_a_deployed_stage_is_asked_for_in_a_region_and_by_somebody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(attaching.NotRunning, match="say its region with AWS_REGION"):
        attaching.variables({"PAIRLY_STAGE": "prod"})

    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    with pytest.raises(attaching.NotRunning, match="there are no AWS credentials"):
        attaching.variables({"PAIRLY_STAGE": "prod", "AWS_REGION": "eu-west-1"})


def test_no_stack_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(attaching.NotRunning, match="Start it with: make run"):
        attaching.variables({"DATA_DIR": str(tmp_path)})


def test_a_file_left_by_a_killed_stack_is_told(tmp_path: Path) -> None:
    dead = {"base_url": "http://127.0.0.1:9", "engine_endpoint": "http://127.0.0.1:9"}
    (tmp_path / "stack.json").write_text(json.dumps(dead))

    with pytest.raises(attaching.NotRunning, match="left from one that was killed"):
        attaching.variables({"DATA_DIR": str(tmp_path)})
