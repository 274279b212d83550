"""`infra.seeding`: members to be met, and nothing lost or doubled when it is cut off."""

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from infra.local.stack import Stack
from infra.seeding import __main__ as seeding
from infra.seeding.people import seeded
from infra.seeding.places import CITIES
from infra.seeding.position import Position
from infra.seeding.progress import Progress
from tests import tables
from tests.people import client

TABLES = "members", "addresses", "profiles", "places", "cells"
TODAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _small_chunks_in_a_folder_of_its_own(tmp_path: Path, monkeypatch: Any) -> None:
    from infra.seeding import filling

    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setattr(filling, "CHUNK", 20)


def test_the_seeded_can_sign_in_and_meet_each_other(stack: Stack) -> None:
    assert seeding.main(["60", "--dense"]) == 0
    stack.settle()

    met = []
    with client(stack) as http:
        for number in range(5):
            account = {
                "email": f"dense.{number:07}@pairly.example",
                "password": "correct horse battery",
            }
            tokens = http.post("/v1/auth/login", json=account).json()
            bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
            met.append(http.get("/v1/discovery", headers=bearer).json()["items"])

    assert sum(map(len, met)) > 5


def test_what_was_cut_off_goes_on_and_comes_to_the_same(
    stack: Stack, tmp_path: Path, monkeypatch: Any
) -> None:
    show = Progress.show

    def cut_off(progress: Progress, done: int) -> None:
        show(progress, done)
        if done >= 40:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Progress, "show", cut_off)
        assert seeding.main(["70"]) == 130
    assert Position(tmp_path / "seeding-dev-towns.txt").read() == 40
    assert seeding.main(["70"]) == 0
    once = tables.image(stack, *TABLES)

    Position(tmp_path / "seeding-dev-towns.txt").keep(0)
    assert seeding.main(["70"]) == 0
    twice = tables.image(stack, *TABLES)

    del once["members"], twice["members"]  # their password's hash has another salt
    assert tables.changed(once, twice) == {}
    ours = [each for each in twice["addresses"] if "seeded." in each]
    assert len(ours) == 70


def test_members_are_plausible_and_the_same_each_time() -> None:
    interests = tuple(f"interest{number}" for number in range(60))
    some = [seeded(number, TODAY, interests, None) for number in range(2000)]

    assert some == [seeded(number, TODAY, interests, None) for number in range(2000)]
    ages = sorted((TODAY - who.born).days // 365.25 for who in some)
    assert ages[0] >= 18
    assert 25 <= ages[len(ages) // 2] <= 33
    assert {who.gender for who in some} == {"woman", "man", "nonbinary"}
    assert all(who.ages[0] >= 18 and who.ages[0] <= who.ages[1] for who in some)
    largest, smallest = CITIES[0], CITIES[-1]
    near = {
        city.name: sum(abs(who.where[0] - city.latitude) < 1 for who in some)
        for city in (largest, smallest)
    }
    assert near[largest.name] > 5 * near[smallest.name] > 0


def test_progress_says_how_far_how_fast_and_how_long_still() -> None:
    out, now = io.StringIO(), iter([0.0, 10.0, 20.0])
    progress = Progress(out, 4000, begun_at=1000, clock=lambda: next(now))

    progress.show(2000)
    progress.show(3000)

    assert out.getvalue().splitlines() == [
        "    2,000 of 4,000 (50 %)   100/s   20 s left",
        "    3,000 of 4,000 (75 %)   100/s   10 s left",
    ]


@pytest.mark.parametrize("arguments", [["many"], ["1", "2"], ["--sparse"]])
def test_what_it_does_not_understand_it_says(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert seeding.main(arguments) == 2
    assert capsys.readouterr().err.startswith("Usage: python -m infra.seeding")


def test_a_position_that_was_half_written_is_none(tmp_path: Path) -> None:
    file = tmp_path / "position.txt"
    file.write_text("12")
    file.with_suffix(".new").write_text("")

    assert Position(file).read() == 12
    assert Position(tmp_path / "none.txt").read() == 0


def test_a_deployed_stage_is_not_filled_by_accident(
    capsys: pytest.CaptureFixture[str], monkeypatch: Any
) -> None:
    monkeypatch.setenv("PAIRLY_STAGE", "prod")
    monkeypatch.delenv("PAIRLY_DYNAMODB_ENDPOINT", raising=False)

    assert seeding.main(["60"]) == 2
    assert "Add --deployed" in capsys.readouterr().err
