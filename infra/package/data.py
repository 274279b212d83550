"""The stack `data`: all that is kept while functions come and go.

Tables, queues with their dead letters, the bucket for what streams set aside, and the keyring. In a
protected stage they outlive the stack.
"""

from collections.abc import Iterable, Mapping

from chalicelib.core.db import Record
from infra.functions import Function, QueueSource, StreamSource
from infra.package import naming
from infra.package.naming import Resource, Resources, Template
from infra.package.policies import tls_only
from infra.package.queues import policies, queues
from infra.package.stage import Stage
from infra.package.tables import table

SET_ASIDE_DAYS = 30
KEY_LENGTH = 43
"""Characters of base64 in which 32 bytes are written."""


def data(
    stage: Stage, functions: Iterable[Function], kinds: Mapping[str, type[Record]]
) -> Template:
    """The stack of everything kept; it hands on what the functions' triggers ask of it."""
    triggers = [function.trigger for function in functions]
    read = [each for each in triggers if isinstance(each, QueueSource)]
    streams = [each for each in triggers if isinstance(each, StreamSource)]

    kept: Resources = {}
    guards: Resources = {}
    for short, kind in kinds.items():
        kept[naming.logical(short, "Table")] = table(short, kind, stage)
    for source in read:
        kept |= queues(source, stage)
        guards |= policies(source, stage)
    kept |= {naming.FAILURES: _bucket(stage), "KeyringSecret": _keyring(stage)}
    guards[f"{naming.FAILURES}Policy"] = _bucket_policy()

    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Pairly {stage.name}: what is kept",
        "Resources": {name: _protected(each, stage) for name, each in kept.items()} | guards,
        "Outputs": _outputs(streams),
    }


def _protected(resource: Resource, stage: Stage) -> Resource:
    """Kept when its stack is deleted, but not by a creation that fails: that would bar the next."""
    deleted, replaced = ("Delete", "Delete")
    if stage.deletion_protection:
        deleted, replaced = ("RetainExceptOnCreate", "Retain")
    return resource | {"DeletionPolicy": deleted, "UpdateReplacePolicy": replaced}


def _outputs(streams: Iterable[StreamSource]) -> Resources:
    """What AWS makes up, under the names by which the functions' stacks ask for it."""
    asked = {(naming.logical(each.table, "Table"), "StreamArn") for each in streams}
    if asked:
        asked.add((naming.FAILURES, "Arn"))
    return {
        naming.handed(resource, attribute): {"Value": {"Fn::GetAtt": [resource, attribute]}}
        for resource, attribute in sorted(asked)
    }


def _bucket(stage: Stage) -> Resource:
    name = naming.physical("failures-${AWS::AccountId}-${AWS::Region}", stage)
    private = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    encrypted = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    lifecycle = {
        "Id": "forget",
        "Status": "Enabled",
        "ExpirationInDays": SET_ASIDE_DAYS,
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    }
    return {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "BucketName": {"Fn::Sub": name},
            "PublicAccessBlockConfiguration": dict.fromkeys(private, True),
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [encrypted]},
            "VersioningConfiguration": {"Status": "Enabled"},
            "LifecycleConfiguration": {"Rules": [lifecycle]},
            "Tags": naming.tags(stage),
        },
    }


def _bucket_policy() -> Resource:
    bucket = f"${{{naming.FAILURES}.Arn}}"
    return {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": {"Ref": naming.FAILURES},
            "PolicyDocument": tls_only("s3:*", {"Fn::Sub": bucket}, {"Fn::Sub": f"{bucket}/*"}),
        },
    }


def _keyring(stage: Stage) -> Resource:
    """The signing keys: AWS makes the first, so that nobody sees it; later ones are added."""
    # When these lines change, CloudFormation makes a new value and every token is void.
    generated = {
        "SecretStringTemplate": '{"active":"k1"}',
        "GenerateStringKey": "k1",
        "PasswordLength": KEY_LENGTH,
        "ExcludePunctuation": True,
        "RequireEachIncludedType": False,
    }
    return {
        "Type": "AWS::SecretsManager::Secret",
        "Properties": {
            "Name": stage.keyring_secret,
            "Description": "The keys that sign what Pairly hands out",
            "GenerateSecretString": generated,
            "Tags": naming.tags(stage),
        },
    }
