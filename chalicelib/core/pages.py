"""Pages of a list of which some rows are not for the caller: as if these were not there."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

READS_MAX = 4
"""For one page, however many rows were hidden by then: it is short, and its cursor goes on."""

Row = TypeVar("Row")
Seen = TypeVar("Seen")
After = dict[str, Any] | None
"""The key of the row behind which reading goes on; None at either end of a list."""


def filled(
    limit: int,
    after: After,
    read: Callable[[int, After], tuple[Sequence[Row], After]],
    see: Callable[[Sequence[Row]], Sequence[Seen]],
) -> tuple[list[Seen], After]:
    """As many as asked for of what `see` makes of the rows, and where the list goes on.

    A page that is shorter than its limit though the list goes on would tell that somebody is
    hidden. So what is missing is read on for, and a full page ends with a row that is seen.
    """
    page = list[Seen]()
    for _ in range(READS_MAX):
        rows, after = read(limit - len(page), after)
        page += see(rows)
        if after is None or len(page) >= limit:
            break
    return page, after
