"""Taking one condition, or one dedupe, out of the code as it runs.

A condition is removed where records hand their writes to PynamoDB, so that what remains is exactly
what the source would say without it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from pynamodb.expressions.condition import And, Condition

from chalicelib.core.db import KINDS, Record

Removal = Callable[[], AbstractContextManager[Any]]
VERBS = {
    "put": "get_save_kwargs_from_instance",
    "update": "get_update_kwargs_from_instance",
    "delete": "get_delete_kwargs_from_instance",
}


class NeverRaised(Exception):
    """Stands where the code would catch something."""


@dataclass(frozen=True)
class Mutant:
    """The code without one thing.

    removals  how to take it out; more than one where each alone is backed by the others
    hunts     the scenes that must notice, tried in this order
    """

    name: str
    removals: tuple[Removal, ...]
    hunts: tuple[str, ...]

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Run without it."""
        with ExitStack() as stack:
            for removal in self.removals:
                stack.enter_context(removal())
            yield

    @property
    def idle(self) -> bool:
        """Whether a condition that it is about was never met: the table of mutants is out of date.

        Asked after a hunt.
        """
        conditions = [each for each in self.removals if isinstance(each, Unconditioned)]
        return any(not each.removed for each in conditions)


@dataclass
class Unconditioned:
    """Writes of a table without those of their conditions that read like a pattern."""

    table: str
    verb: str
    pattern: str
    removed: int = field(default=0)

    def __call__(self) -> AbstractContextManager[Any]:
        method = VERBS[self.verb]
        original = getattr(Record, method)
        kind = KINDS[self.table]

        def without(record: Record, *args: Any, **kwargs: Any) -> Any:
            if isinstance(record, kind) and kwargs.get("condition") is not None:
                kwargs["condition"] = self._pruned(kwargs["condition"])
            return original(record, *args, **kwargs)

        return mock.patch.object(Record, method, without)

    def _pruned(self, condition: Condition) -> Condition | None:
        if condition.operator == "AND":
            left, right = (self._pruned(each) for each in condition.values)
            if left is None or right is None:
                return right if left is None else left
            return And(left, right)
        if re.search(self.pattern, str(condition)):
            self.removed += 1
            return None
        return condition


def condition(table: str, verb: str, pattern: str) -> Removal:
    """Without one condition on one table's writes."""
    return Unconditioned(table, verb, pattern)


def replaced(owner: Any, name: str, by: Any) -> Removal:
    """With something else in a name's place."""
    return lambda: mock.patch.object(owner, name, by)
