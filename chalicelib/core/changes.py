"""A table's stream record → the feature's events. They cost no second write: the table is the log.

A feature's `events.py` says which change of an item means what:

    @changes.of(Message)
    def message_changed(before: Message | None, after: Message | None) -> Iterator[Event]:
        if before is None and after is not None:
            yield MessageSent(…)
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import msgspec

from chalicelib.core.db import KINDS, Record
from chalicelib.core.settings import settings

R = TypeVar("R", bound=Record)


class Event(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Something that happened, in the past tense. It is delivered at least once, in any order."""


Meaning = Callable[[Any, Any], Iterable[Event]]
MEANINGS: dict[str, Meaning] = {}


def of(kind: type[R]) -> Callable[[Callable[[R | None, R | None], Iterable[Event]]], Meaning]:
    """Declare what a change of this kind of item means, from its state before and after."""

    def declare(meaning: Callable[[R | None, R | None], Iterable[Event]]) -> Meaning:
        MEANINGS[kind.Meta.table_name] = meaning
        return meaning

    return declare


def events(stream_event: dict[str, Any]) -> Iterator[Event]:
    """Every event that a batch of stream records tells of, in their order."""
    for record in stream_event["Records"]:
        table = record["eventSourceARN"].split("/")[1]
        kind = KINDS[table.removeprefix(settings().physical(""))]
        images = record["dynamodb"]
        before, after = images.get("OldImage"), images.get("NewImage")
        yield from MEANINGS[table](
            kind.from_raw_data(before) if before else None,
            kind.from_raw_data(after) if after else None,
        )
