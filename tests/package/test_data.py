"""What is kept beside the functions: all of it guarded, and handed on as it is asked for."""

import base64
import json

import boto3
import pytest

import app
from chalicelib.core import db
from infra.functions import QueueSource, StreamSource
from infra.inventory import inventory
from infra.local.events import REGION
from infra.local.stack import Stack
from infra.package.data import data
from infra.package.features import features
from infra.package.naming import Resource, Template
from infra.package.resolving import resolve
from tests.package.samples import BUNDLES, KNOWN, function, stage

DEV = data(stage(), inventory(app.app), db.KINDS)
PROD = data(stage(name="prod", deletion_protection=True), inventory(app.app), db.KINDS)


def properties(template: Template, kind: str) -> list[Resource]:
    """The properties of every resource of a kind, its references replaced."""
    return [
        resolve(each["Properties"], KNOWN | own(template))
        for each in template["Resources"].values()
        if each["Type"] == f"AWS::{kind}"
    ]


def own(template: Template) -> dict[str, str]:
    """What the template's resources are called, once they are made."""
    known = {}
    for name, each in template["Resources"].items():
        given = each["Properties"]
        called = given.get("QueueName") or given.get("BucketName") or given.get("TableName") or ""
        physical = resolve(called, KNOWN)
        known[name] = physical
        known[f"{name}.Arn"] = f"arn:of:{physical}"
    return known


@pytest.mark.parametrize(
    ("template", "refuses", "deleted", "replaced"),
    [(DEV, False, "Delete", "Delete"), (PROD, True, "RetainExceptOnCreate", "Retain")],
    ids=["dev", "prod"],
)
def test_what_is_kept_outlives_the_stack_where_the_stage_is_protected(
    template: Template, refuses: bool, deleted: str, replaced: str
) -> None:
    kept = [each for each in template["Resources"].values() if "Policy" not in each["Type"]]

    assert {each["DeletionPolicy"] for each in kept} == {deleted}
    assert {each["UpdateReplacePolicy"] for each in kept} == {replaced}
    tables_refuse = properties(template, "DynamoDB::Table")
    assert {each["DeletionProtectionEnabled"] for each in tables_refuse} == {refuses}


def test_every_kind_of_item_has_its_table() -> None:
    deployed = [each["TableName"] for each in properties(DEV, "DynamoDB::Table")]

    assert deployed == [kind.Meta.table_name for kind in db.KINDS.values()]


def test_the_queues_are_those_of_the_local_stack(stack: Stack) -> None:
    deployed = [each["QueueName"] for each in properties(DEV, "SQS::Queue")]

    assert sorted(deployed) == stack.queues.names


def test_a_queue_is_read_as_its_function_says_and_buries_what_fails_too_often() -> None:
    source = QueueSource("wallet-welcome", batch_size=10, visibility_seconds=77, receives_max=3)
    template = data(stage(), [function(kind="queue", trigger=source)], {})

    alive, dead = properties(template, "SQS::Queue")

    assert (alive["QueueName"], alive["VisibilityTimeout"]) == ("pairly-dev-wallet-welcome", 77)
    assert alive["RedrivePolicy"] == {
        "deadLetterTargetArn": f"arn:of:{dead['QueueName']}",
        "maxReceiveCount": 3,
    }
    assert dead["QueueName"] == "pairly-dev-wallet-welcome-dead"
    assert "RedrivePolicy" not in dead


def test_a_dead_letter_waits_two_weeks_and_comes_from_its_own_queue_alone() -> None:
    source = QueueSource("wallet-welcome", batch_size=10, visibility_seconds=77)
    alive, dead = properties(
        data(stage(), [function(kind="queue", trigger=source)], {}), "SQS::Queue"
    )

    assert dead["MessageRetentionPeriod"] == 14 * 24 * 3600 > alive["MessageRetentionPeriod"]
    assert dead["RedriveAllowPolicy"] == {
        "redrivePermission": "byQueue",
        "sourceQueueArns": ["arn:aws:sqs:eu-west-1:123456789012:pairly-dev-wallet-welcome"],
    }


def test_every_queue_is_encrypted_and_reached_by_tls_alone() -> None:
    queues = properties(PROD, "SQS::Queue")
    guarded = {
        queue: statement
        for policy in properties(PROD, "SQS::QueuePolicy")
        for queue in policy["Queues"]
        for statement in policy["PolicyDocument"]["Statement"]
    }

    assert {each["SqsManagedSseEnabled"] for each in queues} == {True}
    assert guarded.keys() == {each["QueueName"] for each in queues}
    for queue, statement in guarded.items():
        assert statement == {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sqs:*",
            "Resource": f"arn:aws:sqs:eu-west-1:123456789012:{queue}",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }


def test_what_streams_set_aside_is_private_encrypted_and_forgotten_after_a_month() -> None:
    bucket, _ = properties(PROD, "S3::Bucket")

    assert bucket["BucketName"] == "pairly-prod-failures-123456789012-eu-west-1"
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 30)
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 1}


def test_every_bucket_is_private_encrypted_and_reached_by_tls_alone() -> None:
    buckets = properties(PROD, "S3::Bucket")
    policies = {each["Bucket"]: each for each in properties(PROD, "S3::BucketPolicy")}

    assert policies.keys() == {each["BucketName"] for each in buckets}
    for bucket in buckets:
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert len(bucket["PublicAccessBlockConfiguration"]) == 4
        assert "BucketOwnerEnforced" in json.dumps(bucket["OwnershipControls"])
        assert "AES256" in json.dumps(bucket["BucketEncryption"])
        (statement,) = policies[bucket["BucketName"]]["PolicyDocument"]["Statement"]
        assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:*")
        arn = f"arn:of:{bucket['BucketName']}"
        assert statement["Resource"] == [arn, f"{arn}/*"]


def test_photos_of_evidence_are_kept_as_long_as_a_stage_keeps_evidence() -> None:
    shorter = stage(settings={"evidence_days": 90})
    _, bucket = properties(data(shorter, inventory(app.app), db.KINDS), "S3::Bucket")

    days = {
        each["Prefix"]: each["ExpirationInDays"]
        for each in bucket["LifecycleConfiguration"]["Rules"]
    }

    assert days["evidence/"] == 90


def test_the_bucket_of_photos_takes_uploads_of_the_stages_own_pages_and_forgets_them() -> None:
    _, bucket = properties(PROD, "S3::Bucket")

    assert bucket["BucketName"] == "pairly-prod-photos-123456789012-eu-west-1"
    (cors,) = bucket["CorsConfiguration"]["CorsRules"]
    assert cors["AllowedOrigins"] == [stage().cors_origin]
    assert cors["AllowedMethods"] == ["GET", "POST"]
    rules = bucket["LifecycleConfiguration"]["Rules"]
    assert {each["Status"] for each in rules} == {"Enabled"}
    assert {each["Prefix"]: each["ExpirationInDays"] for each in rules} == {
        "uploads/": 1,
        "evidence/": 730,
    }
    assert bucket["NotificationConfiguration"] == {
        "EventBridgeConfiguration": {"EventBridgeEnabled": True}
    }


def test_what_is_deleted_from_the_bucket_of_photos_has_no_version_left() -> None:
    _, bucket = properties(PROD, "S3::Bucket")

    assert "VersioningConfiguration" not in bucket


def test_the_buckets_name_fits_s3_for_the_longest_stage_and_region() -> None:
    template = data(stage(name="s" * 16), inventory(app.app), {})
    buckets = [
        each["Properties"]["BucketName"]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::S3::Bucket"
    ]

    for bucket in buckets:
        assert len(resolve(bucket, KNOWN | {"AWS::Region": "ap-southeast-2"})) <= 63


def test_the_keyring_that_aws_makes_is_one_that_the_app_can_sign_with(stack: Stack) -> None:
    (secret,) = properties(DEV, "SecretsManager::Secret")
    made = dict(secret["GenerateSecretString"])
    ring = json.loads(made.pop("SecretStringTemplate"))
    kid = made.pop("GenerateStringKey")

    manager = boto3.client("secretsmanager", REGION, endpoint_url=stack.addresses.aws)
    key = manager.get_random_password(**made)["RandomPassword"]

    assert secret["Name"] == stage().keyring_secret
    assert ring == {"active": kid}
    assert len(base64.b64decode(f"{key}=", altchars=b"-_", validate=True)) == 32


def test_how_the_first_key_is_made_never_changes() -> None:
    """CloudFormation makes a new secret whenever these lines change, and every token is void."""
    (secret,) = properties(PROD, "SecretsManager::Secret")

    assert secret["GenerateSecretString"] == {
        "SecretStringTemplate": '{"active":"k1"}',
        "GenerateStringKey": "k1",
        "PasswordLength": 43,
        "ExcludePunctuation": True,
        "RequireEachIncludedType": False,
    }


def test_exactly_what_the_features_ask_for_is_handed_on() -> None:
    functions = inventory(app.app)
    asked = {
        parameter
        for stack in features(stage(), functions, BUNDLES).values()
        for parameter in stack["Parameters"]
    }

    handed = data(stage(), functions, db.KINDS)["Outputs"]

    assert handed.keys() == asked - KNOWN.keys() | {"MessagesTableStreamArn", "FailuresBucketArn"}
    assert handed["MessagesTableStreamArn"]["Value"] == {
        "Fn::GetAtt": ["MessagesTable", "StreamArn"]
    }


def test_a_stage_without_streams_hands_nothing_on() -> None:
    assert data(stage(), [], db.KINDS)["Outputs"] == {}


def test_a_stream_that_two_functions_read_is_handed_on_once() -> None:
    reader = function(kind="stream", trigger=StreamSource("messages", 10))

    outputs = data(stage(), [reader, reader], db.KINDS)["Outputs"]

    assert outputs.keys() == {"MessagesTableStreamArn", "FailuresBucketArn"}


def test_everything_kept_says_whose_it_is() -> None:
    kept = [each for each in PROD["Resources"].values() if "Policy" not in each["Type"]]

    for each in kept:
        tags = {tag["Key"]: tag["Value"] for tag in each["Properties"]["Tags"]}
        assert tags == {"Project": "pairly", "Stage": "prod"}
