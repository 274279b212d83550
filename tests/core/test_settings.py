"""Settings: what is required is asked for by name, and everything else has a default."""

import dataclasses
import re

import pytest

from chalicelib.core import settings as module
from chalicelib.core.settings import settings

REQUIRED = {
    "PAIRLY_QUEUE_URL_PREFIX": "https://queues/",
    "PAIRLY_CONNECTIONS_ENDPOINT": "https://sockets",
    "PAIRLY_WEBSOCKET_URL": "wss://sockets",
    "PAIRLY_PUBLIC_URL": "https://api",
    "PAIRLY_PHOTOS_BUCKET": "photos",
    "PAIRLY_PHOTOS_URL": "https://photos",
}


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_a_missing_required_setting_is_named(name: str) -> None:
    incomplete = {key: value for key, value in REQUIRED.items() if key != name}

    with pytest.raises(KeyError, match=name):
        module.read(incomplete)


def test_what_is_required_is_enough_and_means_aws_itself() -> None:
    read = module.read(REQUIRED)

    assert read.stage == "dev"
    assert (read.dynamodb_endpoint, read.aws_endpoint, read.sqs_endpoint) == (None, None, None)


def test_the_stage_is_part_of_every_name() -> None:
    read = module.read(REQUIRED | {"PAIRLY_STAGE": "prod"})

    assert read.physical("members") == "pairly-prod-members"


def test_what_has_a_default_can_be_said_otherwise() -> None:
    said = {
        "PAIRLY_PHOTO_REVIEW": "true",
        "PAIRLY_LIKES_PER_DAY": "7",
        "PAIRLY_TRANSACTION_BUDGET_SECONDS": "2.5",
        "PAIRLY_PHOTO_SIDES": "[800, 200]",
    }
    read = module.read(REQUIRED | said)

    assert (read.photo_review, read.likes_per_day) == (True, 7)
    assert (read.transaction_budget_seconds, read.photo_sides) == (2.5, (800, 200))
    assert read.super_like_credits == module.read(REQUIRED).super_like_credits


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PAIRLY_PHOTO_REVIEW", "yes"),
        ("PAIRLY_PHOTO_REVIEW", "1"),
        ("PAIRLY_LIKES_PER_DAY", "many"),
        ("PAIRLY_LIKES_PER_DAY", "-1"),
        ("PAIRLY_LIKES_PER_DAY", "1.5"),
        ("PAIRLY_PHOTO_SIDES", "[-1]"),
        ("PAIRLY_PHOTO_SIDES", "[]"),
        ("PAIRLY_PHOTO_URL_SECONDS", "0"),
        ("PAIRLY_EARNER_SHARE_BASIS_POINTS", "10001"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"{name}={re.escape(value)}"):
        module.read(REQUIRED | {name: value})


def test_settings_cannot_be_changed_by_anybody() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings().stage = "prod"  # type: ignore[misc]
    assert settings() is settings()
