"""All tables at one moment: read in full, compared, put back.

An image is compared without what a run may differ in honestly: ids and secrets drawn by chance
during it, and counters of how often somebody knocked.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.core.db import KINDS, Record
from chalicelib.core.settings import settings
from infra.local.wire import Wire

Item = dict[str, Any]
Rows = dict[str, Item]
Image = dict[str, Rows]

BATCH_MAX = 25
UNCOMPARED = frozenset({"windows"})
ULID = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{25}")
SECRETS = frozenset(
    {"access_token", "attempts", "code_fingerprint", "digest", "password_hash", "refresh_token",
     "request_id", "seed", "ticket", "url"}
)  # fmt: skip


class Tables:
    """The engine's tables, as they are."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._keys = {settings().physical(name): _key_names(kind) for name, kind in KINDS.items()}

    @property
    def names(self) -> set[str]:
        """Every table, by physical name."""
        return set(self._keys)

    def read(self, names: Iterable[str]) -> Image:
        """Every item of these tables."""
        return {name: {self.place(name, item): item for item in self._scan(name)} for name in names}

    def place(self, name: str, item: Item) -> str:
        """Where an item stands, from the item or its key."""
        return f"{name} {json.dumps([item[attribute] for attribute in self._keys[name]])}"

    def put_back(self, image: Image, now: Image) -> set[str]:
        """Make all tables as they were in `image`; returns which had to be changed."""
        changes = [change for name in now for change in self._changes(name, image[name], now[name])]
        for start in range(0, len(changes), BATCH_MAX):
            asked: dict[str, list[Item]] = {}
            for name, change in changes[start : start + BATCH_MAX]:
                asked.setdefault(name, []).append(change)
            left = self._wire.tables("BatchWriteItem", RequestItems=asked).get("UnprocessedItems")
            if left:
                raise RuntimeError(f"the engine left {sorted(left)} unwritten")
        return {name for name, _ in changes}

    def _changes(self, name: str, before: Rows, now: Rows) -> Iterator[tuple[str, Item]]:
        if before is now:
            return
        for place, item in before.items():
            if now.get(place) != item:
                yield name, {"PutRequest": {"Item": item}}
        for place in now.keys() - before.keys():
            key = {attribute: now[place][attribute] for attribute in self._keys[name]}
            yield name, {"DeleteRequest": {"Key": key}}

    def _scan(self, name: str) -> Iterator[Item]:
        asked: dict[str, Any] = {"TableName": name, "ConsistentRead": True}
        while True:
            answer = self._wire.tables("Scan", **asked)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _key_names(kind: type[Record]) -> list[str]:
    attributes = kind.get_attributes()
    return [
        attribute.attr_name
        for attribute in attributes.values()
        if attribute.is_hash_key or attribute.is_range_key
    ]


def records(image: Image, table: str) -> list[Any]:
    """The items of a table, typed."""
    kind = KINDS[table]
    rows = image[settings().physical(table)]
    return [kind.from_raw_data(json.loads(json.dumps(item))) for item in rows.values()]


class Lens:
    """How images and answers are compared: what was there before keeps its name."""

    def __init__(self, before: Image) -> None:
        self._known = set(ULID.findall(json.dumps(before)))

    def items(self, image: Image) -> Counter[str]:
        """Every item as a line of text."""
        uncompared = {settings().physical(name) for name in UNCOMPARED}
        return Counter(
            f"{name} {self.text(item)}"
            for name, rows in image.items()
            if name not in uncompared
            for item in rows.values()
        )

    def text(self, document: Any) -> str:
        """A document with chance taken out of it."""
        return ULID.sub(self._masked, json.dumps(without_secrets(document), sort_keys=True))

    def _masked(self, found: re.Match[str]) -> str:
        return found[0] if found[0] in self._known else "·"


def without_secrets(document: Any) -> Any:
    """The document without its secrets, which chance makes."""
    if isinstance(document, dict):
        return {
            name: "·" if name in SECRETS else without_secrets(inner)
            for name, inner in document.items()
        }
    return (
        [without_secrets(inner) for inner in document] if isinstance(document, list) else document
    )


def difference(wanted: Counter[str], found: Counter[str]) -> list[str]:
    """In words, what is missing and what is too much."""
    missing = [f"missing: {line}" for line in (wanted - found).elements()]
    return missing + [f"too much: {line}" for line in (found - wanted).elements()]
