"""A table's stream record → the feature's events. They cost no second write: the table is the log.

A feature's `events.py` says which change of an item means what:

    @changes.of(Message, on=("INSERT",), tells=(MessageSent,))
    def message_changed(before: Message | None, after: Message | None) -> Iterator[Event]:
        if before is None and after is not None:
            yield MessageSent(…)
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import msgspec

from chalicelib.core.db import KINDS, Record
from chalicelib.core.settings import settings

R = TypeVar("R", bound=Record)


class Event(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Something that happened, in the past tense. It is delivered at least once, in any order."""


Change = Literal["INSERT", "MODIFY", "REMOVE"]


@dataclass(frozen=True)
class Meaning:
    """What changes of one table mean.

    events  from an item's state before and after
    on      which changes can mean anything; DynamoDB's other records are not even handed over
    tells   every kind of event that may come of it: its function may send to who hears of those
    """

    events: Callable[[Any, Any], Iterable[Event]]
    on: tuple[Change, ...]
    tells: tuple[type[Event], ...]


MEANINGS: dict[str, Meaning] = {}
"""By the physical name of the table."""

Derive = Callable[[R | None, R | None], Iterable[Event]]


def of(
    kind: type[R], *, on: tuple[Change, ...], tells: tuple[type[Event], ...]
) -> Callable[[Derive[R]], Derive[R]]:
    """Declare what a change of this kind of item means."""

    def declare(events: Derive[R]) -> Derive[R]:
        MEANINGS[kind.Meta.table_name] = Meaning(events, on, tells)
        return events

    return declare


def meaning_of(table: str) -> Meaning:
    """What changes of a table mean, by its short name; its feature's events must be imported."""
    return MEANINGS[settings().physical(table)]


def events(stream_event: dict[str, Any]) -> Iterator[Event]:
    """Every event that a batch of stream records tells of, in their order."""
    for record in stream_event["Records"]:
        table = record["eventSourceARN"].split("/")[1]
        kind = KINDS[table.removeprefix(settings().physical(""))]
        images = record["dynamodb"]
        before, after = images.get("OldImage"), images.get("NewImage")
        yield from MEANINGS[table].events(
            kind.from_raw_data(before) if before else None,
            kind.from_raw_data(after) if after else None,
        )
