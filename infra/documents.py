"""`python -m infra.documents`: write the parts of `docs/` that are made from the code.

Such a part stands between `<!-- made: NAME -->` and `<!-- end -->`; a test holds it to the code.
"""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from infra import attaching

if TYPE_CHECKING:
    from chalicelib.core.errors import PairlyError

    Refusal = type[PairlyError]

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = (ROOT / "docs" / "clients.md",)
PART = re.compile(r"(<!-- made: (?P<name>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)

Row = tuple[str, ...]


def main() -> int:
    """Write each document anew; the exit code."""
    for variable, value in attaching.UNUSED.items():
        os.environ.setdefault(variable, value)
    for document in DOCUMENTS:
        document.write_text(written(document.read_text()))
        sys.stdout.write(f"Wrote {document.relative_to(ROOT)}\n")
    return 0


def written(text: str) -> str:
    """A document with its made parts as the code now has them."""
    return PART.sub(lambda part: part[1] + PARTS[part["name"]]() + part[3], text)


def refusals() -> str:
    """Every code that an error can have."""
    import app  # noqa: F401  which declares them
    import infra.refusals  # noqa: F401  which are API Gateway's own
    from chalicelib.core.errors import PairlyError

    by_code = {kind.code: kind for kind in _descended(PairlyError) if _is_told(kind)}
    rows = sorted(
        (str(int(kind.status)), f"`{kind.code}`", kind.title(), _facts(kind, PairlyError))
        for kind in by_code.values()
    )
    return _table(("status", "code", "what it says", "facts beside it"), rows)


def actions() -> str:
    """Every action that a socket takes."""
    import app  # noqa: F401  which includes them
    from chalicelib.core.socket import ACTIONS

    rows = ((f"`{action.name}`", _first_line(action.view)) for action in ACTIONS.values())
    return _table(("action", "what it does"), rows)


def events() -> str:
    """Every event that a device may be told."""
    import app  # noqa: F401  which declares them
    from chalicelib.core.socket import EVENTS

    rows = ((f"`{name}`", _first_line(kind)) for name, kind in EVENTS.items())
    return _table(("event", "what it means"), rows)


PARTS: dict[str, Callable[[], str]] = {
    "refusals": refusals,
    "actions": actions,
    "events": events,
}
"""What makes each part, by the name in its marker."""


def _descended(kind: "Refusal") -> Iterator["Refusal"]:
    for child in kind.__subclasses__():
        yield child
        yield from _descended(child)


def _is_told(kind: "Refusal") -> bool:
    """Whether clients meet it: a leaf with a code, and none that only a test declares."""
    return hasattr(kind, "code") and kind.__module__.startswith(("chalicelib.", "infra."))


def _facts(kind: "Refusal", root: "Refusal") -> str:
    """The members that stand beside those of every problem."""
    if kind.facts is not root.facts:
        return "`errors`"
    return ", ".join(f"`{field.name}`" for field in fields(kind))


def _first_line(documented: object) -> str:
    return (documented.__doc__ or "").strip().splitlines()[0]


def _table(head: Row, rows: Iterable[Row]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    sys.exit(main())
