"""The stack `data`: all that is kept while functions come and go.

Tables, queues with their dead letters, buckets, also one for what functions set aside, and the
keyring. In a protected stage they outlive the stack.
"""

from collections.abc import Iterable, Mapping

from chalicelib.core.db import Record
from infra.functions import BucketSource, Function, QueueSource, StreamSource
from infra.package import buckets, naming
from infra.package.naming import Resource, Resources, Template
from infra.package.queues import policies, queues
from infra.package.stage import Stage
from infra.package.tables import table

KEY_LENGTH = 43
"""Characters of base64 in which 32 bytes are written."""


def data(
    stage: Stage, functions: Iterable[Function], kinds: Mapping[str, type[Record]]
) -> Template:
    """The stack of everything kept; it hands on what the functions' triggers ask of it."""
    triggers = [function.trigger for function in functions]
    read = [each for each in triggers if isinstance(each, QueueSource)]
    told = [each for each in triggers if isinstance(each, BucketSource)]
    streams = [each for each in triggers if isinstance(each, StreamSource)]

    kept: Resources = {}
    guards: Resources = {}
    for short, kind in kinds.items():
        kept[naming.logical(short, "Table")] = table(short, kind, stage)
    for source in read:
        kept |= queues(source, stage)
        guards |= policies(source, stage)
    for name, bucket in buckets.buckets(told, stage).items():
        kept[name] = bucket
        guards[f"{name}Policy"] = buckets.policy(name)
    kept["KeyringSecret"] = _keyring(stage)

    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Pairly {stage.name}: what is kept",
        "Resources": {name: _protected(each, stage) for name, each in kept.items()} | guards,
        "Outputs": _outputs(streams, sets_aside=bool(streams or told)),
    }


def _protected(resource: Resource, stage: Stage) -> Resource:
    """Kept when its stack is deleted, but not by a creation that fails: that would bar the next."""
    deleted, replaced = ("Delete", "Delete")
    if stage.deletion_protection:
        deleted, replaced = ("RetainExceptOnCreate", "Retain")
    return resource | {"DeletionPolicy": deleted, "UpdateReplacePolicy": replaced}


def _outputs(streams: Iterable[StreamSource], *, sets_aside: bool) -> Resources:
    """What AWS makes up, under the names by which the functions' stacks ask for it."""
    asked = {(naming.logical(each.table, "Table"), "StreamArn") for each in streams}
    if sets_aside:
        asked.add((naming.FAILURES, "Arn"))
    return {
        naming.handed(resource, attribute): {"Value": {"Fn::GetAtt": [resource, attribute]}}
        for resource, attribute in sorted(asked)
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
