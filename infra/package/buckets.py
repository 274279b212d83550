"""Buckets: private, encrypted, reached by TLS alone, and each forgetting what it need not keep."""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.core.settings import Settings, house_rules
from infra.functions import BucketSource
from infra.package import naming
from infra.package.naming import Resource, Resources
from infra.package.policies import tls_only
from infra.package.stage import Stage

FAILURES = "failures"
SET_ASIDE_DAYS = 30
UPLOADED_DAYS = 1
"""S3 counts no less; what is uploaded is worked on at once, or nobody comes back for it."""
EVIDENCE = ("photos", "evidence/")
"""The bucket, and where in it is what was reported: no member's deletion reaches it."""
PRIVATE = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
PREFLIGHT_SECONDS = 600


def buckets(told: Iterable[BucketSource], stage: Stage) -> Resources:
    """The buckets that functions are told of, and the one for what is set aside."""
    made = {naming.FAILURES: _bucket(FAILURES, stage, **_set_aside())}
    kept_days: dict[str, dict[str, int]] = {}
    for source in told:
        kept_days.setdefault(source.bucket, {})[source.prefix] = UPLOADED_DAYS
    bucket, prefix = EVIDENCE
    if bucket in kept_days:
        kept_days[bucket][prefix] = _evidence_days(stage)
    for short, by_prefix in kept_days.items():
        made[naming.logical(short, "Bucket")] = _bucket(
            short, stage, **_of_uploads(by_prefix, stage)
        )
    return made


def _evidence_days(stage: Stage) -> int:
    """As long as the rows that name it are kept."""
    days: int = house_rules(stage.environment).get("evidence_days", Settings.evidence_days)
    return days


def policy(name: str) -> Resource:
    """That the bucket of this logical id is reached by TLS alone."""
    bucket = f"${{{name}.Arn}}"
    return {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {
            "Bucket": {"Ref": name},
            "PolicyDocument": tls_only("s3:*", {"Fn::Sub": bucket}, {"Fn::Sub": f"{bucket}/*"}),
        },
    }


def _bucket(short: str, stage: Stage, **more: Any) -> Resource:
    encrypted = {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    return {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "BucketName": naming.bucket(short, stage),
            "PublicAccessBlockConfiguration": dict.fromkeys(PRIVATE, True),
            "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [encrypted]},
            **more,
            "Tags": naming.tags(stage),
        },
    }


def _set_aside() -> Resource:
    forgotten = {
        "ExpirationInDays": SET_ASIDE_DAYS,
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
    }
    return {
        "VersioningConfiguration": {"Status": "Enabled"},
        "LifecycleConfiguration": {"Rules": [_rule("forget", **forgotten)]},
    }


def _of_uploads(kept_days: Mapping[str, int], stage: Stage) -> Resource:
    """One that browsers put files into, and that forgets what lies below these prefixes.

    It has no versions: what is deleted is to be gone.
    """
    cors = {
        "AllowedOrigins": [stage.cors_origin],
        "AllowedMethods": ["GET", "POST"],
        "AllowedHeaders": ["*"],
        "ExposedHeaders": ["ETag"],
        "MaxAge": PREFLIGHT_SECONDS,
    }
    rules = [
        _rule(f"forget-{prefix.strip('/')}", Prefix=prefix, ExpirationInDays=days)
        for prefix, days in kept_days.items()
    ]
    return {
        "CorsConfiguration": {"CorsRules": [cors]},
        "LifecycleConfiguration": {"Rules": rules},
        "NotificationConfiguration": {
            "EventBridgeConfiguration": {"EventBridgeEnabled": True},
        },
    }


def _rule(name: str, **what: Any) -> Resource:
    aborted = {"DaysAfterInitiation": 1}
    return {"Id": name, "Status": "Enabled", **what, "AbortIncompleteMultipartUpload": aborted}
