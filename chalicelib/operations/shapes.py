"""JSON Schema of what crosses a door, from the structs that the doors themselves decode with."""

import inspect
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, get_args

import msgspec

Schema = dict[str, Any]

REF = "#/components/schemas/"


class Shapes:
    """The schemas of one document: every struct is written once, and referred to by name."""

    def __init__(self, kinds: Iterable[Any]) -> None:
        known = list(dict.fromkeys(kinds))
        schemas, components = msgspec.json.schema_components(known, ref_template=REF + "{name}")
        structs = _structs()
        self.components = {
            name: _published(components[name], structs.get(name)) for name in sorted(components)
        }
        self._of: dict[Any, Schema] = dict(zip(known, map(_published, schemas), strict=True))

    def of(self, kind: Any) -> Schema:
        """The schema of one of the kinds; of a struct, a reference to it."""
        return self._of[kind]

    def whole(self, struct: type[msgspec.Struct]) -> Schema:
        """The schema of a struct itself."""
        return self.components[self.of(struct)["$ref"].removeprefix(REF)]


def shape_of(kind: Any) -> Schema:
    """The schema of one plain type, such as a part of a path."""
    return _published(msgspec.json.schema(kind))


def without_null(shape: Schema) -> Schema:
    """The same where leaving out stands for null, as in a query."""
    options = [option for option in shape.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) != 1:
        return shape
    rest = {name: value for name, value in shape.items() if name not in ("anyOf", "default")}
    only: Schema = options[0] | rest
    return only


def _published(shape: Schema, struct: type[msgspec.Struct] | None = None) -> Schema:
    if struct is not None:
        _mark_instants(shape, struct)
    published: Schema = _ecma(shape)
    if "description" in published:
        published["description"] = inspect.cleandoc(published["description"])
    return published


def _ecma(shape: Any) -> Any:
    """The same with patterns in ECMA 262's dialect, which JSON Schema asks for."""
    if isinstance(shape, list):
        return [_ecma(part) for part in shape]
    if not isinstance(shape, dict):
        return shape
    return {
        name: part.replace(r"\A", "^").replace(r"\Z", "$")
        if name == "pattern" and isinstance(part, str)
        else _ecma(part)
        for name, part in shape.items()
    }


def _mark_instants(shape: Schema, struct: type[msgspec.Struct]) -> None:
    """msgspec calls a `datetime` a plain string unless its type demands a time zone."""
    for field in msgspec.structs.fields(struct):
        if datetime in (field.type, *get_args(field.type)):
            instant = shape["properties"][field.encode_name]
            for option in instant.get("anyOf", [instant]):
                if option["type"] == "string":
                    option["format"] = "date-time"


def _structs() -> dict[str, type[msgspec.Struct]]:
    """Every struct there is, under both names that msgspec may give it in a document."""
    named: dict[str, type[msgspec.Struct]] = {}
    for struct in _descendants(msgspec.Struct):
        named[struct.__name__] = struct
        named[f"{struct.__module__}.{struct.__qualname__}"] = struct
    return named


def _descendants(struct: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for child in struct.__subclasses__():
        yield child
        yield from _descendants(child)
