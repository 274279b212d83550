"""HTML that cannot be broken by what it shows: text is escaped unless it was made here."""

import re
from html import escape

VOID = frozenset({"input", "link", "meta"})


class Html(str):
    """Text that is HTML already."""


def el(name: str, /, *inside: str | None, **attributes: str) -> Html:
    """An element. A trailing `_` in an attribute's name is dropped, other `_` become `-`."""
    stated = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    if name in VOID:
        return Html(f"<{name}{stated}>")
    return Html(f"<{name}{stated}>{joined(*inside)}</{name}>")


def joined(*parts: str | None) -> Html:
    """Parts one after the other; None is nothing."""
    return Html("".join(_safe(part) for part in parts if part is not None))


def prose(text: str) -> Html:
    """Paragraphs of plain text, in which backticks mark code."""
    paragraphs = [part for part in text.split("\n\n") if part.strip()]
    return joined(*(el("p", inline(part)) for part in paragraphs))


def inline(text: str) -> Html:
    """One paragraph's text, in which backticks mark code."""
    words = re.split(r"`([^`]+)`", text)
    return joined(*(el("code", word) if at % 2 else word for at, word in enumerate(words)))


def table(heads: tuple[str, ...], rows: list[tuple[str | None, ...]], **attributes: str) -> Html:
    """Rows under heads, which scroll by themselves where they are too wide."""
    head = el("thead", el("tr", *(el("th", each, scope="col") for each in heads)))
    body = el("tbody", *(el("tr", *(el("td", cell) for cell in row)) for row in rows))
    return el("div", el("table", head, body, **attributes), class_="wide")


def _safe(part: str) -> str:
    return part if isinstance(part, Html) else escape(part)
