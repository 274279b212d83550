"""Settings: what is required is asked for by name, and everything else has a default."""

import dataclasses

import pytest

from chalicelib.core import settings as module
from chalicelib.core.settings import settings

REQUIRED = {
    "PAIRLY_QUEUE_URL_PREFIX": "https://queues/",
    "PAIRLY_CONNECTIONS_ENDPOINT": "https://sockets",
    "PAIRLY_WEBSOCKET_URL": "wss://sockets",
    "PAIRLY_PUBLIC_URL": "https://api",
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


def test_settings_cannot_be_changed_by_anybody() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        settings().stage = "prod"  # type: ignore[misc]
    assert settings() is settings()
