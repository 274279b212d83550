"""How things are called is how AWS calls them."""

from fnmatch import fnmatchcase

import boto3
import pytest

from app import app
from infra.functions import BucketSource, QueueSource, StreamSource
from infra.inventory import inventory
from infra.local.stack import Stack
from infra.package import naming
from infra.package.naming import Arn
from infra.package.resolving import resolve
from tests.package.samples import KNOWN, function, stage

PROD = stage(name="prod")
SHOW = function("wallet-show")
SPELLED = {
    "table": (
        naming.table_arn("wallets", PROD),
        "arn:aws:dynamodb:eu-west-1:123456789012:table/pairly-prod-wallets",
    ),
    "index": (
        naming.index_arn("entries", "by_number", PROD),
        "arn:aws:dynamodb:eu-west-1:123456789012:table/pairly-prod-entries/index/by_number",
    ),
    "stream": (naming.stream_arn("messages"), "arn:of:the:stream"),
    "queue": (
        naming.queue_arn("wallet-welcome", PROD),
        "arn:aws:sqs:eu-west-1:123456789012:pairly-prod-wallet-welcome",
    ),
    "function": (
        naming.function_arn(SHOW, PROD),
        "arn:aws:lambda:eu-west-1:123456789012:function:pairly-prod-wallet-show",
    ),
    "integration": (
        naming.integration_uri(SHOW, PROD),
        "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
        "arn:aws:lambda:eu-west-1:123456789012:function:pairly-prod-wallet-show/invocations",
    ),
    "log group": (
        naming.log_group_arn(SHOW, PROD),
        "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/pairly-prod-wallet-show:*",
    ),
    "secret": (
        naming.secret_arn("keyring", PROD),
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:pairly/prod/keyring-??????",
    ),
    "identity": (
        naming.identity_arn("hello@pairly.example"),
        "arn:aws:ses:eu-west-1:123456789012:identity/hello@pairly.example",
    ),
    "API": (
        naming.api_arn(naming.REST_API, "prod/GET/v1/wallet"),
        "arn:aws:execute-api:eu-west-1:123456789012:rest123/prod/GET/v1/wallet",
    ),
    "objects set aside": (naming.set_aside_arn(), "arn:aws:s3:::failures/aws/lambda/*"),
}


@pytest.mark.parametrize(("arn", "expected"), SPELLED.values(), ids=SPELLED)
def test_an_arn_is_spelled_as_aws_spells_it(arn: Arn, expected: str) -> None:
    assert resolve(arn, KNOWN) == expected


def test_an_arn_is_right_in_another_partition_and_region() -> None:
    china = KNOWN | {"AWS::Partition": "aws-cn", "AWS::Region": "cn-north-1"}

    found = resolve(naming.queue_arn("wallet-welcome", PROD), china)

    assert found == "arn:aws-cn:sqs:cn-north-1:123456789012:pairly-prod-wallet-welcome"


def test_a_snapshot_is_invoked_by_its_alias_and_anything_else_as_it_is() -> None:
    snapped = resolve(naming.invoked_arn(SHOW, stage(snap_start=True)), KNOWN)
    plain = resolve(naming.invoked_arn(SHOW, stage(snap_start=False)), KNOWN)

    assert snapped == f"{plain}:live"
    assert plain == resolve(naming.function_arn(SHOW, stage()), KNOWN)


def test_api_gateway_invokes_a_snapshot_by_its_alias_too() -> None:
    uri = resolve(naming.integration_uri(SHOW, stage(snap_start=True)), KNOWN)

    assert uri.endswith(":function:pairly-dev-wallet-show:live/invocations")


def test_a_secrets_arn_fits_the_one_that_secrets_manager_makes_and_no_other(stack: Stack) -> None:
    manager = boto3.client("secretsmanager", "eu-west-1", endpoint_url=stack.addresses.aws)
    names = (PROD.keyring_secret, f"{PROD.keyring_secret}-of-others")
    made, others = [manager.create_secret(Name=each, SecretString="{}")["ARN"] for each in names]

    pattern = resolve(naming.secret_arn("keyring", PROD), KNOWN)

    assert fnmatchcase(made, pattern)
    assert not fnmatchcase(others, pattern)
    for each in names:
        manager.delete_secret(SecretId=each, ForceDeleteWithoutRecovery=True)


def test_a_logical_id_is_the_one_that_app_py_refers_to() -> None:
    sources = app.event_sources
    named = {
        arn
        for each in sources
        for arn in (getattr(each, part, None) for part in ("queue_arn", "stream_arn", "bucket"))
        if arn
    }
    triggers = [each.trigger for each in inventory(app)]

    queues = {each.queue for each in triggers if isinstance(each, QueueSource)}
    tables = {each.table for each in triggers if isinstance(each, StreamSource)}
    expected = {f"arn:ref:{naming.logical(each, 'Queue')}" for each in queues}
    expected |= {f"arn:ref:{naming.logical(each, 'Table')}.StreamArn" for each in tables}
    buckets = {each.bucket for each in triggers if isinstance(each, BucketSource)}
    expected |= {f"arn:ref:{naming.logical(each, 'Bucket')}" for each in buckets}
    assert named == expected


def test_an_arn_that_is_handed_over_whole_is_spelled_as_the_text_of_a_sub() -> None:
    assert naming.spelled({"Ref": "X"}) == "${X}"
    assert naming.spelled({"Fn::Sub": "a:${X}"}) == "a:${X}"
    assert naming.spelled("*") == "*"
