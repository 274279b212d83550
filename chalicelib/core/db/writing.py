"""Writing: a condition and what its failure means stand on one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from pynamodb.exceptions import VerboseClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.core.db.connection import dispatch
from chalicelib.core.db.contention import TRANSIENT, Deadline, Duplicate, Lost, Stale
from chalicelib.core.db.records import Record
from chalicelib.core.errors import PaymentRequired

R = TypeVar("R", bound=Record)


class Transaction:
    """Up to 100 writes that land all together or not at all.

    `otherwise` is what to raise when `when` does not hold.
    """

    def __init__(self) -> None:
        self._writes: list[dict[str, Any]] = []
        self._refusals: list[Exception] = []
        self._kinds: list[type[Record]] = []

    def put(self, item: Record, *, otherwise: Exception) -> None:
        """Create an item where none stands."""
        written = item.get_save_kwargs_from_instance(condition=item.absent())
        self._add("Put", item, written, otherwise)

    def update(
        self,
        item: Record,
        *actions: Action,
        when: Condition | None = None,
        otherwise: Exception | None = None,
    ) -> None:
        """Change an item, or create it where `when` allows for that.

        Without `when` it stands or falls with the rest: for a change that says the same however
        often and after whatever it is made.
        """
        written = item.get_update_kwargs_from_instance(actions=list(actions), condition=when)
        self._add("Update", item, written, otherwise or Stale())

    def delete(self, item: Record, *, when: Condition, otherwise: Exception) -> None:
        """Remove an item."""
        written = item.get_delete_kwargs_from_instance(condition=when)
        self._add("Delete", item, written, otherwise)

    def _add(self, verb: str, item: Record, written: dict[str, Any], otherwise: Exception) -> None:
        written["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        self._writes.append({verb: written})
        self._refusals.append(otherwise)
        self._kinds.append(type(item))

    def commit(self) -> None:
        """Land the writes, or raise the refusal of the condition that failed."""
        if not self._writes:
            return
        deadline = Deadline()
        while True:
            try:
                dispatch("TransactWriteItems", {"TransactItems": self._writes})
                return
            except VerboseClientError as failure:
                refusal = self._refusal(failure)
                if refusal is not None:
                    raise refusal from failure
                deadline.doubt(_code(failure))
            deadline.pause()

    def _refusal(self, failure: VerboseClientError) -> Exception | None:
        """Why it was cancelled, or None where only contention was in the way."""
        reasons = list(failure.cancellation_reasons)
        refusals = []
        for refusal, kind, reason in zip(self._refusals, self._kinds, reasons, strict=False):
            if reason is not None and reason.code == "ConditionalCheckFailed":
                refusals.append(_meeting(refusal, kind, reason.raw_item))
        if refusals:
            return min(refusals, key=_rank)
        codes = {reason.code for reason in reasons if reason} or {_code(failure)}
        if codes <= TRANSIENT:
            return None
        raise failure


def _meeting(refusal: Exception, kind: type[Record], raw: dict[str, Any] | None) -> Exception:
    """The refusal, with the item that its condition met."""
    if isinstance(refusal, Lost) and raw:
        refusal.found = kind.from_raw_data(raw)
    return refusal


def _rank(refusal: Exception) -> int:
    if isinstance(refusal, Duplicate):
        return 0
    return 2 if isinstance(refusal, PaymentRequired) else 1


@contextmanager
def transaction() -> Iterator[Transaction]:
    """Collect writes; land them when the block ends, unless it raised."""
    tx = Transaction()
    yield tx
    tx.commit()


def put(item: Record) -> None:
    """Write one item under an id that was made for it, so that repeating it changes nothing."""
    _write("PutItem", type(item), item.get_save_kwargs_from_instance(), None)


def update(
    item: R, *actions: Action, when: Condition | None = None, otherwise: Exception | None = None
) -> R:
    """Change one item and return it as it then is."""
    written = item.get_update_kwargs_from_instance(actions=list(actions), condition=when)
    response = _write("UpdateItem", type(item), written | {"ReturnValues": "ALL_NEW"}, otherwise)
    return type(item).from_raw_data(response["Attributes"])


def delete(
    item: R, *, when: Condition | None = None, otherwise: Exception | None = None
) -> R | None:
    """Remove one item and return it as it last was, or None where there was none."""
    written = item.get_delete_kwargs_from_instance(condition=when)
    response = _write("DeleteItem", type(item), written | {"ReturnValues": "ALL_OLD"}, otherwise)
    removed = response.get("Attributes")
    return type(item).from_raw_data(removed) if removed else None


def _write(
    operation: str, kind: type[Record], written: dict[str, Any], otherwise: Exception | None
) -> dict[str, Any]:
    written["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    deadline = Deadline()
    while True:
        try:
            return dispatch(operation, written)
        except VerboseClientError as failure:
            code = _code(failure)
            if code == "ConditionalCheckFailedException" and otherwise is not None:
                raise _meeting(otherwise, kind, _item_met(failure)) from failure
            if code not in TRANSIENT:
                raise
            deadline.doubt(code)
        deadline.pause()


def _code(failure: VerboseClientError) -> str:
    return str(failure.response["Error"].get("Code", ""))


def _item_met(failure: VerboseClientError) -> dict[str, Any] | None:
    """The item that a single write's condition met; PynamoDB keeps botocore's error as cause."""
    response = getattr(failure.__cause__, "response", {})
    return cast("dict[str, Any] | None", response.get("Item"))
