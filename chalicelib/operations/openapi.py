"""The REST API as an OpenAPI 3.1 document, from the declarations of its routes."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

from chalicelib.core.errors import Problem
from chalicelib.core.http import ENDPOINTS, Endpoint
from chalicelib.core.schema import ClientId
from chalicelib.core.settings import settings
from chalicelib.operations import refusals
from chalicelib.operations.describing import VERSION, tags
from chalicelib.operations.endpoints import operation_of, refused, structs_of
from chalicelib.operations.shapes import Schema, Shapes, shape_of

ABOUT = """\
Pairly's REST API: JSON in snake_case, instants in RFC 3339 and UTC, ids that start with their kind.

Sign in at `POST /v1/auth/login` and send the access token as `Authorization: Bearer …`.

A refusal is problem details (RFC 9457). Branch on its `code`, which never changes. A part of the
request that breaks a rule is named in `errors`, by place and rule.

Lists answer `items` and `next_cursor`: send it back as `cursor` for the next page; null is the end.

PUT, PATCH and DELETE are safe to repeat. So is a creating POST with an id the client made, or with
an `Idempotency-Key`: the same again returns the first answer, another request under the same key
is refused as `idempotency_conflict`. After 429 and 503 wait for `Retry-After` seconds.

What happens meanwhile is told over a WebSocket, described in `asyncapi.json`."""

HEADERS: dict[str, Schema] = {
    "X-Request-Id": {
        "description": "Names this request in our logs; quote it when you ask for help.",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "How many seconds to wait before the same request.",
        "schema": {"type": "integer", "minimum": 0},
    },
}


@cache
def text() -> str:
    """The published document, made once in a process."""
    return msgspec.json.encode(document(ENDPOINTS.values())).decode()


def document(endpoints: Iterable[Endpoint]) -> dict[str, Any]:
    """The document of these routes."""
    published = list(endpoints)
    shapes = Shapes([Problem, *(kind for each in published for kind in structs_of(each))])
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in published:
        methods = paths.setdefault(endpoint.path, {})
        methods[endpoint.method.lower()] = operation_of(endpoint, shapes)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pairly", "version": VERSION, "description": ABOUT},
        "servers": [{"url": settings().public_url}],
        "tags": tags(endpoint.feature for endpoint in published),
        "paths": paths,
        "components": {
            "schemas": shapes.components,
            "examples": _examples(published),
            "headers": HEADERS,
            "responses": _responses(published),
            "parameters": {"IdempotencyKey": _idempotency_key()},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _idempotency_key() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "Made by the client and kept before sending; remembered for 24 hours.",
        "schema": shape_of(ClientId),
    }


def _responses(endpoints: list[Endpoint]) -> dict[str, Any]:
    return {
        refusals.name_of(group): refused(status, group)
        for endpoint in endpoints
        for status, group in refusals.by_status(refusals.of_endpoint(endpoint))
    }


def _examples(endpoints: list[Endpoint]) -> dict[str, Any]:
    known = set(refusals.ELSEWHERE).union(*(refusals.of_endpoint(each) for each in endpoints))
    return {
        refusal.code: {"summary": refusal.title(), "value": refusals.example(refusal)}
        for refusal in sorted(known, key=lambda refusal: refusal.code)
    }
