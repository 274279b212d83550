"""dynoxide under the stack: what was written survives, and stays fast."""

import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import engine as engines
from infra.local.engine import Dynoxide, Given, choose, find_dynoxide
from infra.local.errors import NotStarted
from infra.local.events import REGION
from infra.local.ports import Ports
from infra.local.stack import scratch_folder
from infra.local.wire import Wire, WireError

BINARY = find_dynoxide(engines.ROOT)

pytestmark = pytest.mark.skipif(BINARY is None, reason="dynoxide is not installed here")


@pytest.fixture
def folder() -> Iterator[Path]:
    folder = scratch_folder()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def engine(folder: Path) -> Iterator[Dynoxide]:
    engine = _start(folder)
    yield engine
    engine.stop()


def test_nothing_acknowledged_is_lost_when_it_is_killed(engine: Dynoxide, folder: Path) -> None:
    wire = _wire_with_table(engine)
    for number in range(50):
        _put(wire, f"n{number}")

    _kill(engine)
    again = _start(folder)
    try:
        wire = Wire(again.endpoint, region=REGION)
        items = wire.tables("Scan", TableName="things")["Items"]
        records = _records(wire)
    finally:
        again.stop()

    assert {item["name"]["S"] for item in items} == {f"n{number}" for number in range(50)}
    assert [record["dynamodb"]["SequenceNumber"] for record in records] == [
        str(number) for number in range(1, 51)
    ]


def test_an_engine_left_behind_is_ended_before_another_starts(
    engine: Dynoxide, folder: Path
) -> None:
    left_behind = engine.pid
    assert left_behind is not None

    engines.end_earlier(folder)

    assert os.waitpid(left_behind, os.WNOHANG)[0] == left_behind
    assert not (folder / engines.PID_FILE).exists()


def test_another_program_with_the_same_process_id_is_left_alone(folder: Path) -> None:
    (folder / engines.PID_FILE).write_text(str(os.getpid()))

    engines.end_earlier(folder)

    assert not (folder / engines.PID_FILE).exists()


def test_sequence_numbers_are_looked_up_by_an_index(engine: Dynoxide, folder: Path) -> None:
    file = sqlite3.connect(folder / engines.FILE)
    plan = file.execute(
        "EXPLAIN QUERY PLAN SELECT max(CAST(sequence_number AS INTEGER))"
        " FROM _stream_records WHERE table_name = 'things'"
    ).fetchall()
    file.close()

    assert "_stream_records_by_sequence" in plan[0][3]


def test_it_says_which_tables_changed_since_it_was_asked(engine: Dynoxide) -> None:
    wire = _wire_with_table(engine)
    assert engine.changed() == set()

    _put(wire, "a")
    assert engine.changed() == {"things"}
    assert engine.changed() == set()


def test_trimming_keeps_the_last_record_so_that_numbers_go_on(
    engine: Dynoxide, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = _wire_with_table(engine)
    for name in ("a", "b", "c"):
        _put(wire, name)
    monkeypatch.setattr(engines, "STREAM_SECONDS", -10)

    engine.trim()
    _put(wire, "d")
    numbers = [record["dynamodb"]["SequenceNumber"] for record in _records(wire)]
    assert numbers == ["3", "4"]


def test_an_error_of_dynamodb_is_told_by_its_name(engine: Dynoxide) -> None:
    wire = Wire(engine.endpoint, region=REGION)

    with pytest.raises(WireError) as failure:
        wire.tables("Scan", TableName="missing")
    assert failure.value.code == "ResourceNotFoundException"


def test_the_setting_chooses_the_engine(folder: Path) -> None:
    moto = "http://127.0.0.1:5000"
    assert isinstance(choose("dynoxide", folder, 1, moto=moto), Dynoxide)
    assert choose("moto", folder, 1, moto=moto).endpoint == moto
    assert choose("http://db:8000/", folder, 1, moto=moto).endpoint == "http://db:8000"
    with pytest.raises(NotStarted, match="neither"):
        choose("mongo", folder, 1, moto=moto)


def test_without_the_binary_moto_takes_over_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(engines, "find_dynoxide", lambda _: None)

    chosen = choose("dynoxide", folder, 1, moto="http://127.0.0.1:5000")

    assert isinstance(chosen, Given)
    assert chosen.endpoint == "http://127.0.0.1:5000"
    assert "Falling back to moto" in caplog.text


def _start(folder: Path) -> Dynoxide:
    assert BINARY is not None
    ports = Ports.claim("127.0.0.1", 0)
    ports.listener.close()
    engine = Dynoxide(BINARY, folder, ports.engine)
    engine.start()
    return engine


def _kill(engine: Dynoxide) -> None:
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)
    engine.stop()


def _wire_with_table(engine: Dynoxide) -> Wire:
    wire = Wire(engine.endpoint, region=REGION)
    wire.tables(
        "CreateTable",
        TableName="things",
        KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "name", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    return wire


def _put(wire: Wire, name: str) -> None:
    wire.tables("PutItem", TableName="things", Item={"name": {"S": name}})


def _records(wire: Wire) -> list[dict[str, object]]:
    arn = wire.tables("DescribeTable", TableName="things")["Table"]["LatestStreamArn"]
    stream = wire.streams("DescribeStream", StreamArn=arn)["StreamDescription"]
    asked = {"StreamArn": arn, "ShardId": stream["Shards"][0]["ShardId"]}
    iterator = wire.streams("GetShardIterator", **asked, ShardIteratorType="TRIM_HORIZON")
    answer = wire.streams("GetRecords", ShardIterator=iterator["ShardIterator"])
    records: list[dict[str, object]] = answer["Records"]
    return records
