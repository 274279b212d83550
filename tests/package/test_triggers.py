"""Who may invoke a function, what it reads, and which version of it is invoked."""

import json
from typing import Any

import pytest

from infra.functions import Function, QueueSource, Route, RouteKey, StreamSource, Token
from infra.package import naming
from infra.package.naming import Resource
from infra.package.resolving import references
from infra.package.stage import Override, Stage
from tests.package.samples import EVERY_KIND, bundle, function, only, resources, stage

GATEWAY = "arn:aws:execute-api:eu-west-1:123456789012"


@pytest.mark.parametrize(
    ("trigger", "source"),
    [
        (Route("GET", "/v1/wallet", None), f"{GATEWAY}:rest123/dev/GET/v1/wallet"),
        (
            Route("POST", "/v1/conversations/{conversation_id}/messages/{seq}", None),
            f"{GATEWAY}:rest123/dev/POST/v1/conversations/*/messages/*",
        ),
        (Route("GET", "/", None), f"{GATEWAY}:rest123/dev/GET/"),
        (RouteKey("message.send"), f"{GATEWAY}:socket123/dev/message.send"),
        (RouteKey("$connect"), f"{GATEWAY}:socket123/dev/$connect"),
        (Token(60), f"{GATEWAY}:rest123/authorizers/*"),
    ],
    ids=str,
)
def test_api_gateway_may_invoke_a_function_for_its_one_door(trigger: Any, source: str) -> None:
    permission = only(resources(stage(), function(trigger=trigger)), "Lambda::Permission")

    assert permission == {
        "Action": "lambda:InvokeFunction",
        "FunctionName": "WalletShowFunction",
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": source,
    }


def test_a_schedules_rule_invokes_its_function_and_no_other_rule_may() -> None:
    made = resources(stage(), EVERY_KIND[5])

    rule, permission = only(made, "Events::Rule"), only(made, "Lambda::Permission")

    assert (rule["ScheduleExpression"], rule["State"]) == ("rate(1 day)", "ENABLED")
    assert rule["Name"] == "pairly-dev-wallet-nightly"
    (target,) = rule["Targets"]
    invoked = "arn:aws:lambda:eu-west-1:123456789012:function:pairly-dev-wallet-nightly"
    assert target["Arn"] == invoked
    assert permission["Principal"] == "events.amazonaws.com"
    assert permission["SourceArn"] == "WalletNightlyRule.Arn"


def test_a_queue_is_read_in_batches_of_which_a_part_may_fail() -> None:
    mapping = only(resources(stage(), EVERY_KIND[3]), "Lambda::EventSourceMapping")

    del mapping["Tags"]
    assert mapping == {
        "FunctionName": "WalletWelcomeFunction",
        "EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:pairly-dev-wallet-welcome",
        "BatchSize": 10,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }


def test_failures_are_reported_only_where_the_source_says_so() -> None:
    for source in (
        QueueSource("wallet-welcome", 10, 180, reports_failures=False),
        StreamSource("messages", 100, reports_failures=False),
    ):
        made = resources(stage(), function(trigger=source))
        assert "FunctionResponseTypes" not in only(made, "Lambda::EventSourceMapping")


def test_a_streams_bad_record_is_isolated_tried_until_it_is_old_and_set_aside() -> None:
    mapping = only(resources(stage(), EVERY_KIND[4]), "Lambda::EventSourceMapping")

    del mapping["Tags"]
    assert mapping == {
        "FunctionName": "MessagingStreamFunction",
        "EventSourceArn": "arn:of:the:stream",
        "BatchSize": 100,
        "StartingPosition": "TRIM_HORIZON",
        "ParallelizationFactor": 1,
        "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": -1,
        "MaximumRecordAgeInSeconds": 3600,
        "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::failures"}},
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }


def test_a_stream_hands_over_only_the_changes_that_are_wanted() -> None:
    some = StreamSource("messages", 100, event_names=("INSERT", "MODIFY"))
    every = StreamSource("messages", 100, event_names=("REMOVE", "MODIFY", "INSERT"))

    first = only(resources(stage(), function(trigger=some)), "Lambda::EventSourceMapping")
    other = only(resources(stage(), function(trigger=every)), "Lambda::EventSourceMapping")

    (wanted,) = first["FilterCriteria"]["Filters"]
    assert json.loads(wanted["Pattern"]) == {"eventName": ["INSERT", "MODIFY"]}
    assert "FilterCriteria" not in other


@pytest.mark.parametrize("each", EVERY_KIND, ids=lambda each: each.kind)
def test_with_snapshots_whatever_invokes_a_function_does_so_by_its_alias(each: Function) -> None:
    """An unpublished function starts without its snapshot, and nobody would notice."""
    made = resources(stage(snap_start=True), each)

    (alias,) = [name for name in made if name.endswith("Alias")]
    latest = alias.removesuffix("Alias") + "Function"
    triggers = [made[name] for name in made if name.endswith(("Permission", "Source", "Rule"))]
    asked = {name for trigger in triggers for name in references(trigger)}
    assert alias in asked
    assert {latest, f"{latest}.Arn"}.isdisjoint(asked)
    assert only(made, "Lambda::Function")["SnapStart"] == {"ApplyOn": "PublishedVersions"}
    if each.kind == "schedule":
        assert only(made, "Events::Rule")["Targets"][0]["Arn"].endswith(":live")


def test_the_alias_is_of_the_version_published_last() -> None:
    made = resources(stage(snap_start=True), function())

    (version,) = [name for name in made if "Version" in name]
    assert made[version]["Properties"] == {"FunctionName": {"Ref": "WalletShowFunction"}}
    assert only(made, "Lambda::Alias") == {
        "FunctionName": "WalletShowFunction",
        "FunctionVersion": f"{version}.Version",
        "Name": "live",
    }


def test_a_version_is_published_when_the_code_or_a_setting_changes_and_not_otherwise() -> None:
    def version(settings: Stage, code: str = "0" * 16, **changes: Any) -> str:
        made = resources(settings, function(**changes), bundles={"core": bundle(code)})
        return next(name for name in made if "Version" in name)

    snapped = stage(snap_start=True)
    first = version(snapped)

    assert version(snapped) == first
    assert version(snapped, code="1" * 16) != first
    assert version(snapped, memory_mb=1024) != first
    assert version(stage(snap_start=True, cors_origin="*")) != first


def test_what_a_version_has_no_part_in_publishes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda publishes no version like the one before: CloudFormation fails when it asks for it."""

    def made(settings: Stage) -> tuple[str, Resource]:
        found = resources(settings, function())
        (version,) = [name for name in found if "Version" in name]
        return version, only(found, "Lambda::Function")

    version, plain = made(stage(snap_start=True))
    reserved = {"wallet-show": Override(reserved_concurrency=3)}
    reserving, limited = made(stage(snap_start=True, functions=reserved))
    monkeypatch.setattr(naming, "tags", lambda _: [{"Key": "Team", "Value": "b"}])
    tagging, tagged = made(stage(snap_start=True))

    assert limited["ReservedConcurrentExecutions"] == 3
    assert tagged["Tags"] != plain["Tags"]
    assert reserving == tagging == version


def test_without_snapshots_nothing_is_published() -> None:
    kinds = {each["Type"] for each in resources(stage(), *EVERY_KIND).values()}

    assert not kinds & {"AWS::Lambda::Version", "AWS::Lambda::Alias"}
