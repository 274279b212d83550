"""Everything that differs between stages, read once from the environment.

Names carry their unit. A setting without a default is required. Live and mock mode differ only
in endpoints and keys: an endpoint that is not set means AWS itself.
"""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from typing import Annotated, Any

import msgspec
from msgspec import Meta

Positive = Annotated[int, Meta(ge=1)]
Count = Annotated[int, Meta(ge=0)]
BasisPoints = Annotated[int, Meta(ge=0, le=10_000)]
Seconds = Annotated[float, Meta(gt=0)]
Sides = Annotated[tuple[Positive, ...], Meta(min_length=1)]
"""The longest side of each size in which photos are kept, in pixels."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One stage's configuration.

    stage                     `dev`, `staging` or `prod`; part of every resource's name
    feature                   the one whose doors this process answers at, or None for all
    loads                     modules to import when it starts, besides those doors
    in_lambda                 whether it is a deployed function, which gets ready when it starts
    *_endpoint                URL of a stand-in, or None for AWS itself
    queue_url_prefix          a queue's URL is this and its physical name
    photos_bucket, photos_url the bucket of photos, and where it is reached by browsers
    connections_endpoint      where frames are posted to open sockets
    websocket_url             what clients are told to connect to
    public_url                where members reach the REST API
    keyring_secret            Secrets Manager name of the signing keys
    mail_sender               verified SES identity

    Those with a default are rules of the house: `PAIRLY_PHOTO_REVIEW=true` sets `photo_review`.
    """

    stage: str
    feature: str | None
    loads: tuple[str, ...]
    in_lambda: bool
    region: str
    dynamodb_endpoint: str | None
    aws_endpoint: str | None
    sqs_endpoint: str | None
    s3_endpoint: str | None
    queue_url_prefix: str
    photos_bucket: str
    photos_url: str
    connections_endpoint: str
    websocket_url: str
    public_url: str
    keyring_secret: str
    mail_sender: str
    cors_origin: str

    access_token_seconds: Positive = 600
    authorizer_cache_seconds: Positive = 60
    refresh_token_days: Positive = 60
    refresh_grace_seconds: Count = 10
    mailed_code_seconds: Positive = 1800
    mailed_code_attempts_max: Positive = 5
    age_years_min: Positive = 18

    ticket_seconds: Positive = 30
    devices_max: Positive = 10
    socket_lifetime_seconds: Positive = 7200
    heartbeat_seconds: Positive = 480
    frame_bytes_max: Positive = 32 * 1024
    body_bytes_max: Positive = 256 * 1024

    signup_grant_credits: Count = 50
    signup_grant_days: Positive = 90
    lots_max: Positive = 8
    price_message_credits: Count = 5
    price_call_minute_credits: Count = 20
    price_credits_max: Positive = 1000
    earner_share_basis_points: BasisPoints = 4000
    free_messages_per_conversation: Count = 3
    refund_window_seconds: Count = 900

    likes_per_day: Count = 100
    super_like_credits: Count = 10
    likes_unlock_credits: Count = 30
    likes_unlock_seconds: Positive = 86_400
    pass_days: Positive = 30
    place_fuzz_km: Count = 2
    photos_max: Positive = 6
    photo_bytes_max: Positive = 10 * 1024 * 1024
    photo_required: bool = False
    photo_review: bool = False
    photo_pixels_max: Positive = 50_000_000
    photo_side_min: Positive = 200
    photo_sides: Sides = (1080, 320)
    photo_upload_seconds: Positive = 600
    photo_url_seconds: Positive = 900
    evidence_days: Positive = 730

    messages_per_minute: Positive = 60
    typing_seconds: Positive = 6
    sync_bytes_max: Positive = 96 * 1024

    transaction_budget_seconds: Seconds = 6.0

    def serves(self, feature: str) -> bool:
        """Whether this process answers at a feature's doors."""
        return self.feature in (None, feature)

    def physical(self, name: str) -> str:
        """The name a table or queue has in this stage's account."""
        return f"pairly-{self.stage}-{name}"


def read(environment: Mapping[str, str]) -> Settings:
    """Settings from environment variables.

    Raises KeyError for a required one that is missing, and ValueError for one that cannot be meant,
    both by name.
    """
    return Settings(
        stage=environment.get("PAIRLY_STAGE", "dev"),
        feature=environment.get("PAIRLY_FEATURE"),
        loads=tuple(environment.get("PAIRLY_LOADS", "").split()),
        in_lambda="AWS_LAMBDA_FUNCTION_NAME" in environment,
        region=environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION", "us-east-1"),
        dynamodb_endpoint=environment.get("PAIRLY_DYNAMODB_ENDPOINT"),
        aws_endpoint=environment.get("PAIRLY_AWS_ENDPOINT"),
        sqs_endpoint=environment.get("PAIRLY_SQS_ENDPOINT"),
        s3_endpoint=environment.get("PAIRLY_S3_ENDPOINT"),
        queue_url_prefix=environment["PAIRLY_QUEUE_URL_PREFIX"],
        photos_bucket=environment["PAIRLY_PHOTOS_BUCKET"],
        photos_url=environment["PAIRLY_PHOTOS_URL"],
        connections_endpoint=environment["PAIRLY_CONNECTIONS_ENDPOINT"],
        websocket_url=environment["PAIRLY_WEBSOCKET_URL"],
        public_url=environment["PAIRLY_PUBLIC_URL"],
        keyring_secret=environment.get("PAIRLY_KEYRING_SECRET", "pairly/keyring"),
        mail_sender=environment.get("PAIRLY_MAIL_SENDER", "Pairly <hello@pairly.example>"),
        cors_origin=environment.get("PAIRLY_CORS_ORIGIN", "*"),
        **house_rules(environment),
    )


def house_rules(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings with a default that the environment names, as JSON, by name."""
    return {
        field.name: _meant(variable, environment[variable], field.type)
        for field in fields(Settings)
        for variable in (variable_of(field.name),)
        if field.default is not MISSING and variable in environment
    }


def variable_of(name: str) -> str:
    """The environment variable that sets one of the house rules."""
    return f"PAIRLY_{name.upper()}"


def _meant(variable: str, text: str, kind: Any) -> Any:
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as failure:
        raise ValueError(f"{variable}={text}: {failure}") from failure


@cache
def settings() -> Settings:
    """This process's settings."""
    return read(os.environ)
