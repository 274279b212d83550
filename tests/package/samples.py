"""Stages, functions and bundles made by hand, and what is packaged of them."""

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from infra.functions import (
    BucketSource,
    Function,
    QueueSource,
    Route,
    RouteKey,
    Schedule,
    StreamSource,
    Token,
)
from infra.package.bundles import Bundle
from infra.package.features import features
from infra.package.naming import Resource, Resources
from infra.package.resolving import references, resolve
from infra.package.stage import Stage

STAGE = Stage(
    name="dev",
    region="eu-west-1",
    runtime="python3.12",
    architecture="x86_64",
    snap_start=False,
    mail_sender="Pairly <hello@pairly.example>",
    cors_origin="https://app.pairly.example",
    log_retention_days=30,
    deletion_protection=False,
    tracing=False,
    requests_per_second=100,
    requests_burst=200,
    frames_per_second=300,
    frames_burst=400,
    sets_account_role=True,
)
KNOWN = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::AccountId": "123456789012",
    "AWS::URLSuffix": "amazonaws.com",
    "ArtifactsBucket": "artifacts",
    "ArtifactsPrefix": "pairly/",
    "RestApiId": "rest123",
    "SocketApiId": "socket123",
    "MessagesTableStreamArn": "arn:of:the:stream",
    "FailuresBucketArn": "arn:aws:s3:::failures",
}
"""What the references of a feature's stack stand for."""


def stage(**changes: Any) -> Stage:
    """A stage, with these fields otherwise."""
    return replace(STAGE, **changes)


def function(name: str = "wallet-show", **changes: Any) -> Function:
    """A function of REST, with these fields otherwise."""
    described: dict[str, Any] = {
        "kind": "rest",
        "feature": name.partition("-")[0],
        "handler": name.replace("-", "_"),
        "trigger": Route("GET", "/v1/wallet", "authorizer"),
        "timeout_seconds": 29,
    }
    return Function(name=name, **(described | changes))


def bundle(digest: str = "0123456789abcdef") -> Bundle:
    """A bundle that was never built."""
    file = Path(f"core-{digest}.zip")
    return Bundle("core", file, digest * 4, bytes_zipped=1, bytes_unpacked=1)


BUNDLES = {"core": bundle(), "photos": bundle("fedcba9876543210")}
EVERY_KIND = [
    function("wallet-show"),
    function("accounts-authorizer", kind="authorizer", trigger=Token(60)),
    function("messaging-socket-sync", kind="socket", trigger=RouteKey("sync")),
    function("wallet-welcome", kind="queue", trigger=QueueSource("wallet-welcome", 10, 180)),
    function("messaging-stream", kind="stream", trigger=StreamSource("messages", 100)),
    function("wallet-nightly", kind="schedule", trigger=Schedule("rate(1 day)")),
    function("profiles-check", kind="bucket", trigger=BucketSource("photos", "uploads/")),
]


def resources(stage: Stage, *functions: Function, bundles: Any = BUNDLES) -> Resources:
    """All resources of all stacks that these functions make."""
    stacks = features(stage, functions, bundles)
    return {name: each for stack in stacks.values() for name, each in stack["Resources"].items()}


def only(resources: Resources, kind: str) -> Resource:
    """The properties of the one resource of a kind, its references replaced."""
    own = {each: each for each in references(resources) if each.split(".")[0] in resources}
    (found,) = [each for each in resources.values() if each["Type"] == f"AWS::{kind}"]
    properties: Resource = resolve(found["Properties"], KNOWN | own)
    return properties
