"""A schema as rows a person can read: each field by its path, what it is, and its rules."""

from collections.abc import Iterator
from typing import Any

import msgspec

from chalicelib.operations.markup import Html, el, inline, joined, table
from chalicelib.operations.shapes import REF, Schema, without_null

Row = tuple[str | None, ...]


def table_of(shape: Schema, components: dict[str, Schema]) -> Html:
    """The fields of an object, and of what stands in it."""
    rows = list(_rows(shape, components, "", ()))
    if not rows:
        return el("p", "No fields.", class_="quiet")
    if any(rules for *_, rules in rows):
        return table(("Field", "Type", "Rules"), rows, class_="fields")
    return table(("Field", "Type"), [row[:-1] for row in rows], class_="fields")


def about(shape: Schema, components: dict[str, Schema]) -> Html:
    """A struct's own words, where it has some."""
    said = _resolved(shape, components).get("description", "")
    return el("p", inline(said.replace("\n", " ")), class_="quiet") if said else Html()


def type_of(shape: Schema) -> str:
    """What a value is, in a word or two."""
    if "$ref" in shape:
        return str(shape["$ref"]).removeprefix(REF)
    if "const" in shape:
        return msgspec.json.encode(shape["const"]).decode()
    if "anyOf" in shape:
        return " or ".join(type_of(option) for option in shape["anyOf"])
    if shape.get("type") == "array":
        return f"list of {type_of(shape.get('items', {}))}"
    if "additionalProperties" in shape and "properties" not in shape:
        return f"map to {type_of(shape['additionalProperties'])}"
    kind = shape.get("type", "anything")
    named = kind if isinstance(kind, str) else " or ".join(kind)
    return str(shape.get("format") or named)


def rules_of(shape: Schema) -> Html:
    """Everything a value must keep to."""
    options = [option for option in shape.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) == 1:
        return rules_of(options[0] | {k: v for k, v in shape.items() if k != "anyOf"})
    keys = shape.get("propertyNames", {})
    rules = [
        *_between(shape.get("minimum"), shape.get("maximum"), ""),
        *_between(shape.get("minLength"), shape.get("maxLength"), " characters"),
        *_between(shape.get("minItems"), shape.get("maxItems"), " items"),
        *_between(shape.get("minProperties"), shape.get("maxProperties"), " keys"),
        *([joined("matches ", el("code", shape["pattern"]))] if "pattern" in shape else ()),
        *([joined("keys match ", el("code", keys["pattern"]))] if "pattern" in keys else ()),
        *([f"one of {', '.join(map(str, shape['enum']))}"] if "enum" in shape else ()),
        *_default(shape),
    ]
    return joined(*(el("span", rule, class_="rule") for rule in rules))


def _rows(
    shape: Schema, components: dict[str, Schema], path: str, above: tuple[str, ...]
) -> Iterator[Row]:
    """Rows of an object's fields; a struct within itself is named, not opened again."""
    name = shape.get("$ref", "")
    if name in above:
        return
    resolved = _resolved(shape, components)
    for key, inner in resolved.get("properties", {}).items():
        yield _row(path, key, inner, required=key in resolved.get("required", ()))
        deeper, suffix = _within(inner)
        yield from _rows(deeper, components, f"{path}{key}{suffix}.", (*above, name))


def _row(path: str, key: str, shape: Schema, *, required: bool) -> Row:
    field = [el("span", path, class_="path"), key]
    optional = None if required else el("span", "optional", class_="optional")
    return el("code", *field), joined(type_of(shape), optional), rules_of(shape)


def _within(shape: Schema) -> tuple[Schema, str]:
    """What a field holds, and how its path goes on."""
    held = without_null(shape)
    if held.get("type") == "array":
        return held.get("items", {}), "[]"
    return held, ""


def _resolved(shape: Schema, components: dict[str, Schema]) -> Schema:
    while "$ref" in shape:
        shape = components[shape["$ref"].removeprefix(REF)]
    return shape


def _between(low: Any, high: Any, unit: str) -> Iterator[str]:
    if low is not None and high is not None:
        yield f"{low:,} to {high:,}{unit}"
    elif low is not None:
        yield f"at least {low:,}{unit}"
    elif high is not None:
        yield f"at most {high:,}{unit}"


def _default(shape: Schema) -> Iterator[Html]:
    if shape.get("default") is not None:
        yield joined("default ", el("code", msgspec.json.encode(shape["default"]).decode()))
