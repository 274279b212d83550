"""The published documents, and whether something is as they say."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import httpx
import jsonschema
import msgspec

import app  # mounts every route and includes every action
from chalicelib.core.http import ENDPOINTS
from chalicelib.core.socket import ACTIONS, EVENTS
from chalicelib.operations import asyncapi, openapi

Documented = dict[str, Any]

assert app.app.routes


@cache
def rest() -> Documented:
    """The document of the REST API."""
    document: Documented = json.loads(openapi.text())
    return document


@cache
def sockets() -> Documented:
    """The document of the socket."""
    document: Documented = json.loads(asyncapi.text())
    return document


def faults(schema: Any, value: Any, document: Documented) -> list[str]:
    """How a value breaks a schema of the document's."""
    checked = schema | {"components": document["components"]}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    validator = jsonschema.Draft202012Validator(checked, format_checker=checker)
    return [fault.message for fault in validator.iter_errors(value)]


def undocumented(method: str, path: str, response: httpx.Response) -> list[str]:
    """How a response differs from what the document says of its route."""
    known = rest()["paths"][path][method.lower()]["responses"]
    if str(response.status_code) not in known:
        return [f"{response.status_code} is not told"]
    described = known[str(response.status_code)]
    if "$ref" in described:
        described = rest()["components"]["responses"][described["$ref"].rpartition("/")[2]]
    missing = [name for name in described["headers"] if name not in response.headers]
    if "content" not in described:
        return missing + ([response.text] if response.text else [])
    sent_as = response.headers["Content-Type"]
    if sent_as not in described["content"]:
        return [*missing, f"{sent_as} is not told"]
    schema = described["content"][sent_as].get("schema", {})
    value = response.json() if "json" in sent_as else response.text
    return missing + faults(schema, value, rest())


def pieces(value: Any) -> Iterator[tuple[str, Any]]:
    """Every name in a document, however deep, with what stands under it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name, inner
            yield from pieces(inner)
    if isinstance(value, list):
        for inner in value:
            yield from pieces(inner)


def patterns(document: Documented) -> set[str]:
    """Every regular expression in it."""
    found = (inner for name, inner in pieces(document) if name == "pattern")
    return {pattern for pattern in found if isinstance(pattern, str)}


def answers() -> dict[str, type[msgspec.Struct]]:
    """Every struct that a client may receive, by name."""
    told = [endpoint.signature.returns for endpoint in ENDPOINTS.values()]
    told += [action.signature.returns for action in ACTIONS.values()] + list(EVENTS.values())
    return {
        kind.__name__: kind
        for kind in told
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct)
    }


def sample(kind: Any, *, full: bool) -> Any:
    """Some value of a type; where something may be missing, `full` says whether it is."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in COMPOSED:
        return COMPOSED[origin](inner, full)
    if issubclass(kind, msgspec.Struct):
        hints = get_type_hints(kind, include_extras=True)
        named = {field: sample(hints[field], full=full) for field in kind.__struct_fields__}
        return kind(**named)
    return SAMPLES[kind]


def _either(inner: tuple[Any, ...], full: bool) -> Any:
    present = next(each for each in inner if each is not NoneType)
    return sample(present, full=full) if full or NoneType not in inner else None


def _each(inner: tuple[Any, ...], full: bool) -> Any:
    return [sample(inner[0], full=full)] if full else []


def _named(inner: tuple[Any, ...], full: bool) -> Any:
    return {sample(inner[0], full=full): sample(inner[1], full=full)} if full else {}


COMPOSED: dict[Any, Callable[[tuple[Any, ...], bool], Any]] = {
    Annotated: lambda inner, full: sample(inner[0], full=full),
    Union: _either,
    UnionType: _either,
    Literal: lambda inner, _: inner[0],
    list: _each,
    dict: _named,
}
SAMPLES: dict[type, Any] = {
    str: "something",
    int: 7,
    float: 0.5,
    bool: True,
    date: date(1995, 5, 5),
    datetime: datetime(2025, 3, 1, 18, 4, 5, 250_000, tzinfo=UTC),
}


def words(text: str) -> str:
    """What a page says, without its markup."""
    return re.sub(r"<[^>]*>", "", text)
