"""What a template's references mean, once it is known what they refer to.

    resolve({"Fn::Sub": "${AWS::Region}/x"}, {"AWS::Region": "eu-west-1"})  →  "eu-west-1/x"

`Fn::GetAtt` of `X` and `Arn` is looked up as "X.Arn".
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Known = Mapping[str, str]

_PLACE = re.compile(r"\$\{(?P<literal>!?)(?P<name>[^}]*)\}")


class NotKnown(LookupError):
    """A reference to what nobody knows; the message names it."""


def resolve(value: Any, known: Known) -> Any:
    """The value with every reference replaced. Raises NotKnown."""
    if isinstance(value, list):
        return [resolve(each, known) for each in value]
    if not isinstance(value, dict):
        return value
    called = _call(value)
    if called is None:
        return {name: resolve(inner, known) for name, inner in value.items()}
    name, argument = called
    if name not in _FUNCTIONS:
        raise NotKnown(f"{name} is not understood")
    return _FUNCTIONS[name](argument, known)


def references(value: Any) -> set[str]:
    """What a value refers to, such as `AWS::Region`, `RestApiId`, `MessagesTable.StreamArn`."""
    asked = _Asked()
    for each in _nodes(value):
        called = _call(each) if isinstance(each, dict) else None
        if called is not None and called[0] in ("Ref", "Fn::GetAtt", "Fn::Sub"):
            resolve(each, asked)
    return asked.names


class _Asked(Mapping[str, str]):
    """Knows everything, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return name

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


def _nodes(value: Any) -> Iterator[Any]:
    yield value
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _nodes(each)


def _call(value: dict[str, Any]) -> tuple[str, Any] | None:
    """The intrinsic function that this is a call of, and its argument."""
    if len(value) != 1:
        return None
    ((name, argument),) = value.items()
    return (name, argument) if name == "Ref" or name.startswith("Fn::") else None


def _find(name: str, known: Known) -> str:
    try:
        return known[name]
    except KeyError:
        raise NotKnown(f"{name} is not known") from None


def _attribute(argument: str | list[str], known: Known) -> str:
    return _find(argument if isinstance(argument, str) else ".".join(argument), known)


def _substitute(argument: str | list[Any], known: Known) -> str:
    text, own = (argument, {}) if isinstance(argument, str) else argument
    named = {name: resolve(inner, known) for name, inner in own.items()}

    def fill(place: re.Match[str]) -> str:
        name = place["name"]
        if place["literal"]:
            return f"${{{name}}}"
        return str(named[name]) if name in named else _find(name, known)

    return _PLACE.sub(fill, text)


def _join(argument: list[Any], known: Known) -> str:
    separator, parts = argument
    return str(separator).join(str(part) for part in resolve(parts, known))


_FUNCTIONS: dict[str, Callable[[Any, Known], str]] = {
    "Ref": _find,
    "Fn::GetAtt": _attribute,
    "Fn::Sub": _substitute,
    "Fn::Join": _join,
}
