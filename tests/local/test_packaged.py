"""A package, run as it would ship."""

import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pytest
from websockets.sync.client import connect

from infra.functions import (
    CONNECT,
    Function,
    QueueSource,
    Route,
    RouteKey,
    Schedule,
    StreamSource,
    Token,
)
from infra.local import environment
from infra.local.events import REGION
from infra.local.packaged import packaged_stack, read
from infra.local.queues import Draft
from infra.local.sandboxes import LOGS
from infra.local.stack import Stack, scratch_folder
from infra.local.streams import FAILURES
from infra.local.wire import Wire
from infra.package.stage import read as read_stage
from infra.package.stage import with_overrides
from tests import declared

from .parcel import ORIGIN, STAGE, TABLE, Parcel

ROOT = Path(__file__).parents[2]
ALL_FAILED = """

def _all_failed(event):
    records = event.get("Records", [])
    names = [each.get("messageId") or each["dynamodb"]["SequenceNumber"] for each in records]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in names]}
"""


class Notes:
    """What the package's functions were given."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def of(self, function: str) -> list[Any]:
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [event for name, event in map(json.loads, lines) if name == function]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    folder = scratch_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def notes(folder: Path) -> Notes:
    return Notes(folder / "notes.jsonl")


@pytest.fixture(scope="module")
def running(folder: Path, notes: Notes) -> Iterator[Stack]:
    package = read(Parcel(notes.file).write(folder / "package"))
    stack = packaged_stack(package, folder)
    stack.clock.set_rate(0)
    with mock.patch.dict(os.environ), stack:
        yield stack


@pytest.fixture
def client(running: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=running.addresses.base_url) as client:
        yield client


def test_the_functions_are_those_of_the_templates(parcel: Parcel, tmp_path: Path) -> None:
    package = read(parcel.write(tmp_path))

    assert {function.name: function.trigger for function in package.functions} == {
        "show": Route("GET", "/v1/things/{name}", "gate"),
        "upload": Route("POST", "/v1/uploads", None),
        "doorkeeper": Token(60),
        "socket-connect": RouteKey(CONNECT),
        "socket-echo": RouteKey("echo"),
        "stream": StreamSource("things", 7, ("INSERT", "REMOVE"), 600),
        "queue": QueueSource("chores", 3, 45, receives_max=2),
        "tick": Schedule("rate(1 hour)"),
    }
    (queue,) = (each for each in package.functions if each.name == "queue")
    assert queue == Function(
        name="queue",
        kind="queue",
        feature="tiny",
        handler="on_event",
        trigger=queue.trigger,
        doors="tiny",
        memory_mb=256,
        timeout_seconds=9,
    )
    assert package.stage == STAGE


def test_the_packager_and_the_stack_know_the_same_functions(tmp_path: Path) -> None:
    templates = import_module("tests.package.packaged").packaged("dev")
    stacks = [
        resource["Properties"]["TemplateURL"]["Fn::Sub"].rpartition("/")[2]
        for resource in templates.parent["Resources"].values()
        if resource["Type"] == "AWS::CloudFormation::Stack"
    ]
    (tmp_path / "artifacts" / "stacks").mkdir(parents=True)
    (tmp_path / "parent.json").write_text(json.dumps(templates.parent))
    for file in stacks:
        template = json.dumps(templates.nested[file.rpartition("-")[0]])
        (tmp_path / "artifacts" / "stacks" / file).write_text(template)

    packaged = {each.name: _facts(each) for each in read(tmp_path).functions}
    listed = with_overrides(declared.functions().values(), read_stage("dev", {}))
    assert packaged == {each.name: _facts(each) for each in listed}


def test_a_request_reaches_the_function_of_its_route(
    running: Stack, client: httpx.Client, notes: Notes
) -> None:
    answer = client.get("/v1/things/a", headers={"Authorization": "alice"})

    own = answer.json()
    assert (own["OWN"], own["PAIRLY_FEATURE"], own["PAIRLY_STAGE"]) == ("show", "tiny", STAGE)
    assert own["AWS_LAMBDA_FUNCTION_NAME"] == f"pairly-{STAGE}-show"
    event = notes.of("app")[-1]
    assert event["requestContext"]["stage"] == STAGE
    assert event["requestContext"]["authorizer"]["principalId"] == "alice"
    assert notes.of("doorkeeper")[-1]["authorizationToken"] == "alice"


def test_only_the_addresses_of_this_machine_stand_in_place_of_awss(
    running: Stack, client: httpx.Client
) -> None:
    own = client.post("/v1/uploads").json()
    reached = environment.reaching(running.addresses, STAGE)

    assert {name: own[name] for name in reached} == reached
    assert own["PAIRLY_KEYRING_SECRET"] == "pairly/trial/keyring"
    assert running.environment["PAIRLY_KEYRING_SECRET"] == "pairly/trial/keyring"


def test_the_api_is_set_as_its_definition_says(client: httpx.Client, notes: Notes) -> None:
    preflight = client.options("/v1/things/a")
    client.post("/v1/uploads", content=b"\xff", headers={"content-type": "image/png"})

    assert preflight.headers["access-control-allow-origin"] == ORIGIN
    assert preflight.headers["access-control-max-age"] == "600"
    assert notes.of("app")[-1]["isBase64Encoded"] is True


def test_nobody_gets_in_without_a_token(client: httpx.Client) -> None:
    assert client.get("/v1/things/a").status_code == 401


def test_a_socket_is_opened_and_heard_by_its_functions(running: Stack, notes: Notes) -> None:
    with connect(running.addresses.websocket_url) as socket:
        socket.send('{"action": "echo"}')
        running.settle()

    (opened,) = notes.of(f"pairly-{STAGE}-socket-connect")
    (heard,) = notes.of(f"pairly-{STAGE}-socket-echo")
    assert opened["requestContext"]["stage"] == heard["requestContext"]["stage"] == STAGE


def test_tables_are_made_as_the_template_has_them(running: Stack) -> None:
    wire = Wire(running.engine.endpoint, region=REGION)
    table = wire.tables("DescribeTable", TableName=TABLE["TableName"])["Table"]
    expiry = wire.tables("DescribeTimeToLive", TableName=TABLE["TableName"])

    assert table["KeySchema"] == TABLE["KeySchema"]
    assert [index["IndexName"] for index in table["GlobalSecondaryIndexes"]] == ["by_age"]
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_IMAGE"
    assert expiry["TimeToLiveDescription"]["AttributeName"] == "gone_at"


def test_changes_and_messages_reach_their_functions(running: Stack, notes: Notes) -> None:
    wire = Wire(running.engine.endpoint, region=REGION)
    for age in ("1", "2"):
        item = {"name": {"S": "a"}, "age": {"N": age}}
        wire.tables("PutItem", TableName=TABLE["TableName"], Item=item)
    running.queues.send(f"pairly-{STAGE}-chores", [Draft("sweep")])
    running.settle()

    (changes,) = notes.of(f"pairly-{STAGE}-stream")
    (messages,) = notes.of(f"pairly-{STAGE}-queue")
    assert [record["eventName"] for record in changes["Records"]] == ["INSERT"]
    assert [record["body"] for record in messages["Records"]] == ["sweep"]


def test_there_are_the_queues_of_the_template_read_or_not(running: Stack) -> None:
    queues = [f"pairly-{STAGE}-{name}" for name in ("chores", "unread")]

    assert running.queues.names == sorted([*queues, *(f"{name}-dead" for name in queues)])


def test_a_schedule_runs_its_function(running: Stack, notes: Notes) -> None:
    running.clock.advance(3600)
    running.settle()

    assert len(notes.of(f"pairly-{STAGE}-tick")) == 1


def test_each_function_has_a_log(running: Stack, client: httpx.Client) -> None:
    client.post("/v1/uploads")

    assert "REPORT RequestId" in (running.folder / LOGS / "upload.log").read_text()


def test_the_bundle_is_unpacked_once_and_its_files_cannot_be_written(running: Stack) -> None:
    (bundle,) = (running.folder / "bundles").iterdir()
    files = [file for file in bundle.rglob("*") if file.is_file()]

    assert [file.name for file in files] == ["app.py"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o444}


def test_the_bundle_of_another_package_is_removed(parcel: Parcel, tmp_path: Path) -> None:
    data_folder = tmp_path / "data"
    for comment in ("", "# another\n"):
        parcel.bundle["app.py"] += comment
        package = read(parcel.write(tmp_path / "package"))
        with mock.patch.dict(os.environ), packaged_stack(package, data_folder):
            pass

    (bundle,) = (data_folder / "bundles").iterdir()
    assert (bundle / "app.py").read_text().endswith("# another\n")


def test_a_function_that_no_template_makes_is_missing(parcel: Parcel, tmp_path: Path) -> None:
    parcel.without("upload")
    package = read(parcel.write(tmp_path / "package"))
    stack = packaged_stack(package, tmp_path / "data")

    with mock.patch.dict(os.environ), stack:
        assert httpx.post(stack.addresses.base_url + "/v1/uploads").status_code == 404


def test_without_leave_to_report_failures_a_handlers_report_is_passed_over(
    parcel: Parcel, tmp_path: Path
) -> None:
    """As Lambda does it: what a handler returns means nothing, and all of its batch is done."""
    parcel.bundle["app.py"] = (
        parcel.bundle["app.py"].replace(
            "event, None)\n\n\ndef _noted", "event, _all_failed(event))\n\n\ndef _noted"
        )
        + ALL_FAILED
    )
    for source in ("StreamSource", "QueueSource"):
        del parcel.properties(source)["FunctionResponseTypes"]
    notes = Notes(parcel.notes)
    stack = packaged_stack(read(parcel.write(tmp_path / "package")), tmp_path / "data")

    with mock.patch.dict(os.environ), stack:
        wire = Wire(stack.engine.endpoint, region=REGION)
        item = {"name": {"S": "a"}, "age": {"N": "1"}}
        wire.tables("PutItem", TableName=TABLE["TableName"], Item=item)
        stack.queues.send(f"pairly-{STAGE}-chores", [Draft("sweep")])
        stack.settle()

        assert stack.queues.next_due_at(f"pairly-{STAGE}-chores") is None
        assert stack.state.entries(FAILURES) == []
    assert len(notes.of(f"pairly-{STAGE}-queue")) == len(notes.of(f"pairly-{STAGE}-stream")) == 1


def test_a_function_behind_an_alias_is_known_by_its_name(parcel: Parcel, tmp_path: Path) -> None:
    parcel.alias("stream", "StreamSource")

    assert "stream" in {function.name for function in read(parcel.write(tmp_path)).functions}


def test_the_stack_never_imports_what_the_package_was_made_from(
    parcel: Parcel, tmp_path: Path
) -> None:
    program = (
        "import sys, pathlib, httpx\n"
        "from infra.local.packaged import packaged_stack, read\n"
        "package, data = map(pathlib.Path, sys.argv[1:])\n"
        "with packaged_stack(read(package), data) as stack:\n"
        "    httpx.post(stack.addresses.base_url + '/v1/uploads').raise_for_status()\n"
        "    print('app' in sys.modules, 'pynamodb' in sys.modules)\n"
    )
    package, data = parcel.write(tmp_path / "package"), tmp_path / "data"
    said = subprocess.run(
        [sys.executable, "-c", program, package, data],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout == "False False\n"


def _facts(function: Function) -> list[Any]:
    """What a template says of a function, and no more."""
    limits = function.timeout_seconds, function.memory_mb
    return [
        function.kind,
        function.feature,
        function.entry,
        function.trigger,
        function.doors,
        limits,
    ]
