"""A role that grants too little, or too much without a reason, is found."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app import app
from infra.functions import Function
from infra.inventory import inventory
from infra.local import templates
from infra.local.templates import Stacks
from infra.package import access
from infra.package.access import Call, Proof
from infra.package.stage import Stage, read

Story = dict[str, set[Call]]
Prove = Callable[[Story], Proof]

WALLETS = "arn:aws:dynamodb:us-east-1:123456789012:table/pairly-dev-wallets"
KEYRING = "arn:aws:secretsmanager:us-east-1:123456789012:secret:pairly/dev/keyring-XXXXXX"


@pytest.fixture(scope="module")
def stage(stages: Path) -> Stage:
    return read("dev", {}, stages)


@pytest.fixture(scope="module")
def functions() -> list[Function]:
    return inventory(app)


@pytest.fixture(scope="module")
def shipped(build_dev: Path) -> Stacks:
    return templates.read(build_dev)


@pytest.fixture(scope="module")
def story(shipped: Stacks, functions: list[Function], stage: Stage) -> Story:
    """A story in which every function calls each thing that it does not call seldom."""
    unseen = access.prove(shipped, functions, stage, {}).grants
    calls: Story = {}
    for grant in unseen:
        if not grant.reason:
            arn = grant.arn.replace("-??????", "-XXXXXX")
            calls.setdefault(grant.function, set()).add((grant.action, arn))
    return calls


@pytest.fixture
def prove(shipped: Stacks, functions: list[Function], stage: Stage) -> Prove:
    def proved(calls: Story) -> Proof:
        return access.prove(shipped, functions, stage, calls)

    return proved


def test_a_story_that_uses_all_that_is_needed_proves_every_role(prove: Prove, story: Story) -> None:
    proof = prove(story)

    assert (proof.missing, proof.unexplained) == ([], [])
    assert {grant.function for grant in proof.grants} >= set(story)


def test_a_call_that_the_role_does_not_grant_is_missing(prove: Prove, story: Story) -> None:
    beyond = ("dynamodb:DeleteItem", WALLETS)

    proof = prove(story | {"wallet-show": story["wallet-show"] | {beyond}})

    assert proof.missing == [f"wallet-show: dynamodb:DeleteItem on {WALLETS}"]


def test_a_grant_that_nobody_saw_used_and_nothing_explains_is_told(
    prove: Prove, story: Story
) -> None:
    proof = prove(story | {"wallet-show": set()})

    assert proof.unexplained == [f"wallet-show: dynamodb:GetItem on {WALLETS}"]


def test_a_grant_that_is_seldom_used_says_why(prove: Prove, story: Story) -> None:
    unseen = {
        (grant.action, grant.reason)
        for grant in prove(story).grants
        if grant.function == "wallet-entries" and not grant.seen
    }

    assert ("secretsmanager:GetSecretValue", "only a list of several pages has a cursor") in unseen


def test_the_keyring_is_known_by_its_suffix_whatever_that_is(prove: Prove, story: Story) -> None:
    read_ring = ("secretsmanager:GetSecretValue", KEYRING)

    grants = prove({"accounts-login": {read_ring}}).grants

    (ring,) = (each for each in grants if each.seen)
    assert (ring.function, ring.action) == ("accounts-login", "secretsmanager:GetSecretValue")


def test_the_report_has_both_side_by_side(prove: Prove, story: Story) -> None:
    beyond = story | {"wallet-show": {("dynamodb:DeleteItem", WALLETS)}}

    report = access.report(prove(beyond))

    assert f"- wallet-show: dynamodb:DeleteItem on {WALLETS}" in report
    assert f"- wallet-show: dynamodb:GetItem on {WALLETS}" in report
    login = report.partition("## accounts-login\n")[2].partition("\n## ")[0]
    assert "| seen |  |" in login
    assert "a password hashed with older parameters is hashed anew" in login


def test_calls_are_read_as_the_stack_notes_them(tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text('{"function": "wallet-show", "action": "dynamodb:GetItem", "arn": "x"}\n')

    assert access.read_calls(file) == {"wallet-show": {("dynamodb:GetItem", "x")}}
