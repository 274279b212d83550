"""The REST API as an OpenAPI 3.1 document, from the declarations of its routes."""

import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from http import HTTPStatus
from typing import Any, get_args

import msgspec

from chalicelib.core.access import Permission
from chalicelib.core.errors import Problem
from chalicelib.core.http import ENDPOINTS, JSON, PROBLEM, Document, Endpoint
from chalicelib.core.idempotency import REMEMBERS
from chalicelib.core.limits import Limit
from chalicelib.core.schema import ClientId
from chalicelib.core.settings import settings
from chalicelib.operations import refusals
from chalicelib.operations.refusals import Refusal
from chalicelib.operations.shapes import Schema, Shapes, shape_of, without_null

VERSION = "0.1.0"

ABOUT = """\
Pairly's REST API: JSON in snake_case, instants in RFC 3339 and UTC, ids that start with their kind.

Sign in at `POST /v1/auth/login` and send the access token as `Authorization: Bearer …`.

A refusal is problem details (RFC 9457): branch on `code`, which never changes; show nobody `detail`.
A part of the request that breaks a rule is named in `errors`, by place and rule.

Lists answer `items` and `next_cursor`: send it back as `cursor` for the next page; null is the end.

PUT and DELETE are safe to repeat. So is a creating POST that carries an id the client made, or
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
    shapes = Shapes([Problem, *_structs_of(published)])
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in published:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, shapes)
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
            "parameters": {"IdempotencyKey": _idempotency_key()},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def tags(features: Iterable[str]) -> list[dict[str, str]]:
    """Each feature once, described by the first paragraph of its charter."""
    return [{"name": feature} | _charter(feature) for feature in dict.fromkeys(features)]


def sentences(doc: str | None) -> tuple[str, str]:
    """The first sentence of a docstring, and the rest."""
    flowing = re.sub(r"(?<!\n)\n(?!\n)\s*", " ", (doc or "").strip())
    summary, stop, rest = flowing.partition(". ")
    return summary + stop.strip(), rest.strip()


def rate_limit(limit: Limit) -> dict[str, Any]:
    """A rate limit in the documents."""
    return {"knocks": limit.knocks, "seconds": limit.seconds, "by": limit.by}


def _charter(feature: str) -> dict[str, str]:
    charter = getattr(sys.modules.get(f"chalicelib.{feature}"), "__doc__", None) or ""
    paragraph = " ".join(charter.strip().partition("\n\n")[0].split())
    return {"description": paragraph} if paragraph else {}


def _structs_of(endpoints: list[Endpoint]) -> Iterator[Any]:
    for endpoint in endpoints:
        if endpoint.signature.struct_type is not None:
            yield endpoint.signature.struct_type
        if _answers_json(endpoint):
            yield endpoint.signature.returns


def _operation(endpoint: Endpoint, shapes: Shapes) -> dict[str, Any]:
    summary, description = sentences(endpoint.view.__doc__)
    struct = endpoint.signature.struct_type
    operation: dict[str, Any] = {
        "operationId": f"{endpoint.feature}_{endpoint.name}",
        "tags": [endpoint.feature],
        "summary": summary,
    }
    if struct is not None and not endpoint.takes_body:
        description = f"{description} {shapes.whole(struct).get('description', '')}".strip()
    if description:
        operation["description"] = description
    if parameters := list(_parameters(endpoint, shapes)):
        operation["parameters"] = parameters
    if endpoint.takes_body:
        content = {JSON: {"schema": shapes.of(struct)}}
        operation["requestBody"] = {"required": True, "content": content}
    operation["responses"] = _responses(endpoint, shapes)
    operation["security"] = [] if endpoint.access is Permission.PUBLIC else [{"bearer": []}]
    operation["x-permission"] = endpoint.access.value
    if endpoint.limit:
        operation["x-rate-limit"] = rate_limit(endpoint.limit)
    return operation


def _parameters(endpoint: Endpoint, shapes: Shapes) -> Iterator[dict[str, Any]]:
    for name, kind in endpoint.signature.path.items():
        yield {"name": name, "in": "path", "required": True, "schema": shape_of(kind)}
    struct = endpoint.signature.struct_type
    if struct is not None and not endpoint.takes_body:
        query = shapes.whole(struct)
        for name, shape in query["properties"].items():
            required = name in query["required"]
            schema = without_null(shape)
            yield {"name": name, "in": "query", "required": required, "schema": schema}
    if _remembers(endpoint):
        yield {"$ref": "#/components/parameters/IdempotencyKey"}


def _remembers(endpoint: Endpoint) -> bool:
    """Whether the client's key is kept: the view sees it, and may write down what it stood for."""
    return endpoint.signature.request is not None and REMEMBERS.written <= endpoint.tables.written


def _idempotency_key() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "Made by the client and kept before sending; remembered for 24 hours.",
        "schema": shape_of(ClientId),
    }


def _responses(endpoint: Endpoint, shapes: Shapes) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": endpoint.status.phrase,
        "headers": {"X-Request-Id": _header("X-Request-Id")},
    }
    if _answers_json(endpoint):
        answer["content"] = {JSON: {"schema": shapes.of(endpoint.signature.returns)}}
    elif media_type := _media_type(endpoint):
        answer["content"] = {media_type: {}}
    refused = {
        str(status): _refused(status, group)
        for status, group in refusals.by_status(refusals.of_endpoint(endpoint))
    }
    return {str(int(endpoint.status)): answer} | refused


def _answers_json(endpoint: Endpoint) -> bool:
    return endpoint.signature.returns is not type(None) and _media_type(endpoint) is None


def _media_type(endpoint: Endpoint) -> str | None:
    """Of a view that returns `Document` or `Annotated[Document, "its media type"]`."""
    returns = endpoint.signature.returns
    kind, *about = get_args(returns) or (returns,)
    if kind is not Document:
        return None
    return str(about[0]) if about else "*/*"


def _refused(status: int, group: list[Refusal]) -> dict[str, Any]:
    headers = {"X-Request-Id": _header("X-Request-Id")}
    if any("retry_after_seconds" in refusals.facts_of(refusal) for refusal in group):
        headers["Retry-After"] = _header("Retry-After")
    examples = {
        refusal.code: {"$ref": f"#/components/examples/{refusal.code}"} for refusal in group
    }
    content = {"schema": refusals.schema(status, group), "examples": examples}
    reasons = "\n".join(f"- `{refusal.code}`: {refusal.title()}" for refusal in group)
    return {
        "description": f"{HTTPStatus(status).phrase}\n\n{reasons}",
        "headers": headers,
        "content": {PROBLEM: content},
    }


def _header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}


def _examples(endpoints: list[Endpoint]) -> dict[str, Any]:
    known = set(refusals.ELSEWHERE).union(*(refusals.of_endpoint(each) for each in endpoints))
    return {
        refusal.code: {"summary": refusal.title(), "value": refusals.example(refusal)}
        for refusal in sorted(known, key=lambda refusal: refusal.code)
    }
