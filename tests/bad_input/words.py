"""The same for what comes as words: queries and parts of paths, percent-encoded."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from msgspec import inspect

from tests.bad_input.values import BEYOND_ANY_NUMBER, Wrong, beyond, fields, odd_strings, wrong

LONE_SURROGATE = "%ED%A0%80"
PATH_CHARACTERS_MAX = 2_000


def queries(struct: type, valid: dict[str, Any], spare: dict[str, Any]) -> Iterator[Wrong]:
    """Every wrong query of this struct."""
    for name, field in fields(struct).items():
        at, good = f"$.{name}", str((valid | spare)[name])
        others = {key: value for key, value in valid.items() if key != name}
        if field.required:
            yield wrong(f"{name} is missing", at, urlencode(others), "required")
        for what, word, rules in _words(field.type, good):
            text = "&".join(filter(None, (urlencode(others), f"{name}={word}")))
            yield wrong(f"{name}: {what}", at, text, *rules)
        twice = urlencode([*others.items(), (name, good), (name, good)])
        yield wrong(f"{name} is given twice", at, twice, "unique")
    extra = urlencode(valid | {"unexpected": 1})
    yield wrong("one word too many", "$.unexpected", extra, "unknown_field")


def parts(name: str, kind: Any, good: str) -> Iterator[Wrong]:
    """Every wrong part of a path; its text is what stands between the slashes."""
    for what, word, rules in _words(inspect.type_info(kind), good):
        if word:
            text = word[:PATH_CHARACTERS_MAX]
            yield wrong(f"{name}: {what}", f"path.{name}", text, *rules)


def _words(kind: inspect.Type, good: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    options = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    [only] = [option for option in options if not isinstance(option, inspect.NoneType)]
    if isinstance(only, inspect.StrType):
        yield "a lone surrogate", LONE_SURROGATE, ("pattern",)
        for what, text, rules in odd_strings(only, good):
            yield what, quote(text, safe=""), rules
        return
    assert isinstance(only, inspect.IntType), f"say how words of {only} can be wrong"
    for text in ("", "text", "1.5", "0x1", "1 1", "true", "[1]", "%00", LONE_SURROGATE):
        yield f"{text!r} for a number", quote(text, safe="%"), ("type",)
    yield "a huge number", str(BEYOND_ANY_NUMBER), ("type", "range")
    for number in beyond(only):
        yield str(number), str(number), ("range",)
