"""Events as a queue hands them over: again, late, or in another order than they happened."""

import uuid
from typing import Any

import msgspec

from chalicelib.core.changes import Event
from infra.local.stack import Stack
from tests import declared


def deliver(stack: Stack, queue: str, *events: Event) -> dict[str, Any]:
    """Hand a reaction's function one batch now, past its queue; what it reports."""
    records = [
        {"messageId": str(uuid.uuid4()), "body": msgspec.json.encode(event).decode()}
        for event in events
    ]
    report: dict[str, Any] = stack.lambdas.invoke(declared.functions()[queue], {"Records": records})
    return report
