"""The scenes themselves, by what they are about. Importing this declares them all."""

from infra.faults.scenes import RACES, SCENES
from infra.faults.stages import (
    accounts,
    blocking,
    deleting,
    matching,
    racing,
    racing_likes,
    racing_money,
    reactions,
    receipts,
    safety,
    sending,
)

__all__ = [
    "RACES",
    "SCENES",
    "accounts",
    "blocking",
    "deleting",
    "matching",
    "racing",
    "racing_likes",
    "racing_money",
    "reactions",
    "receipts",
    "safety",
    "sending",
]
