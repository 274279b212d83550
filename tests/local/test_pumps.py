"""Streams and schedules, handed to functions as Lambda does it."""

import sqlite3
import uuid
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from infra.local.engine import FILE, Dynoxide
from infra.local.events import REGION
from infra.local.queues import Draft
from infra.local.stack import Stack
from infra.local.streams import FAILURES, TRIES
from infra.local.wire import Wire

from .tiny import QUEUE, TABLE, Tiny

Write = Callable[..., None]


@pytest.fixture
def write(running: Stack, tiny: Tiny) -> Write:
    wire = Wire(running.engine.endpoint, region=REGION)

    def put(*names: str) -> None:
        for name in names:
            item = {"name": {"S": name}, "id": {"S": str(uuid.uuid4())}, "raw": {"B": "AAEC"}}
            wire.tables("PutItem", TableName=TABLE, Item=item)

    return put


def test_a_change_is_handed_over_as_lambda_would(write: Write, tiny: Tiny, running: Stack) -> None:
    write("a", "a")
    running.settle()

    (batch,) = tiny.given["on_things"]
    first, second = batch["Records"]
    assert (first["eventName"], second["eventName"]) == ("INSERT", "MODIFY")
    assert first["eventSource"] == "aws:dynamodb"
    assert first["eventSourceARN"].split("/")[1] == TABLE
    assert first["dynamodb"]["Keys"] == {"name": {"S": "a"}}
    assert first["dynamodb"]["NewImage"]["raw"] == {"B": "AAEC"}
    assert second["dynamodb"]["OldImage"] == first["dynamodb"]["NewImage"]
    assert isinstance(first["dynamodb"]["ApproximateCreationDateTime"], int | float)


def test_changes_come_in_batches_in_their_order(write: Write, tiny: Tiny, running: Stack) -> None:
    names = [f"n{number:02}" for number in range(25)]
    write(*names)
    running.settle()

    assert [len(batch["Records"]) for batch in tiny.given["on_things"]] == [10, 10, 5]
    assert [_names(batch) for batch in tiny.given["on_things"]] == [
        names[:10], names[10:20], names[20:]
    ]  # fmt: skip


def test_nothing_is_handed_over_twice(write: Write, tiny: Tiny, running: Stack) -> None:
    write("a")
    running.settle()
    running.settle()

    assert len(tiny.given["on_things"]) == 1


def test_a_failed_batch_is_halved_until_the_bad_record_stands_alone(
    write: Write, tiny: Tiny, running: Stack
) -> None:
    managed: list[str] = []

    def handle(batch: dict[str, Any]) -> None:
        if "bad" in _names(batch):
            raise ValueError("cannot read it")
        managed.extend(_names(batch))

    tiny.behaviours["on_things"] = handle
    write("a", "b", "bad", "c", "d")
    running.settle()

    assert managed == ["a", "b", "c", "d"]
    tries = [batch for batch in tiny.given["on_things"] if _names(batch) == ["bad"]]
    assert len(tries) == TRIES


def test_a_record_nobody_can_handle_is_kept_with_its_reason(
    write: Write, tiny: Tiny, running: Stack, client: httpx.Client
) -> None:
    tiny.behaviours["on_things"] = lambda _: {}["missing"]
    write("poison")
    running.settle()

    kept = running.state.entries(FAILURES)[0]
    assert kept["function"] == "on-things"
    assert "missing" in kept["error"]
    assert kept["record"]["dynamodb"]["Keys"] == {"name": {"S": "poison"}}
    assert client.get("/_local/failures").json()[0] == kept


def test_a_handler_may_name_the_first_record_it_did_not_manage(
    write: Write, tiny: Tiny, running: Stack
) -> None:
    seen: list[list[str]] = []

    def handle(batch: dict[str, Any]) -> dict[str, Any]:
        seen.append(_names(batch))
        if len(seen) > 1:
            return {"batchItemFailures": []}
        third = batch["Records"][2]["dynamodb"]["SequenceNumber"]
        return {"batchItemFailures": [{"itemIdentifier": third}]}

    tiny.behaviours["on_things"] = handle
    write("a", "b", "c", "d")
    running.settle()

    assert seen == [["a", "b", "c", "d"], ["c"], ["d"]]


def test_changes_that_the_function_does_not_ask_for_are_passed_over(
    write: Write, tiny: Tiny, running: Stack
) -> None:
    wire = Wire(running.engine.endpoint, region=REGION)
    write("a")
    wire.tables("DeleteItem", TableName=TABLE, Key={"name": {"S": "a"}})
    write("b")
    running.settle()
    assert [_names(batch) for batch in tiny.given["on_things"]] == [["a", "b"]]

    before = _position(running)
    wire.tables("DeleteItem", TableName=TABLE, Key={"name": {"S": "b"}})
    running.settle()
    assert len(tiny.given["on_things"]) == 1
    assert _position(running) == before + 1


def test_reactions_to_reactions_settle_too(write: Write, tiny: Tiny, running: Stack) -> None:
    def react(batch: dict[str, Any]) -> None:
        running.queues.send(QUEUE, [Draft(name) for name in _names(batch)])

    def go_on(batch: dict[str, Any]) -> None:
        write(*(record["body"] + "!" for record in batch["Records"] if record["body"] == "a"))

    tiny.behaviours |= {"on_things": react, "on_chores": go_on}
    write("a")
    running.settle()

    assert [_names(batch) for batch in tiny.given["on_things"]] == [["a"], ["a!"]]
    sent = [[record["body"] for record in batch["Records"]] for batch in tiny.given["on_chores"]]
    assert sent == [["a"], ["a!"]]


def test_a_schedule_runs_when_its_time_has_come_and_once_for_a_leap(
    tiny: Tiny, running: Stack
) -> None:
    running.clock.advance(3600)
    running.settle()
    tiny.forget()

    running.clock.advance(3599)
    running.settle()
    assert "on_hour" not in tiny.given
    running.clock.advance(1)
    running.settle()
    assert len(tiny.given["on_hour"]) == 1
    running.clock.advance(3600 * 10)
    running.settle()
    assert len(tiny.given["on_hour"]) == 2


def test_a_failed_schedule_is_tried_twice_more_and_then_kept(tiny: Tiny, running: Stack) -> None:
    tiny.behaviours["on_hour"] = lambda _: 1 / 0
    running.clock.advance(3600)
    running.settle()

    assert len(tiny.given["on_hour"]) == 3
    assert running.state.entries(FAILURES)[0]["function"] == "on-hour"


def test_the_clock_can_be_moved_over_http(running: Stack, client: httpx.Client) -> None:
    before = running.clock()
    told = client.post("/_local/clock", json={"advance_seconds": 90}).json()

    assert running.clock() == before + 90
    assert told["rate"] == 0
    assert client.post("/_local/clock", json={"advance_seconds": -1}).status_code == 400
    assert running.clock() == before + 90


def test_old_stream_records_are_dropped_but_for_the_last(
    write: Write, running: Stack, monkeypatch: pytest.MonkeyPatch, tiny: Tiny
) -> None:
    assert isinstance(running.engine, Dynoxide)
    write("a", "b")
    running.settle()
    monkeypatch.setattr("infra.local.engine.STREAM_SECONDS", -10)
    running.clock.advance(3600)
    running.settle()
    tiny.given.clear()
    assert _records_kept(running) == 1

    write("c")
    running.settle()
    assert [_names(batch) for batch in tiny.given["on_things"]] == [["c"]]


def _records_kept(running: Stack) -> int:
    file = sqlite3.connect(running.folder / FILE)
    (kept,) = file.execute("SELECT count(*) FROM _stream_records").fetchone()
    file.close()
    return int(kept)


def _position(running: Stack) -> int:
    ((position,),) = running.state.run("SELECT value FROM facts WHERE name LIKE 'position/%'")
    return int(position)


def _names(batch: dict[str, Any]) -> list[str]:
    return [record["dynamodb"]["Keys"]["name"]["S"] for record in batch["Records"]]
