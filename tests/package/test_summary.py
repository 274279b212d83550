"""What a package says of itself to people."""

import json
import re
from pathlib import Path

import msgspec
import pytest

from app import app
from infra.functions import Function
from infra.inventory import inventory
from infra.package import limits
from infra.package.bundles import BUNDLES
from infra.package.stage import Override, Stage, read
from infra.package.summary import Package, summary, told
from infra.package.templates import templates
from tests.package.packaged import bundle

FOLDER = "build/dev"


def package(**changed: object) -> Package:
    stage = msgspec.structs.replace(read("dev", {}), **changed)
    functions, bundles = inventory(app), [bundle(each) for each in BUNDLES]
    return Package(stage, functions, bundles, templates(stage, functions, bundles))


def rows(text: str, title: str) -> list[list[str]]:
    """The cells of a table, by the beginning of its heading."""
    part = next(each for each in text.split("\n## ") if each.startswith(title))
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_function_has_its_line() -> None:
    found = rows(summary(package(), FOLDER), "Functions")

    assert [row[:2] for row in found] == [
        [each.name, f"`{each.deployed('dev')}`"] for each in inventory(app)
    ]


def test_a_functions_line_says_what_it_runs_for_and_within_which_limits() -> None:
    reserved = {"wallet-show": Override(reserved_concurrency=7)}

    found = rows(summary(package(functions=reserved), FOLDER), "Functions")

    shown = next(row for row in found if row[0] == "wallet-show")
    assert shown[2:] == ["`GET /v1/wallet`", "512", "29", "core", "7"]
    assert {row[6] for row in found if row is not shown} == {""}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("accounts-authorizer", "access tokens"),
        ("realtime-socket-connect", "frame `$connect`"),
        ("messaging-socket-message-send", "frame `message.send`"),
        ("wallet-welcome", "queue `wallet-welcome`"),
        ("messaging-stream-messages", "stream of `messages`"),
        ("profiles-check-photo", "`uploads/` in bucket `photos`"),
    ],
)
def test_a_trigger_is_told_in_a_few_words(name: str, words: str) -> None:
    by_name: dict[str, Function] = {each.name: each for each in inventory(app)}

    assert told(by_name[name].trigger) == words


def test_every_stack_is_held_against_the_limits() -> None:
    made = package()

    text = summary(made, FOLDER)

    assert f"resources of {limits.STACK_RESOURCES_MAX} |" in text
    found = {row[0]: row[1:] for row in rows(text, "Stacks")}
    assert found.keys() == {"parent", *made.templates.nested}
    wallet = made.templates.nested["wallet"]
    content = next(made.templates.files[each] for each in made.templates.files if "wallet" in each)
    assert found["wallet"] == [
        str(len(wallet["Resources"])),
        f"{len(content):,}",
        "0",
        str(len(wallet["Parameters"])),
    ]


def test_a_bundle_is_told_with_its_size_and_how_many_functions_run_it() -> None:
    core, photos = rows(summary(package(), FOLDER), "Bundles")

    assert core[:2] == ["core", str(len(inventory(app)) - 1)]
    assert photos[:2] == ["photos", "1"]
    assert core[4] == f"`{bundle('core').digest}`"


def test_the_commands_name_what_was_made_and_the_parameters_that_the_parent_asks_for() -> None:
    made = package(region="cn-north-1")

    text = summary(made, FOLDER)

    assert "aws s3 sync build/dev/artifacts s3://BUCKET/pairly/ --region cn-north-1" in text
    assert "--template-file build/dev/parent.json" in text
    assert "--region cn-north-1 --stack-name pairly-dev" in text
    asked = made.templates.parent["Parameters"]
    assert asked["ArtifactsPrefix"]["Default"] == "pairly/"
    undefaulted = {name for name, about in asked.items() if "Default" not in about}
    given = re.search(r"--parameter-overrides (\S+)=BUCKET", text)
    assert given is not None
    assert {given[1]} == undefaulted


def test_the_summary_that_is_written_is_that_of_the_package(build_dev: Path) -> None:
    listed = [row[0] for row in rows((build_dev / "summary.md").read_text(), "Functions")]

    manifest = json.loads((build_dev / "manifest.json").read_text())
    assert listed == [each["name"] for each in manifest["functions"]]


def test_a_stage_is_told_with_where_and_on_what_it_runs() -> None:
    stage: Stage = read("dev", {})

    assert f"for {stage.runtime} on {stage.architecture} in {stage.region}" in summary(
        package(), FOLDER
    )
