"""Many items into tables, twenty-five to a call, on several connections at once."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from chalicelib.core import db
from chalicelib.core.db.contention import Deadline

ITEMS_PER_CALL = 25
CALLS_AT_ONCE = 8
Put = tuple[str, dict[str, Any]]


def put_all(items: Iterable[db.Record]) -> None:
    """Write them, whatever stood there before; returns once all are there."""
    calls = list(_calls(items))
    with ThreadPoolExecutor(CALLS_AT_ONCE) as threads:
        list(threads.map(_write, calls))


def _calls(items: Iterable[db.Record]) -> Iterator[dict[str, list[Any]]]:
    puts = iter(items)
    while some := list(islice(puts, ITEMS_PER_CALL)):
        call: dict[str, list[Any]] = {}
        for item in some:
            table = call.setdefault(item.Meta.table_name, [])
            table.append({"PutRequest": {"Item": item.serialize()}})
        yield call


def _write(call: dict[str, list[Any]]) -> None:
    """Until all are written. A table that has enough is waited for, as long as it takes any."""
    deadline, left = Deadline(), _size(call)
    while call:
        answer = db.connection().dispatch("BatchWriteItem", {"RequestItems": call})
        call = answer.get("UnprocessedItems") or {}
        if _size(call) < left:
            deadline, left = Deadline(), _size(call)
        if call:
            deadline.pause()


def _size(call: dict[str, list[Any]]) -> int:
    return sum(len(puts) for puts in call.values())
