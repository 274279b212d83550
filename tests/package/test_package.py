"""`python -m infra.package STAGE`: all of it, or nothing and a reason."""

import hashlib
import json
import os
import shutil
from pathlib import Path
from unittest import mock

import pytest

from app import app
from infra.inventory import inventory
from infra.package.__main__ import live_as, main
from infra.package.output import replacing
from infra.package.stage import read
from tests.package.conftest import package

NO_WHEELS = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""}


def contents(folder: Path) -> dict[str, str]:
    """Every file's SHA-256, by its path."""
    files = (each for each in folder.rglob("*") if each.is_file())
    return {
        str(each.relative_to(folder)): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in files
    }


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A folder of packages in which an earlier one of dev stands."""
    build = tmp_path / "build"
    (build / "dev").mkdir(parents=True)
    (build / "dev" / "parent.json").write_text("earlier")
    return build


def is_untouched(build: Path) -> bool:
    return [each.name for each in build.iterdir()] == ["dev"] and contents(build) == {
        "dev/parent.json": hashlib.sha256(b"earlier").hexdigest()
    }


@pytest.fixture(scope="module")
def again(
    build_dev: Path,
    stages: Path,
    only_wheels_from_here: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, str]:
    """A folder in which dev was packaged in place of an earlier one, and what was told."""
    build = tmp_path_factory.mktemp("again")
    (build / "dev").mkdir()
    (build / "dev" / "left.json").write_text("earlier")
    other = {
        "PYTHONHASHSEED": "7",
        "PAIRLY_CORS_ORIGIN": "https://elsewhere.example",
        "TZ": "UTC-9",
    }

    ran = package(["dev"], build, stages, only_wheels_from_here | other)

    assert (ran.returncode, ran.stderr) == (0, "")
    return build, ran.stdout


def test_packaging_again_gives_the_same_bytes_wherever_and_by_whomever(
    build_dev: Path, again: tuple[Path, str]
) -> None:
    build, _ = again

    first, second = contents(build_dev), contents(build / "dev")
    assert first.pop("summary.md") != second.pop("summary.md"), "which says where it lies"
    assert second == first
    assert [each.name for each in build.iterdir()] == ["dev"]


def test_what_was_made_is_told_in_a_few_lines(again: tuple[Path, str]) -> None:
    build, told = again

    assert f"Made {build}/dev in " in told
    assert f" {len(inventory(app))} functions in " in told
    assert f"{build}/dev/summary.md" in told
    assert told.count("\n") <= 4


def test_the_manifest_names_every_file_with_its_hash(build_dev: Path) -> None:
    told = json.loads((build_dev / "manifest.json").read_text())

    found = contents(build_dev)
    del found["manifest.json"], found["summary.md"]
    assert {path: about["sha256"] for path, about in told["files"].items()} == found
    assert told["bundles"]["core"]["file"] in found
    assert told["parent"] in found
    assert list(told["files"]) == sorted(found)


def test_the_manifest_lists_the_functions_of_the_inventory(build_dev: Path) -> None:
    told = json.loads((build_dev / "manifest.json").read_text())

    assert told["functions"] == [
        {"name": each.name, "deployed": each.deployed("dev")}
        | {"feature": each.feature, "bundle": each.bundle}
        for each in inventory(app)
    ]


@pytest.mark.parametrize("path", ["artifacts/bundles", "artifacts/stacks"])
def test_an_artifact_is_named_by_its_content(build_dev: Path, path: str) -> None:
    for file in (build_dev / path).iterdir():
        digest = hashlib.sha256(file.read_bytes()).hexdigest()

        assert file.stem.rpartition("-")[2] == digest[:16]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Usage: make package STAGE=prod"),
        ([""], "Usage: make package STAGE=prod"),
        (["dev", "prod"], "Usage: make package STAGE=prod"),
        (["moon"], "There is no stage 'moon' in infra/stages.toml. Name one of: dev, staging"),
        (["../dev"], "There is no stage '../dev'"),
    ],
)
def test_a_stage_that_is_not_there_is_told_in_words(
    arguments: list[str], told: str, before: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments, build=before) == 2
    assert told in capsys.readouterr().err
    assert is_untouched(before)


def test_a_fault_in_the_file_is_told_in_words(
    before: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty = tmp_path / "stages.toml"
    faulty.write_text("[stage.dev]\nregion = 5\n")

    assert main(["dev"], build=before, stages=faulty) == 1
    assert "stages.toml, stage dev, region: Expected `str`" in capsys.readouterr().err
    assert is_untouched(before)


def test_without_a_region_nothing_is_packaged(
    before: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)

    assert main(["prod"], build=before) == 1
    assert "no region is set" in capsys.readouterr().err
    assert is_untouched(before)


def test_a_missing_wheel_leaves_the_package_before_it_as_it_was(stages: Path, before: Path) -> None:
    ran = package(["dev"], before, stages, NO_WHEELS)

    assert ran.returncode == 1
    assert "requirements.txt: pip finds no wheel of " in ran.stderr
    assert "Traceback" not in ran.stderr
    assert is_untouched(before)


def test_an_interrupted_run_leaves_the_package_before_it_as_it_was(
    before: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        mock.patch.dict(os.environ),
        mock.patch("subprocess.run", side_effect=KeyboardInterrupt),
    ):
        assert main(["dev"], build=before) == 130

    assert "nothing was packaged" in capsys.readouterr().err
    assert is_untouched(before)


def test_a_folder_that_cannot_be_swapped_in_leaves_the_one_before_it(before: Path) -> None:
    with pytest.raises(OSError, match="fresh"), replacing(before / "dev") as fresh:
        shutil.rmtree(fresh)

    assert is_untouched(before)


def test_the_app_lives_in_the_stage_that_is_packaged_and_hears_of_no_other() -> None:
    stage = read("prod", {"AWS_REGION": "eu-central-1"})

    with mock.patch.dict(os.environ, {"PAIRLY_FEATURE": "wallet", "PAIRLY_STAGE": "dev"}):
        live_as(stage)

        assert "PAIRLY_FEATURE" not in os.environ
        assert os.environ["PAIRLY_STAGE"] == "prod"
        assert os.environ["PAIRLY_CORS_ORIGIN"] == stage.cors_origin
        assert os.environ["AWS_REGION"] == "eu-central-1"
