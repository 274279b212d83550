"""What a REST request brings: from Chalice's request to the arguments of a view."""

from dataclasses import replace
from typing import Any

from chalice.app import Request as ChaliceRequest

from chalicelib.core import ids, schema
from chalicelib.core.access import Caller, Role
from chalicelib.core.errors import Invalid, MalformedJson, NotSignedIn, UnsupportedMediaType
from chalicelib.core.signature import Request, Signature

JSON = "application/json"


def arguments_of(
    wanted: Signature,
    raw: ChaliceRequest,
    *,
    takes_body: bool,
    path: dict[str, str],
    request: Request,
    caller: Caller | None,
) -> dict[str, Any]:
    """What a view asks for. Raises the refusals that a malformed request meets."""
    arguments: dict[str, Any] = {
        name: _path_part(name, path[name], kind) for name, kind in wanted.path.items()
    }
    if wanted.caller:
        arguments[wanted.caller] = caller
    if wanted.request:
        arguments[wanted.request] = replace(request, idempotency_key=_idempotency_key(raw))
    if wanted.struct and wanted.struct_type:
        arguments[wanted.struct] = (
            _body(raw, wanted.struct_type)
            if takes_body
            else schema.convert(_query(raw), wanted.struct_type)
        )
    return arguments


def _path_part(name: str, text: str, kind: Any) -> Any:
    try:
        return schema.convert({"part": text}, dict[str, kind])["part"]
    except Invalid as fault:
        raise Invalid(at=f"path.{name}", rule=fault.rule, message=fault.message) from None


def _body(raw: ChaliceRequest, kind: type[Any]) -> Any:
    sent_as = raw.headers.get("content-type", JSON).partition(";")[0].strip().lower()
    if sent_as != JSON:
        raise UnsupportedMediaType()
    try:
        body = raw.raw_body
    except UnicodeEncodeError:  # a lone surrogate: not text
        raise MalformedJson() from None
    return schema.decode(body if isinstance(body, bytes) else body.encode(), kind)


def _query(raw: ChaliceRequest) -> dict[str, Any]:
    """A query's words; a name given twice is refused rather than half read."""
    words = {}
    query: Any = raw.query_params or {}
    for name in query:
        values = query.getlist(name)
        if len(values) > 1:
            raise Invalid(at=f"$.{name}", rule="unique", message="is given more than once")
        words[name] = values[0]
    return words


def request_of(raw: ChaliceRequest) -> Request:
    """Where a request came from."""
    return Request(
        request_id=request_id_of(raw),
        address=raw.context.get("identity", {}).get("sourceIp") or "",
        agent=raw.headers.get("user-agent", "")[:256],
    )


def _idempotency_key(raw: ChaliceRequest) -> str | None:
    key: str | None = raw.headers.get("idempotency-key")
    if key is not None:
        try:
            schema.convert({"key": key}, dict[str, schema.ClientId])
        except Invalid as fault:
            at = "header.Idempotency-Key"
            raise Invalid(at=at, rule=fault.rule, message=fault.message) from None
    return key


def request_id_of(raw: ChaliceRequest) -> str:
    """API Gateway's id of a request, or one of our own where there is none."""
    return str(raw.context.get("requestId") or ids.new("req"))


def caller_of(raw: ChaliceRequest) -> Caller:
    """Whom the authorizer let through."""
    granted = raw.context.get("authorizer") or {}
    if not granted.get("user_id"):
        raise NotSignedIn()
    return Caller(
        user_id=granted["user_id"],
        session_id=granted["session_id"],
        roles=frozenset(Role(role) for role in granted["roles"].split()),
    )
