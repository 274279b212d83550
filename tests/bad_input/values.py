"""Every way in which a value can be wrong, derived from its declared type.

Nothing here is a list of routes or of fields: what msgspec says of a struct is all that is known.
Two rules are not taken from the type but demanded of it: a string must refuse NUL, lone surrogates
and what is far too long; a number must refuse what no database can keep.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from msgspec import inspect

FAR_TOO_LONG = 9_000
BEYOND_ANY_NUMBER = 10**30
MARK = "<<here>>"
NESTED = "[" * 900 + "]" * 900


@dataclass(frozen=True)
class Wrong:
    """One wrong value: where it is, as JSON text, and the rules of which one must be named.

    No rules: it is not even JSON that can be read.
    """

    what: str
    at: str
    text: str
    rules: frozenset[str]


def wrong(what: str, at: str, text: str, *rules: str) -> Wrong:
    return Wrong(what, at, text, frozenset(rules))


@cache
def fields(struct: type) -> dict[str, inspect.Field]:
    """A struct's fields, by the names that clients use."""
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    return {field.encode_name: field for field in info.fields}


def bodies(struct: type, valid: dict[str, Any], spare: dict[str, Any]) -> Iterator[Wrong]:
    """Every wrong body. `valid` is a good one; `spare` has good values of what it leaves out."""
    for name, field in fields(struct).items():
        at, good = f"$.{name}", (valid | spare)[name]
        if field.required:
            rest = {key: value for key, value in valid.items() if key != name}
            yield wrong(f"{name} is missing", at, json.dumps(rest), "required")
        for each in values(field.type, good, at):
            yield Wrong(f"{name}: {each.what}", each.at, _with(valid, name, each.text), each.rules)
    extra = json.dumps(valid | {"unexpected": 1})
    yield wrong("one field too many", "$.unexpected", extra, "unknown_field")
    for text in ("[]", "null", "5", '"text"', "[{}]"):
        yield wrong(f"the body is {text}", "$", text, "type")
    whole = json.dumps(valid)
    for text in ("", "{", whole[:-1], whole + "{}", whole + "x", "\ufeff" + whole, "{'a': 1}"):
        yield wrong(f"the body is {text[:20]!r}…", "", text)


def _with(valid: dict[str, Any], name: str, text: str) -> str:
    return json.dumps(valid | {name: MARK}).replace(json.dumps(MARK), text)


def values(kind: inspect.Type, good: Any, at: str) -> Iterator[Wrong]:
    """Every wrong value of this type, as JSON."""
    options = kind.types if isinstance(kind, inspect.UnionType) else (kind,)
    if not any(isinstance(option, inspect.NoneType) for option in options):
        yield wrong("null", at, "null", "type")
    [only] = [option for option in options if not isinstance(option, inspect.NoneType)]
    yield from OF_KIND[type(only)](only, good, at)


def _of_string(kind: inspect.StrType, good: str, at: str) -> Iterator[Wrong]:
    for text in ("5", "true", "[]", "{}", NESTED):
        yield wrong(f"{text[:5]} for a string", at, text, "type")
    yield wrong("a lone surrogate", at, '"\\ud800"')
    for what, text, rules in odd_strings(kind, good):
        yield wrong(what, at, json.dumps(text), *rules)


def odd_strings(kind: inspect.StrType, good: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Strings that this type must refuse, as text, each with the rules it may break."""
    size = ("length",) if kind.max_length else ("pattern",)
    yield "NUL", good[:-1] + "\0", ("pattern",)
    yield "far too long", good + good[-1] * FAR_TOO_LONG, size
    if kind.max_length:
        yield "one character too long", good[0] * (kind.max_length + 1), size
    if kind.min_length:
        yield "one character too short", good[: kind.min_length - 1], ("length",)
    for what, text in (
        ("nothing", ""),
        ("a newline after it", good + "\n"),
        ("a space before it", " " + good),
        ("another character in it", "§" + good[1:]),
        ("in capitals", good.upper()),
        ("one character less", good[:-1]),
    ):
        if kind.pattern and not re.search(kind.pattern, text):
            yield what, text, ("pattern", "length")


def _of_int(kind: inspect.IntType, good: int, at: str) -> Iterator[Wrong]:
    for text in ('"5"', "1.5", "true", "[]", "{}", '""', NESTED):
        yield wrong(f"{text[:5]} for a number", at, text, "type")
    for text in (str(BEYOND_ANY_NUMBER), str(-BEYOND_ANY_NUMBER), "1e400"):
        yield wrong(f"{text[:9]}…", at, text, "range")
    for number in beyond(kind):
        yield wrong(str(number), at, str(number), "range")


def beyond(kind: inspect.IntType) -> Iterator[int]:
    """The numbers just outside of a type's bounds; it must have both."""
    assert kind.ge is not None, "an integer without a least value"
    assert kind.le is not None, "an integer without a greatest value"
    yield kind.ge - 1
    yield kind.le + 1


def _of_float(kind: inspect.FloatType, _: float, at: str) -> Iterator[Wrong]:
    assert kind.ge is not None, "a number without a least value"
    assert kind.le is not None, "a number without a greatest value"
    for text in ('"5"', "true", "[]", "{}"):
        yield wrong(f"{text} for a number", at, text, "type")
    for number in (kind.ge - 0.5, kind.le + 0.5, float(BEYOND_ANY_NUMBER)):
        yield wrong(str(number), at, str(number), "range")
    for text in ("NaN", "Infinity"):
        yield wrong(text, at, text)


def _of_bool(_: inspect.BoolType, __: bool, at: str) -> Iterator[Wrong]:
    for text in ("1", "0", '"true"', "[]", '""'):
        yield wrong(f"{text} for a truth", at, text, "type")


def _of_time(kind: inspect.DateTimeType | inspect.DateType, good: str, at: str) -> Iterator[Wrong]:
    for text in ("5", "true", "[]", "1700000000"):
        yield wrong(f"{text} for a time", at, text, "type")
    yield wrong("a lone surrogate", at, '"\\ud800"')
    for said in ("", "yesterday", "2024-02-30", "2024-13-01T00:00:00Z", good + "\0", good * 99):
        yield wrong(f"{said[:20]!r} for a time", at, json.dumps(said), "format")
    if isinstance(kind, inspect.DateTimeType):
        assert kind.tz is True, "a time without a zone names no instant"
        yield wrong("no zone", at, '"2024-02-28T00:00:00"', "type", "format")


def _of_map(kind: inspect.DictType, good: dict[str, Any], at: str) -> Iterator[Wrong]:
    for text in ("5", "[]", '"text"'):
        yield wrong(f"{text} for a map", at, text, "type")
    [(key, value)] = list(good.items())[:1]
    assert isinstance(kind.key_type, inspect.StrType)
    for what, text, rules in odd_strings(kind.key_type, key):
        yield wrong(f"a key with {what}", at, json.dumps({text: value}), *rules)
    for each in values(kind.value_type, value, f"{at}[...]"):
        text = json.dumps({key: MARK}).replace(json.dumps(MARK), each.text)
        yield Wrong(f"a value, {each.what}", each.at, text, each.rules)
    assert kind.max_length is not None, "a map without a greatest size"


def _of_list(kind: inspect.ListType, good: list[Any], at: str) -> Iterator[Wrong]:
    for text in ("5", "{}", '"text"'):
        yield wrong(f"{text} for a list", at, text, "type")
    for each in values(kind.item_type, good[0], f"{at}[0]"):
        yield Wrong(f"an item, {each.what}", each.at, f"[{each.text}]", each.rules)
    assert kind.max_length is not None, "a list without a greatest length"
    long = json.dumps(good[:1] * (kind.max_length + 1))
    yield wrong("one item too many", at, long, "length")


def _of_struct(kind: inspect.StructType, good: dict[str, Any], at: str) -> Iterator[Wrong]:
    for each in bodies(kind.cls, good, {}):
        if each.rules and each.at != "$":
            yield Wrong(each.what, at + each.at.removeprefix("$"), each.text, each.rules)
    yield wrong("a list for an object", at, "[]", "type")


def _of_choice(_: inspect.EnumType | inspect.LiteralType, good: Any, at: str) -> Iterator[Wrong]:
    for text in ('"none of them"', '""', '"\\u0000"', json.dumps(str(good) + " ")):
        yield wrong(f"{text} for a choice", at, text, "choice")
    for text in ("5", "[]", "true"):
        yield wrong(f"{text} for a choice", at, text, "type", "choice")


OF_KIND: dict[type, Any] = {
    inspect.StrType: _of_string,
    inspect.IntType: _of_int,
    inspect.FloatType: _of_float,
    inspect.BoolType: _of_bool,
    inspect.DateType: _of_time,
    inspect.DateTimeType: _of_time,
    inspect.DictType: _of_map,
    inspect.ListType: _of_list,
    inspect.StructType: _of_struct,
    inspect.EnumType: _of_choice,
    inspect.LiteralType: _of_choice,
}
"""A type that is not here fails the walk: say how its values can be wrong."""
