"""The simulator itself: that it really injects, really notices, and really replays.

It needs a process of its own, whose app lives on the simulator's engine, time and chance.
"""

import io
import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from infra.faults.jobs import Job, Outcome
from infra.faults.report import FILE, Report
from tests.faults import played


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Any]:
    """Runs a function in a process that has a world of its own."""
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=played.open_world) as pool:
        yield lambda play, *about: pool.submit(play, *about).result(timeout=60)
        pool.submit(played.close_world).result(timeout=60)


@pytest.mark.parametrize(
    ("fault", "answer", "messages"),
    [
        ("request lost, all attempts", 503, 0),
        ("crash before", 0, 0),
        ("conflict, outage", 503, 0),
        ("answer lost, all attempts", 201, 1),
        ("broken after, all attempts", 201, 1),
        ("crash after", 0, 1),
    ],
)
def test_a_fault_leaves_what_its_name_says(
    elsewhere: Any, fault: str, answer: int, messages: int
) -> None:
    assert elsewhere(played.send_under, fault) == (answer, messages)


def test_a_fault_that_passes_is_healed_without_anybody_noticing(elsewhere: Any) -> None:
    assert elsewhere(played.send_under, "answer lost") == (201, 1)


@pytest.mark.parametrize(
    ("table", "attribute", "value", "rule"),
    [
        ("wallets", "available", {"N": "46"}, "I1–I5 totals"),
        ("wallets", "entries", {"N": "3"}, "I1–I5 numbers"),
        ("conversations", "seq", {"N": "7"}, "I6"),
        ("messages", "p", {"N": "4"}, "I13"),
        ("entries", "legs", {"S": "{}"}, "I1–I5 legs"),
        ("inbox", "read_seq", {"N": "9"}, "I19"),
        ("likes", "matched_at", None, "matching"),
        ("likes", "low_super", {"BOOL": True}, "I13 super likes"),
        ("likes", "high_passed_at", {"N": "1"}, "matching"),
        ("decisions", "who", None, "matching"),
        ("pairs", "shown_by", None, "matching"),
        ("pairs", "closed_at", {"N": "1"}, "matching"),
        ("tallies", "unlocks", {"N": "1"}, "I13 unlocked"),
        ("addresses", "user_id", {"S": "usr_nobody"}, "accounts"),
    ],
)
def test_damage_is_noticed(
    elsewhere: Any, table: str, attribute: str, value: Any, rule: str
) -> None:
    told = elsewhere(played.damaged, table, attribute, value)

    assert any(each.startswith(rule) for each in told), told


def test_nothing_is_noticed_where_nothing_is_wrong(elsewhere: Any) -> None:
    assert elsewhere(played.undamaged) == []


def test_what_goes_back_is_noticed(elsewhere: Any) -> None:
    assert elsewhere(played.turned_back) == ["I19 inbox.delivered_seq fell from 2 to 1"]


def test_every_order_of_two_actors_is_played_once(elsewhere: Any) -> None:
    assert elsewhere(played.orders, 2, 2) == ["aabb", "abab", "abba", "baab", "baba", "bbaa"]


def test_a_race_is_played_in_each_order_and_ends_like_one_after_the_other(elsewhere: Any) -> None:
    assert elsewhere(played.race, "both members send") == (6, [])


def test_a_mutant_is_noticed_and_an_equivalent_one_is_not(elsewhere: Any) -> None:
    assert elsewhere(played.hunted, "wallet: version").startswith("one wallet, two conversations")
    assert elsewhere(played.hunted, "message: absent") == ""


def test_a_seed_replays_to_the_same_end(elsewhere: Any) -> None:
    first, second = elsewhere(played.history, 7), elsewhere(played.history, 7)

    assert first == second
    assert first["violations"] == []


@pytest.mark.parametrize(
    ("outcome", "well"),
    [
        (Outcome(Job("gate", "a mutant"), killed=True), True),
        (Outcome(Job("gate", "a mutant"), survived=True), False),
        (Outcome(Job("sweep", "a scene"), violations=["I2 below zero"]), False),
    ],
)
def test_a_run_fails_on_a_violation_and_on_a_mutant_that_survives(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, outcome: Outcome, well: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    report = Report(io.StringIO(), 1)
    report.add(outcome)

    assert report.close(1.0, [1]) is well
    written = json.loads((tmp_path / FILE).read_text())
    assert written["violations"] == outcome.violations
    assert written["mutants"]["survived"] == (["a mutant"] if outcome.survived else [])
