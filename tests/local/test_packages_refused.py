"""What is told of a package that cannot be run here."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn
from unittest import mock

import pytest

from infra.local import triggers
from infra.local.errors import NotStarted
from infra.local.packaged import packaged_stack, read

from .parcel import STAGE, Parcel


def test_a_filter_that_is_not_understood_is_told(parcel: Parcel, tmp_path: Path) -> None:
    source = parcel.stacks["tiny"]["Resources"]["StreamSource"]["Properties"]
    source["FilterCriteria"]["Filters"][0]["Pattern"] = '{"dynamodb": {}}'

    with pytest.raises(NotStarted, match="only eventName is understood"):
        read(parcel.write(tmp_path))


def test_a_filter_that_is_no_json_is_told(parcel: Parcel, tmp_path: Path) -> None:
    filters = parcel.properties("StreamSource")["FilterCriteria"]["Filters"]
    filters[0]["Pattern"] = "{eventName"

    with pytest.raises(NotStarted, match=r"'\{eventName' is no JSON"):
        read(parcel.write(tmp_path))


def test_a_folder_that_is_not_there_is_told_with_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match=r"There is no folder .*/nine\. .* make package STAGE=dev"):
        read(tmp_path / "nine")


def test_a_folder_that_is_no_package_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match=r"is not a package: there is no parent\.json"):
        read(tmp_path)


def test_a_package_for_another_python_is_told_with_how_to_run_it(
    parcel: Parcel, tmp_path: Path
) -> None:
    parcel.function("show")["Runtime"] = "python3.9"

    with pytest.raises(NotStarted, match=r"made for python3\.9.*make run PYTHON=python3\.9"):
        read(parcel.write(tmp_path))


def test_a_package_for_another_processor_is_told(parcel: Parcel, tmp_path: Path) -> None:
    parcel.function("show")["Architectures"] = ["s390x"]

    with pytest.raises(NotStarted, match="made for s390x"):
        read(parcel.write(tmp_path))


def test_a_module_that_this_python_does_not_load_is_told(parcel: Parcel, tmp_path: Path) -> None:
    parcel.bundle["fast.cpython-39-x86_64-linux-gnu.so"] = "not for here"
    stack = packaged_stack(read(parcel.write(tmp_path / "package")), tmp_path / "data")

    with _refused(r"holds fast\.cpython-39"), stack:
        pass
    assert list((tmp_path / "data" / "bundles").iterdir()) == []


def test_a_torn_bundle_is_told(parcel: Parcel, tmp_path: Path) -> None:
    package = read(parcel.write(tmp_path / "package"))
    (tmp_path / "package" / "artifacts" / "bundles" / "core-4567.zip").write_bytes(b"PK\3")
    stack = packaged_stack(package, tmp_path / "data")

    with _refused("cannot be unpacked"), stack:
        pass


def test_a_torn_template_is_told(parcel: Parcel, tmp_path: Path) -> None:
    parcel.write(tmp_path)
    (tmp_path / "artifacts" / "stacks" / "tiny-0123.json").write_text("{")

    with pytest.raises(NotStarted, match=r"tiny-0123\.json cannot be read"):
        read(tmp_path)


def test_a_template_that_refers_to_nothing_is_told(parcel: Parcel, tmp_path: Path) -> None:
    parcel.function("show")["Role"] = {"Ref": "Nobody"}

    with pytest.raises(NotStarted, match="Nobody is not known"):
        read(parcel.write(tmp_path))


def test_a_stack_that_is_given_what_no_other_puts_out_is_told(
    parcel: Parcel, tmp_path: Path
) -> None:
    parcel.stacks["data"]["Outputs"] = {}

    with pytest.raises(NotStarted, match="what TinyStack should be given, no stack puts out"):
        read(parcel.write(tmp_path))


@pytest.mark.parametrize("reader", ["stream", "queue"])
def test_a_role_that_lets_lambda_read_nothing_is_told(
    parcel: Parcel, tmp_path: Path, reader: str
) -> None:
    role = parcel.stacks["tiny"]["Resources"][f"{reader.capitalize()}FunctionRole"]
    role["Properties"]["Policies"] = []

    with pytest.raises(NotStarted, match=f"role of pairly-{STAGE}-{reader} does not grant"):
        read(parcel.write(tmp_path))


@pytest.mark.parametrize(
    ("reader", "action"),
    [
        ("stream", "dynamodb:DescribeStream"),
        ("stream", "dynamodb:ListStreams"),
        ("queue", "sqs:ReceiveMessage"),
    ],
)
def test_a_role_that_lacks_one_action_of_lambdas_is_told(
    parcel: Parcel, tmp_path: Path, reader: str, action: str
) -> None:
    role = parcel.properties(f"{reader.capitalize()}FunctionRole")
    denied = {"Effect": "Deny", "Action": action, "Resource": "*"}
    role["Policies"][0]["PolicyDocument"]["Statement"].append(denied)

    with pytest.raises(NotStarted, match=f"pairly-{STAGE}-{reader} does not grant {action} on"):
        read(parcel.write(tmp_path))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "show",
            rf"apigateway\.amazonaws\.com invoke pairly-{STAGE}-show from \S+/GET/v1/things/any",
        ),
        ("doorkeeper", r"invoke \S+-doorkeeper from \S+:pairlyrest/authorizers/gate\."),
        ("socket-echo", rf"invoke \S+-socket-echo from \S+:pairlysock/{STAGE}/echo\."),
        ("tick", r"events\.amazonaws\.com invoke \S+-tick from \S+:rule/tick\."),
    ],
)
@pytest.mark.parametrize(
    "change",
    [
        {"Principal": "s3.amazonaws.com"},
        {"SourceArn": "arn:aws:execute-api:us-east-1:123456789012:pairlyrest/trial/GET/v2"},
        {"FunctionName": f"pairly-{STAGE}-upload"},
        {"Action": "lambda:GetFunction"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_function_that_does_not_let_in_what_invokes_it_is_told(
    parcel: Parcel, tmp_path: Path, name: str, told: str, change: dict[str, str]
) -> None:
    parcel.permission(name).update(change)

    with pytest.raises(NotStarted, match=f"No AWS::Lambda::Permission lets .*{told}"):
        read(parcel.write(tmp_path))


def test_a_permission_of_another_alias_is_told(parcel: Parcel, tmp_path: Path) -> None:
    function = f"arn:aws:lambda:us-east-1:123456789012:function:pairly-{STAGE}-tick:live"
    parcel.properties("TickRule")["Targets"][0]["Arn"] = function

    with pytest.raises(NotStarted, match=rf"lets events\.\S+ invoke pairly-{STAGE}-tick:live from"):
        read(parcel.write(tmp_path))

    parcel.permission("tick")["FunctionName"] = function
    assert read(parcel.write(tmp_path))


@pytest.mark.parametrize(
    ("id_", "lacks"),
    [
        ("StreamSource", "MaximumRecordAgeInSeconds"),
        ("QueueSource", "BatchSize"),
        ("TickRule", "ScheduleExpression"),
        ("ShowFunction", "Environment"),
    ],
)
def test_what_a_template_lacks_is_told_with_where(
    parcel: Parcel, tmp_path: Path, id_: str, lacks: str
) -> None:
    """Nothing is made up in its place: AWS would take a default of its own, and not ours."""
    del parcel.properties(id_)[lacks]

    with pytest.raises(NotStarted, match=f"cannot be run: tiny: {id_} has no {lacks}.*make it"):
        read(parcel.write(tmp_path))


def test_a_role_that_no_template_makes_is_told(parcel: Parcel, tmp_path: Path) -> None:
    parcel.function("show")["Role"] = "arn:aws:iam::123456789012:role/somebody"

    with pytest.raises(NotStarted, match=r"tiny: ShowFunction has the role .*somebody, which no"):
        read(parcel.write(tmp_path))


def test_a_socket_route_that_leads_nowhere_is_told(parcel: Parcel, tmp_path: Path) -> None:
    parcel.parent["Resources"]["EchoRoute"]["Properties"]["Target"] = "integrations/nobody"

    with pytest.raises(NotStarted, match="parent: EchoRoute leads to integrations/nobody, which"):
        read(parcel.write(tmp_path))


def test_a_statement_that_is_not_understood_is_told(parcel: Parcel, tmp_path: Path) -> None:
    (policy,) = parcel.properties("QueueFunctionRole")["Policies"]
    policy["PolicyDocument"]["Statement"][0]["Condition"] = {}

    with pytest.raises(NotStarted, match="a statement with Condition is not understood"):
        read(parcel.write(tmp_path))


@pytest.mark.parametrize(
    ("text", "told"), [("[]", "it is no template"), ("{}", r"parent\.json has no Resources")]
)
def test_a_parent_that_is_no_template_is_told(
    parcel: Parcel, tmp_path: Path, text: str, told: str
) -> None:
    parcel.write(tmp_path)
    (tmp_path / "parent.json").write_text(text)

    with pytest.raises(NotStarted, match=told):
        read(tmp_path)


@pytest.mark.parametrize("failure", [KeyError, AttributeError, TypeError, ValueError])
def test_a_bug_of_ours_is_not_taken_for_a_fault_of_the_package(
    parcel: Parcel, tmp_path: Path, failure: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> NoReturn:
        raise failure("a bug")

    monkeypatch.setattr(triggers, "rest", broken)

    with pytest.raises(failure, match="a bug"):
        read(parcel.write(tmp_path))


@contextmanager
def _refused(told: str) -> Iterator[None]:
    with mock.patch.dict(os.environ), pytest.raises(NotStarted, match=told):
        yield
