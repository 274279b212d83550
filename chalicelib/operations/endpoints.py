"""One REST route as OpenAPI tells it: what to send, what comes back, and every refusal."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, get_args

from chalicelib.core.access import Permission
from chalicelib.core.http import PROBLEM, Document, Endpoint
from chalicelib.core.idempotency import REMEMBERS
from chalicelib.core.incoming import JSON
from chalicelib.operations import refusals
from chalicelib.operations.describing import rate_limit, sentences
from chalicelib.operations.refusals import Refusal
from chalicelib.operations.shapes import Shapes, shape_of, without_null


def structs_of(endpoint: Endpoint) -> Iterator[Any]:
    """The types of which the route's description needs the schema."""
    if endpoint.signature.struct_type is not None:
        yield endpoint.signature.struct_type
    if _answers_json(endpoint):
        yield endpoint.signature.returns


def operation_of(endpoint: Endpoint, shapes: Shapes) -> dict[str, Any]:
    """The operation object."""
    summary, description = sentences(endpoint.view.__doc__)
    struct = endpoint.signature.struct_type
    operation: dict[str, Any] = {
        "operationId": f"{endpoint.feature}_{endpoint.name}",
        "tags": [endpoint.feature],
        "summary": summary,
    }
    if struct is not None and not endpoint.takes_body:
        description = f"{description}\n\n{shapes.whole(struct).get('description', '')}".strip()
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
    return endpoint.signature.request is not None and all(
        need in endpoint.needs for need in REMEMBERS
    )


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
        str(status): {"$ref": f"#/components/responses/{refusals.name_of(group)}"}
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


def refused(status: int, group: list[Refusal]) -> dict[str, Any]:
    """The response object of refusals that share a status."""
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
