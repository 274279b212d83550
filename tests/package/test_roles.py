"""Least roles: what is declared, what Lambda does, and not a grant more."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

import app
from chalicelib.core.needs import NOTHING, Need, Needs, finds, queries, seldom, sends, updates
from infra.functions import Function, QueueSource, StreamSource
from infra.inventory import inventory
from infra.package import roles
from infra.package.resolving import references, resolve
from infra.package.roles import LAMBDA_ITSELF, WILDCARDS, Grant, grants, role
from infra.package.stage import Stage
from tests.package.samples import KNOWN, function, stage

AWS = "eu-west-1:123456789012"
TABLES = f"arn:aws:dynamodb:{AWS}:table"
STAGES = [stage(), stage(name="prod", tracing=True, snap_start=True)]
QUEUE_READER = function(
    "wallet-welcome", kind="queue", trigger=QueueSource("wallet-welcome", 10, 1)
)
STREAM_READER = function("wallet-stream", kind="stream", trigger=StreamSource("messages", 10))


def everything() -> Iterator[tuple[Function, Stage]]:
    """Every function of the app and two that may not be among them, in every stage."""
    for each in STAGES:
        for one in [*inventory(app.app), QUEUE_READER, STREAM_READER]:
            yield one, each


def granted(function: Function, stage: Stage) -> list[tuple[str, str]]:
    """Every action and resource of the role as it is deployed."""
    (policy,) = role(function, stage)["Properties"]["Policies"]
    handed = {name: name for name in references(policy) if name.endswith("Arn")}
    statements = resolve(policy["PolicyDocument"]["Statement"], handed | KNOWN)
    assert all(each["Effect"] == "Allow" for each in statements)
    return [(action, each["Resource"]) for each in statements for action in each["Action"]]


def needing(needs: Needs, **changes: Any) -> Function:
    return function(needs=needs, **changes)


def of_its_own(function: Function, stage: Stage) -> set[tuple[str, str]]:
    """What the role lets it do that Lambda does not do in its name."""
    by_lambda = set(granted(needing(NOTHING, name=function.name), stage))
    return set(granted(function, stage)) - by_lambda


def test_no_action_is_granted_by_a_wildcard() -> None:
    actions = {action for each in everything() for action, _ in granted(*each)}

    assert len(actions) > 10
    assert [each for each in actions if not re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z]+", each)] == []


def test_every_wildcard_in_a_resource_has_its_reason_and_every_reason_a_wildcard() -> None:
    wild = {
        action
        for each in everything()
        for action, resource in granted(*each)
        if "*" in resource or "?" in resource
    }

    assert wild == WILDCARDS.keys()


def test_only_what_aws_knows_no_resource_for_is_granted_on_everything() -> None:
    on_everything = {
        action for each in everything() for action, resource in granted(*each) if resource == "*"
    }

    assert on_everything == {
        "dynamodb:ListStreams",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    }


def test_a_wildcard_comes_last_where_aws_makes_up_the_end_of_a_name() -> None:
    early = [
        resource
        for each in everything()
        for _, resource in granted(*each)
        if re.search(r"[*?][^*?]", resource) or "arn:aws:*" in resource
    ]

    assert early == []


def test_what_nobody_sees_a_function_do_is_explained() -> None:
    unexplained = [
        (one.name, grant.action)
        for one, each in everything()
        for grant in grants(one, each)
        if not grant.unseen and Need(grant.action, "") not in wanted(one)
    ]
    by_lambda = {grant.action for each in everything() for grant in grants(*each) if grant.unseen}

    assert unexplained == []
    assert LAMBDA_ITSELF.keys() <= by_lambda


def wanted(function: Function) -> Needs:
    """The actions that a function declares, on whatever."""
    return Needs(Need(need.action, "") for need in function.needs)


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        (finds("wallets"), ("dynamodb:GetItem", f"{TABLES}/pairly-dev-wallets")),
        (
            queries("entries/by_number"),
            ("dynamodb:Query", f"{TABLES}/pairly-dev-entries/index/by_number"),
        ),
        (
            sends("wallet-welcome"),
            ("sqs:SendMessage", f"arn:aws:sqs:{AWS}:pairly-dev-wallet-welcome"),
        ),
        (
            Needs([Need("secretsmanager:GetSecretValue", "secret/keyring")]),
            (
                "secretsmanager:GetSecretValue",
                f"arn:aws:secretsmanager:{AWS}:secret:pairly/dev/keyring-??????",
            ),
        ),
        (
            Needs([Need("execute-api:ManageConnections", "sockets/POST")]),
            (
                "execute-api:ManageConnections",
                f"arn:aws:execute-api:{AWS}:socket123/dev/POST/@connections/*",
            ),
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_a_need_is_granted_on_its_one_resource(needs: Needs, expected: tuple[str, str]) -> None:
    assert of_its_own(needing(needs), stage()) == {expected}


def test_mail_may_be_sent_as_the_sender_by_address_or_domain() -> None:
    sends_mail = needing(Needs([Need("ses:SendEmail", "mail")]))

    for sender in ("Pairly <hello@mail.example>", "hello@mail.example"):
        assert of_its_own(sends_mail, stage(mail_sender=sender)) == {
            ("ses:SendEmail", f"arn:aws:ses:{AWS}:identity/hello@mail.example"),
            ("ses:SendEmail", f"arn:aws:ses:{AWS}:identity/mail.example"),
        }


def test_only_the_senders_domain_may_stay_unused() -> None:
    sends_mail = needing(Needs([Need("ses:SendEmail", "mail")]))

    address, domain = [each for each in grants(sends_mail, stage()) if "ses" in each.action]

    assert not address.unseen
    assert domain.unseen


def test_a_need_that_no_role_can_name_is_refused_by_name() -> None:
    with pytest.raises(LookupError, match="'shelf/photos'"):
        role(needing(Needs([Need("s3:GetObject", "shelf/photos")])), stage())


def test_needs_on_one_resource_share_a_statement_in_order() -> None:
    needs = updates("wallets") + finds("wallets") + finds("entries")

    statements = role(needing(needs), stage())["Properties"]["Policies"][0]["PolicyDocument"]

    tables = [each for each in statements["Statement"] if "dynamodb" in each["Action"][0]]
    assert [each["Action"] for each in tables] == [
        ["dynamodb:GetItem"],
        ["dynamodb:GetItem", "dynamodb:UpdateItem"],
    ]


def test_a_function_without_needs_writes_its_own_log_and_nothing_else() -> None:
    log = f"arn:aws:logs:{AWS}:log-group:/aws/lambda/pairly-dev-wallet-show:*"

    assert granted(function(), stage()) == [
        ("logs:CreateLogStream", log),
        ("logs:PutLogEvents", log),
    ]


def test_a_queues_reader_reads_its_own_queue() -> None:
    queue = f"arn:aws:sqs:{AWS}:pairly-dev-wallet-welcome"

    assert of_its_own(QUEUE_READER, stage()) == {
        ("sqs:ReceiveMessage", queue),
        ("sqs:DeleteMessage", queue),
        ("sqs:GetQueueAttributes", queue),
    }


def test_a_streams_reader_reads_its_stream_and_may_set_records_aside() -> None:
    assert of_its_own(STREAM_READER, stage()) == {
        ("dynamodb:DescribeStream", "arn:of:the:stream"),
        ("dynamodb:GetRecords", "arn:of:the:stream"),
        ("dynamodb:GetShardIterator", "arn:of:the:stream"),
        ("dynamodb:ListStreams", "*"),
        ("s3:ListBucket", "arn:aws:s3:::failures"),
        ("s3:PutObject", "arn:aws:s3:::failures/aws/lambda/*"),
    }


def test_a_trace_is_written_only_where_the_stage_traces() -> None:
    traced = set(granted(function(), stage(tracing=True))) - set(granted(function(), stage()))

    assert traced == {("xray:PutTelemetryRecords", "*"), ("xray:PutTraceSegments", "*")}


def test_a_function_has_every_grant_on_tables_and_queues_that_it_declares_and_no_other() -> None:
    for one, each in everything():
        places = {
            "table": f"{TABLES}/pairly-{each.name}-",
            "queue": f"arn:aws:sqs:{AWS}:pairly-{each.name}-",
        }
        declared = {
            (need.action, places[kind] + rest)
            for need in one.needs
            for kind, _, rest in [need.resource.partition("/")]
            if kind in places
        }
        found = {
            (action, resource)
            for action, resource in granted(one, each)
            if resource.startswith(tuple(places.values())) and "/stream/" not in resource
        }
        by_lambda = {grant for grant in found if grant[0] in LAMBDA_ITSELF}
        assert found - by_lambda == declared, one.name
        assert not by_lambda or one.kind == "queue"


def test_why_a_need_may_stay_unused_is_handed_on() -> None:
    needs = seldom("Once a year.", finds("wallets")) + updates("wallets")

    found = {each.action: each.unseen for each in grants(needing(needs), stage())}

    assert found["dynamodb:GetItem"] == "Once a year."
    assert found["dynamodb:UpdateItem"] == ""


def test_a_role_is_taken_on_by_lambda_alone() -> None:
    trusted = resolve(role(function(), stage()), KNOWN)["Properties"]["AssumeRolePolicyDocument"]

    assert trusted["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ]


def test_a_grant_on_more_than_one_resource_knows_that_it_is_wild() -> None:
    assert Grant("xray:PutTraceSegments", roles.ANYTHING).is_wild
    assert Grant("a:B", {"Fn::Sub": "x-??????"}).is_wild
    assert not Grant("a:B", {"Ref": "FailuresBucketArn"}).is_wild
