"""Reading many items in one round trip, and lists a page at a time."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from pynamodb.pagination import ResultIterator

from chalicelib.core.db.connection import dispatch
from chalicelib.core.db.contention import Deadline
from chalicelib.core.db.records import Key, Record

R = TypeVar("R", bound=Record)
BATCH_GET_MAX = 100


class Found:
    """What a `fetch` brought, by key."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], dict[str, Any]] = {}

    def __getitem__(self, key: Key[R]) -> R | None:
        item = self._items.get((key.kind.Meta.table_name, _spell(key.raw())))
        return None if item is None else key.kind.from_raw_data(item)

    def _keep(self, table: str, item: dict[str, Any], key_names: Sequence[str]) -> None:
        self._items[table, _spell({name: item[name] for name in key_names})] = item


def _spell(raw_key: dict[str, Any]) -> str:
    return "|".join(f"{name}={raw_key[name]}" for name in sorted(raw_key))


def fetch(*keys: Key[Any], eventual: Iterable[Key[Any]] = ()) -> Found:
    """Read up to 100 items of any tables in one round trip, strongly consistent.

    Those that `eventual` names, of other tables, may be a second old, at half the price.
    """
    consistent = dict.fromkeys(keys, True) | dict.fromkeys(eventual, False)
    if len(consistent) > BATCH_GET_MAX:
        raise ValueError(f"at most {BATCH_GET_MAX} keys, got {len(consistent)}")
    wanted: dict[str, Any] = {}
    for key, is_consistent in consistent.items():
        request = wanted.setdefault(
            key.kind.Meta.table_name, {"Keys": [], "ConsistentRead": is_consistent}
        )
        request["Keys"].append(key.raw())
    key_names = {table: list(request["Keys"][0]) for table, request in wanted.items()}
    found = Found()
    for response in _batches(wanted):
        for table, items in response["Responses"].items():
            for item in items:
                found._keep(table, item, key_names[table])
    return found


def _batches(wanted: dict[str, Any]) -> Iterator[dict[str, Any]]:
    deadline = Deadline()
    while wanted:
        response = dispatch("BatchGetItem", {"RequestItems": wanted})
        yield response
        wanted = response.get("UnprocessedKeys") or {}
        if wanted:
            deadline.pause()


def page(results: ResultIterator[R]) -> tuple[list[R], dict[str, Any] | None]:
    """All items of a limited query, and the key to go on from, or None at the end."""
    items = list(results)
    return items, results.last_evaluated_key
