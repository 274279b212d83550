"""What a door may refuse: its own reasons, and those that come with what it asks for."""

from collections.abc import Iterable, Iterator
from dataclasses import MISSING, fields
from itertools import groupby
from typing import Any, get_type_hints

import msgspec

from chalicelib.core.access import Permission
from chalicelib.core.errors import (
    Busy,
    Invalid,
    MalformedJson,
    MethodNotAllowed,
    NoSuchRoute,
    NotAllowed,
    NotSignedIn,
    PairlyError,
    PayloadTooLarge,
    Pending,
    TooManyRequests,
    Unexpected,
    UnknownAction,
    UnsupportedMediaType,
    problem,
)
from chalicelib.core.http import Endpoint
from chalicelib.core.needs import Needs
from chalicelib.core.socket import Action
from chalicelib.operations.shapes import Schema, shape_of
from chalicelib.realtime.errors import InvalidTicket, NotConnected

Refusal = type[PairlyError]

ELSEWHERE: tuple[Refusal, ...] = (NoSuchRoute, MethodNotAllowed)
"""What addresses answer that no route stands for."""

OPENING: tuple[Refusal, ...] = (InvalidTicket, Busy, Pending, Unexpected)
"""Why a socket does not open."""

ANY_FRAME: tuple[Refusal, ...] = (
    MalformedJson,
    PayloadTooLarge,
    Invalid,
    UnknownAction,
    Unexpected,
)
"""What a frame may be answered before it is known which action it asks for."""

_GENERAL: tuple[Refusal, ...] = (
    UnsupportedMediaType, NotSignedIn, NotAllowed, NotConnected, TooManyRequests, Busy, Pending
)  # fmt: skip
GENERAL = frozenset(refusal.code for refusal in (*ANY_FRAME, *_GENERAL))
"""Codes that come with what a door asks for, rather than with what it does."""

SAMPLES: dict[Any, Any] = {
    "at": "$.limit",
    "rule": "range",
    "message": "expected `int` <= 100",
    "retry_after_seconds": 12,
    "age_years_min": 18,
    "rules": ["payment_handle"],
    int: 5,
    str: "…",
}


def of_endpoint(endpoint: Endpoint) -> list[Refusal]:
    """Every refusal of a route, by status and code."""
    body = (MalformedJson, PayloadTooLarge, UnsupportedMediaType)
    return _sorted(
        [
            *endpoint.raises,
            *(body if endpoint.takes_body else ()),
            *((NotSignedIn, NotAllowed) if endpoint.access is not Permission.PUBLIC else ()),
            *((TooManyRequests,) if endpoint.limit else ()),
            *_of_needs(endpoint.needs),
            Invalid,
            Unexpected,
        ]
    )


def of_action(action: Action) -> list[Refusal]:
    """Every refusal of a socket action, by status and code."""
    return _sorted(
        [
            *action.raises,
            *((NotAllowed,) if action.signature.caller else ()),
            *((TooManyRequests,) if action.limit else ()),
            *_of_needs(action.needs),
            MalformedJson,
            PayloadTooLarge,
            NotConnected,
            Invalid,
            Unexpected,
        ]
    )


def by_status(refusals: Iterable[Refusal]) -> Iterator[tuple[int, list[Refusal]]]:
    """Refusals that share a status, together."""
    for status, group in groupby(_sorted(refusals), key=lambda refusal: int(refusal.status)):
        yield status, list(group)


def name_of(group: Iterable[Refusal]) -> str:
    """What a document calls the response for these refusals."""
    return ".".join(refusal.code for refusal in group)


def schema(status: int, refusals: list[Refusal]) -> Schema:
    """The problem details that these refusals of one status are told by."""
    facts: dict[str, Schema] = {}
    for refusal in refusals:
        facts |= facts_of(refusal)
    codes = [refusal.code for refusal in refusals]
    said = {"status": {"const": status}, "code": {"enum": codes}}
    problem_details = {"$ref": "#/components/schemas/Problem"}
    return {"allOf": [problem_details, {"type": "object", "properties": said | facts}]}


def facts_of(refusal: Refusal) -> dict[str, Schema]:
    """What a refusal tells beside the members of every problem."""
    if refusal.facts is not PairlyError.facts:  # it tells them otherwise, as Invalid does
        return {}
    kinds = get_type_hints(refusal)
    return {field.name: shape_of(kinds[field.name]) for field in fields(refusal)}


def example(refusal: Refusal) -> dict[str, Any]:
    """What goes over the wire, made by what makes it there."""
    kinds = get_type_hints(refusal)
    facts = {
        field.name: SAMPLES.get(field.name, SAMPLES.get(kinds[field.name]))
        for field in fields(refusal)
        if field.default is MISSING
    }
    stated = problem(refusal(**facts), "req_01jd3v8t2f5w7m0xq9kzr4hnca")
    told: dict[str, Any] = msgspec.to_builtins(stated)
    return told


def told(refusals: Iterable[Refusal]) -> list[dict[str, Any]]:
    """Refusals in short."""
    return [
        {
            "status": int(refusal.status),
            "code": refusal.code,
            "title": refusal.title(),
            "facts": facts_of(refusal),
        }
        for refusal in _sorted(refusals)
    ]


def _of_needs(needs: Needs) -> tuple[Refusal, ...]:
    if needs.written:
        return Busy, Pending
    return (Busy,) if needs.tables else ()


def _sorted(refusals: Iterable[Refusal]) -> list[Refusal]:
    unique = dict.fromkeys(refusals)
    return sorted(unique, key=lambda refusal: (int(refusal.status), refusal.code))
