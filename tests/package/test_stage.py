"""What `stages.toml` may say, and how it is told what it may not."""

from pathlib import Path

import pytest

from app import app
from chalicelib.core.settings import house_rules
from infra.functions import Function, QueueSource
from infra.inventory import VISIBILITY_FACTOR, inventory
from infra.package import stage
from infra.package.errors import NotPackaged, UnknownStage

ELSEWHERE = {"AWS_REGION": "eu-central-1"}
DEFAULTS = """\
[defaults]
region = "eu-central-1"
runtime = "python3.12"
architecture = "arm64"
snap_start = true
mail_sender = "Pairly <hello@pairly.example>"
cors_origin = "https://app.pairly.example"
log_retention_days = 30
deletion_protection = true
tracing = false
requests_per_second = 100
requests_burst = 200
frames_per_second = 300
frames_burst = 400
sets_account_role = true
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "stages.toml"


def written(file: Path, text: str) -> Path:
    """The file with defaults that are right, and then this."""
    file.write_text(DEFAULTS + text)
    return file


def functions() -> dict[str, Function]:
    return {each.name: each for each in inventory(app)}


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_every_stage_that_we_have_can_be_read(name: str) -> None:
    found = stage.read(name, ELSEWHERE)

    assert found.name == name
    assert stage.with_overrides(inventory(app), found)


def test_only_prod_guards_its_tables_against_deletion() -> None:
    guarded = {name: stage.read(name, ELSEWHERE).deletion_protection for name in ("dev", "prod")}

    assert guarded == {"dev": False, "prod": True}


def test_what_a_stage_says_goes_before_the_defaults_field_by_field(file: Path) -> None:
    written(
        file,
        "[defaults.functions.wallet-show]\nmemory_mb = 1024\ntimeout_seconds = 5\n"
        "[stage.prod]\nlog_retention_days = 365\n"
        "[stage.prod.functions.wallet-show]\ntimeout_seconds = 7\n",
    )

    found = stage.read("prod", {}, file)

    assert (found.log_retention_days, found.requests_burst) == (365, 200)
    assert found.of("wallet-show") == stage.Override(memory_mb=1024, timeout_seconds=7)
    assert found.of("wallet-entries") == stage.Override()


def test_a_stage_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(UnknownStage, match=r"'moon' .*Name one of: dev, staging, prod\."):
        stage.read("moon", {})


@pytest.mark.parametrize(
    ("environ", "region"),
    [
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "us-gov-west-1"}, "us-gov-west-1"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "cn-north-1"}, "cn-north-1"),
    ],
)
def test_a_region_that_the_file_leaves_open_is_the_environments(
    environ: dict[str, str], region: str
) -> None:
    assert stage.read("prod", environ).region == region


def test_a_region_in_the_file_goes_before_the_environments() -> None:
    assert stage.read("dev", ELSEWHERE).region == "us-east-1"


def test_without_any_region_nothing_is_packaged() -> None:
    with pytest.raises(NotPackaged, match=r"stage prod: no region is set.*AWS_REGION="):
        stage.read("prod", {})


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("log_retention_days = 31", "log_retention_days: Invalid enum value 31; it looks like 30"),
        ("log_retention_days = '7'", "log_retention_days: Expected `int`, got `str`"),
        ("tracing = 1", "tracing: Expected `bool`, got `int`"),
        ("requests_burst = 0", "requests_burst: Expected `int` >= 1"),
        ("memory = 512", "Object contains unknown field `memory`"),
        ("runtime = 'python3.10'", "runtime: Invalid enum value 'python3.10'"),
        ("architecture = 'arm'", "architecture: Invalid enum value 'arm'"),
        ("region = 'Frankfurt'", "region: Malformed text; it looks like eu-central-1"),
        ('region = "eu-central-1\\n"', "region: Malformed text"),
        ("mail_sender = 'Pairly'", "mail_sender: Malformed text; it looks like Pairly <hello@"),
        ("cors_origin = 'https://pairly.example/'", "cors_origin: Malformed text"),
        ("public_url = 'https://pairly.example/'", "public_url: Malformed text"),
        ("websocket_url = 'https://pairly.example'", "websocket_url: Malformed text"),
        ("functions = 3", "functions: Expected `object`, got `int`"),
        ("functions.a.memory = 1", "functions.a: Object contains unknown field `memory`"),
        ("functions.a.memory_mb = 64", "functions.a.memory_mb: Expected `int` >= 128"),
        ("functions.a.timeout_seconds = 901", "functions.a.timeout_seconds: Expected `int` <= 900"),
        (
            "functions.a.log_retention_days = 8",
            "functions.a.log_retention_days: Invalid enum value 8; it looks like 30",
        ),
        ("name = 'production'", "name: the name stands in [stage.prod]"),
        ("runtime = 'python3.11'", "snap_start: it needs python3.12 or later"),
    ],
)
def test_a_fault_is_told_with_its_file_its_stage_and_its_field(
    file: Path, line: str, told: str
) -> None:
    written(file, f"[stage.prod]\n{line}\n")

    with pytest.raises(NotPackaged) as refused:
        stage.read("prod", {}, file)

    assert f"{file.parent.name}/stages.toml, stage prod" in str(refused.value)
    assert told in str(refused.value)


@pytest.mark.parametrize("name", ["Prod", "p", "a-name-of-seventeen", "9th", "pr_od", "'pr od'"])
def test_a_stage_whose_name_no_resource_could_bear_is_refused(file: Path, name: str) -> None:
    written(file, f"[stage.{name}]\n")

    with pytest.raises(NotPackaged, match=r"2 to 16 small letters.*Rename it"):
        stage.read("dev", {}, file)


@pytest.mark.parametrize("text", ["[stage", "[stages.prod]\n", "[stage]\nprod = 1\n"])
def test_a_file_that_is_no_list_of_stages_is_refused(file: Path, text: str) -> None:
    written(file, text)

    with pytest.raises(NotPackaged, match=r"stages\.toml cannot be read: .+ Correct it"):
        stage.read("prod", {}, file)


def test_without_its_file_nothing_is_packaged(file: Path) -> None:
    with pytest.raises(NotPackaged, match=r"stages\.toml cannot be read: .*No such file"):
        stage.read("prod", {}, file)


def test_an_override_changes_the_function_that_it_names_and_no_other(file: Path) -> None:
    name = "wallet-show"
    written(file, f"[stage.prod.functions.{name}]\nmemory_mb = 2048\ntimeout_seconds = 3\n")

    changed = stage.with_overrides(inventory(app), stage.read("prod", {}, file))

    before = functions()
    assert [each for each in changed if each != before[each.name]] == [
        each for each in changed if each.name == name
    ]
    assert {(each.memory_mb, each.timeout_seconds) for each in changed if each.name == name} == {
        (2048, 3)
    }


def test_a_queue_hides_its_messages_longer_when_their_function_may_run_longer(file: Path) -> None:
    name = next(each.name for each in inventory(app) if each.kind == "queue")
    written(file, f"[stage.prod.functions.{name}]\ntimeout_seconds = 300\n")

    changed = stage.with_overrides(inventory(app), stage.read("prod", {}, file))

    trigger = next(each.trigger for each in changed if each.name == name)
    assert isinstance(trigger, QueueSource)
    assert trigger.visibility_seconds == VISIBILITY_FACTOR * 300


def test_a_stage_without_overrides_leaves_every_function_as_it_is(file: Path) -> None:
    written(file, "[stage.prod]\n")

    assert stage.with_overrides(inventory(app), stage.read("prod", {}, file)) == inventory(app)


def test_an_override_of_no_function_is_refused(file: Path) -> None:
    written(file, "[stage.prod.functions.wallet-shoe]\nmemory_mb = 1024\n")

    with pytest.raises(NotPackaged, match="there is no function wallet-shoe"):
        stage.with_overrides(inventory(app), stage.read("prod", {}, file))


def test_a_rule_of_the_house_that_a_stage_sets_reaches_its_functions(file: Path) -> None:
    written(file, "[stage.prod.settings]\nphoto_review = true\nlikes_per_day = 50\n")
    said = stage.read("prod", {}, file).environment

    assert (said["PAIRLY_PHOTO_REVIEW"], said["PAIRLY_LIKES_PER_DAY"]) == ("true", "50")
    assert house_rules(said) == {"photo_review": True, "likes_per_day": 50}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("photo_reviews = true", "there is no photo_reviews"),
        ("stage = 'dev'", "there is no stage"),
        ("likes_per_day = 'many'", "PAIRLY_LIKES_PER_DAY"),
        ("likes_per_day = -1", "PAIRLY_LIKES_PER_DAY"),
    ],
)
def test_a_rule_that_nobody_knows_or_that_cannot_be_meant_is_refused(
    file: Path, line: str, told: str
) -> None:
    written(file, f"[stage.prod.settings]\n{line}\n")

    with pytest.raises(NotPackaged, match=rf"stage prod, settings: {told}"):
        stage.read("prod", {}, file)


@pytest.mark.parametrize("kind", ["rest", "socket", "authorizer"])
def test_a_function_that_somebody_waits_for_may_not_outlast_api_gateway(
    file: Path, kind: str
) -> None:
    name = next(each.name for each in inventory(app) if each.kind == kind)
    written(file, f"[stage.prod.functions.{name}]\ntimeout_seconds = 30\n")

    with pytest.raises(NotPackaged, match=rf"functions\.{name}\.timeout_seconds.*at most 29"):
        stage.with_overrides(inventory(app), stage.read("prod", {}, file))


def test_what_may_have_been_overlooked_is_said_and_stops_nothing() -> None:
    dev = stage.read("dev", {})

    assert stage.notes(dev, {}) == [
        "mail_sender is an example, Pairly <hello@pairly.example>: nothing will work that depends"
        " on it."
    ]
    assert "AWS_REGION is eu-west-1" in stage.notes(dev, {"AWS_REGION": "eu-west-1"})[0]
    assert not any("AWS_REGION" in note for note in stage.notes(dev, {"AWS_REGION": dev.region}))
