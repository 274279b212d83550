"""The scenes themselves, by what they are about. Importing this declares them all."""

from infra.faults.scenes import RACES, SCENES
from infra.faults.stages import (
    accounts,
    deleting,
    matching,
    racing,
    racing_money,
    reactions,
    receipts,
    sending,
)

__all__ = [
    "RACES",
    "SCENES",
    "accounts",
    "deleting",
    "matching",
    "racing",
    "racing_money",
    "reactions",
    "receipts",
    "sending",
]
