"""The stacks of functions: what each function is, who may invoke it, and what it finds."""

from collections import Counter

import pytest

import app
from chalicelib.core import settings
from infra.inventory import inventory
from infra.package.errors import NotPackaged
from infra.package.features import environment, features
from infra.package.resolving import references, resolve
from infra.package.stage import Override
from tests.package.samples import BUNDLES, EVERY_KIND, KNOWN, function, only, resources, stage

OF_THE_APP = features(stage(), inventory(app.app), BUNDLES)


def test_every_function_stands_in_its_features_stack_by_its_name() -> None:
    expected = Counter((each.feature, each.deployed("dev")) for each in inventory(app.app))

    found = Counter(
        (feature, each["Properties"]["FunctionName"])
        for feature, stack in OF_THE_APP.items()
        for each in stack["Resources"].values()
        if each["Type"] == "AWS::Lambda::Function"
    )

    assert found == expected
    assert set(found.values()) == {1}


def test_every_function_has_a_role_a_log_and_a_trigger_of_its_own() -> None:
    kinds = Counter(
        each["Type"].removeprefix("AWS::")
        for stack in OF_THE_APP.values()
        for each in stack["Resources"].values()
    )

    count = len(inventory(app.app))
    assert kinds["IAM::Role"] == kinds["Logs::LogGroup"] == kinds["Lambda::Function"] == count
    assert kinds["Lambda::Permission"] + kinds["Lambda::EventSourceMapping"] == count


def test_a_function_is_what_its_declaration_says() -> None:
    declared = function(memory_mb=1024, timeout_seconds=7)

    made = only(resources(stage(), declared), "Lambda::Function")

    expected = {
        "FunctionName": "pairly-dev-wallet-show",
        "Runtime": "python3.12",
        "Architectures": ["x86_64"],
        "Handler": "app.app",
        "Code": {"S3Bucket": "artifacts", "S3Key": "pairly/bundles/core-0123456789abcdef.zip"},
        "Role": "WalletShowRole.Arn",
        "MemorySize": 1024,
        "Timeout": 7,
        "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "WalletShowLogGroup"},
        "TracingConfig": {"Mode": "PassThrough"},
    }
    assert expected == {name: made[name] for name in expected}
    assert made.keys() - expected.keys() == {"Environment", "Tags"}


def test_a_function_waits_for_nothing_but_what_it_refers_to() -> None:
    for stack in OF_THE_APP.values():
        assert [each for each in stack["Resources"].values() if "DependsOn" in each] == []


def test_a_handler_beside_rest_is_called_by_its_name() -> None:
    made = only(resources(stage(), EVERY_KIND[3]), "Lambda::Function")

    assert made["Handler"] == "app.wallet_welcome"


def test_a_function_finds_every_setting_that_the_app_reads() -> None:
    found = resolve(environment(function(doors="wallet"), stage(name="prod")), KNOWN)

    read = settings.read({**found, "AWS_REGION": "eu-west-1"})
    assert (read.stage, read.keyring_secret) == ("prod", "pairly/prod/keyring")
    assert read.mail_sender == "Pairly <hello@pairly.example>"
    assert read.cors_origin == "https://app.pairly.example"
    assert read.public_url == "https://rest123.execute-api.eu-west-1.amazonaws.com/prod"
    assert read.websocket_url == "wss://socket123.execute-api.eu-west-1.amazonaws.com/prod"
    connections = "https://socket123.execute-api.eu-west-1.amazonaws.com/prod"
    assert read.connections_endpoint == connections
    assert read.queue_url_prefix + read.physical("wallet-welcome") == (
        "https://sqs.eu-west-1.amazonaws.com/123456789012/pairly-prod-wallet-welcome"
    )
    assert {read.dynamodb_endpoint, read.aws_endpoint, read.sqs_endpoint} == {None}


def test_members_are_told_the_stages_own_domains_where_it_has_them() -> None:
    own = stage(public_url="https://api.pairly.example", websocket_url="wss://s.pairly.example")

    found = environment(function(), own)

    assert found["PAIRLY_PUBLIC_URL"] == "https://api.pairly.example"
    assert found["PAIRLY_WEBSOCKET_URL"] == "wss://s.pairly.example"
    connections = resolve(found["PAIRLY_CONNECTIONS_ENDPOINT"], KNOWN)
    assert connections == "https://socket123.execute-api.eu-west-1.amazonaws.com/dev"


@pytest.mark.parametrize("doors", ["wallet", "none"])
def test_a_function_is_told_whose_doors_to_open(doors: str) -> None:
    assert environment(function(doors=doors), stage())["PAIRLY_FEATURE"] == doors


def test_a_function_that_opens_all_doors_is_told_of_none() -> None:
    assert "PAIRLY_FEATURE" not in environment(function(doors=None), stage())


def test_an_override_changes_the_one_function_that_it_names() -> None:
    named = Override(reserved_concurrency=0, log_retention_days=7)
    changed = stage(functions={"wallet-show": named})

    first = resources(changed, function("wallet-show"))
    other = resources(changed, function("wallet-entries"))

    assert only(first, "Lambda::Function")["ReservedConcurrentExecutions"] == 0
    assert only(first, "Logs::LogGroup")["RetentionInDays"] == 7
    assert "ReservedConcurrentExecutions" not in only(other, "Lambda::Function")
    assert only(other, "Logs::LogGroup")["RetentionInDays"] == 30


def test_a_log_bears_its_functions_name() -> None:
    log = only(resources(stage(), function()), "Logs::LogGroup")

    assert log["LogGroupName"] == "/aws/lambda/pairly-dev-wallet-show"


def test_tracing_is_the_stages_choice() -> None:
    made = only(resources(stage(tracing=True), function()), "Lambda::Function")

    assert made["TracingConfig"] == {"Mode": "Active"}


def test_a_stack_takes_exactly_the_parameters_that_it_uses() -> None:
    for stack in [*OF_THE_APP.values(), *features(stage(), EVERY_KIND, BUNDLES).values()]:
        given = stack["Resources"].keys() | stack["Parameters"].keys()
        asked = {each.split(".")[0] for each in references(stack["Resources"])}
        assert {each for each in asked if not each.startswith("AWS::")} <= given
        assert stack["Parameters"].keys() <= asked


def test_only_the_stacks_that_read_streams_take_their_arns() -> None:
    parameters = {name: set(stack["Parameters"]) for name, stack in OF_THE_APP.items()}

    assert "MessagesTableStreamArn" in parameters["messaging"]
    assert {"MessagesTableStreamArn", "FailuresBucketArn"}.isdisjoint(parameters["operations"])


def test_a_name_that_lambda_would_not_take_is_refused_and_said() -> None:
    longest = "wallet-" + "x" * (64 - len("pairly-dev-wallet-"))

    assert resources(stage(), function(longest))
    with pytest.raises(NotPackaged, match=rf"pairly-dev-{longest}x .* 65 characters"):
        resources(stage(), function(longest + "x"))


def test_everything_that_can_be_says_whose_it_is() -> None:
    bare = tuple(
        f"AWS::Lambda::{each}" for each in ("Permission", "Version", "Alias", "EventInvokeConfig")
    )

    for each in resources(stage(snap_start=True), *EVERY_KIND).values():
        if each["Type"] not in bare:
            tags = {tag["Key"]: tag["Value"] for tag in each["Properties"]["Tags"]}
            assert tags == {"Project": "pairly", "Stage": "dev"}
