"""Everything that differs between stages, read once from the environment.

Names carry their unit. A setting without a default is required. Live and mock mode differ only
in endpoints and keys: an endpoint that is not set means AWS itself.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One stage's configuration.

    stage                     `dev`, `staging` or `prod`; part of every resource's name
    feature                   the one whose doors this process answers at, or None for all
    loads                     modules to import when it starts, besides those doors
    in_lambda                 whether it is a deployed function, which gets ready when it starts
    *_endpoint                URL of a stand-in, or None for AWS itself
    queue_url_prefix          a queue's URL is this and its physical name
    connections_endpoint      where frames are posted to open sockets
    websocket_url             what clients are told to connect to
    public_url                where members reach the REST API
    keyring_secret            Secrets Manager name of the signing keys
    mail_sender               verified SES identity
    """

    stage: str
    feature: str | None
    loads: tuple[str, ...]
    in_lambda: bool
    region: str
    dynamodb_endpoint: str | None
    aws_endpoint: str | None
    sqs_endpoint: str | None
    queue_url_prefix: str
    connections_endpoint: str
    websocket_url: str
    public_url: str
    keyring_secret: str
    mail_sender: str
    cors_origin: str

    access_token_seconds: int = 600
    authorizer_cache_seconds: int = 60
    refresh_token_days: int = 60
    refresh_grace_seconds: int = 10
    mailed_code_seconds: int = 1800
    mailed_code_attempts_max: int = 5
    age_years_min: int = 18

    ticket_seconds: int = 30
    devices_max: int = 10
    socket_lifetime_seconds: int = 7200
    heartbeat_seconds: int = 480
    frame_bytes_max: int = 32 * 1024
    body_bytes_max: int = 256 * 1024

    signup_grant_credits: int = 50
    signup_grant_days: int = 90
    lots_max: int = 8
    price_message_credits: int = 5
    price_call_minute_credits: int = 20
    price_credits_max: int = 1000
    earner_share_basis_points: int = 4000
    free_messages_per_conversation: int = 3
    refund_window_seconds: int = 900

    messages_per_minute: int = 60
    typing_seconds: int = 6
    sync_bytes_max: int = 96 * 1024

    transaction_budget_seconds: float = 6.0

    def serves(self, feature: str) -> bool:
        """Whether this process answers at a feature's doors."""
        return self.feature in (None, feature)

    def physical(self, name: str) -> str:
        """The name a table or queue has in this stage's account."""
        return f"pairly-{self.stage}-{name}"


def read(environment: Mapping[str, str]) -> Settings:
    """Settings from environment variables; a missing required one raises KeyError by its name."""
    return Settings(
        stage=environment.get("PAIRLY_STAGE", "dev"),
        feature=environment.get("PAIRLY_FEATURE"),
        loads=tuple(environment.get("PAIRLY_LOADS", "").split()),
        in_lambda="AWS_LAMBDA_FUNCTION_NAME" in environment,
        region=environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION", "us-east-1"),
        dynamodb_endpoint=environment.get("PAIRLY_DYNAMODB_ENDPOINT"),
        aws_endpoint=environment.get("PAIRLY_AWS_ENDPOINT"),
        sqs_endpoint=environment.get("PAIRLY_SQS_ENDPOINT"),
        queue_url_prefix=environment["PAIRLY_QUEUE_URL_PREFIX"],
        connections_endpoint=environment["PAIRLY_CONNECTIONS_ENDPOINT"],
        websocket_url=environment["PAIRLY_WEBSOCKET_URL"],
        public_url=environment["PAIRLY_PUBLIC_URL"],
        keyring_secret=environment.get("PAIRLY_KEYRING_SECRET", "pairly/keyring"),
        mail_sender=environment.get("PAIRLY_MAIL_SENDER", "Pairly <hello@pairly.example>"),
        cors_origin=environment.get("PAIRLY_CORS_ORIGIN", "*"),
    )


@cache
def settings() -> Settings:
    """This process's settings."""
    return read(os.environ)
