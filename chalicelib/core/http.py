"""The REST door: a typed signature in, one reply shape out.

    api = Api("wallet", prefix="/v1/wallet")

    @api.get("", access=Permission.MEMBER, tables=reads("wallets"))
    def show(caller: Caller) -> WalletView: ...

Permission and tables are required, so a route that does not say who may call it cannot be
written; one that goes round `Api` stops the app (`mount`). A refusal becomes problem details, with
the route's own CORS headers; anything else that is raised is logged once and told as nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from chalice.app import Authorizer, Chalice, CORSConfig, Response
from chalice.app import Request as ChaliceRequest

from chalicelib.core import ids, schema
from chalicelib.core.access import Caller, Permission, Role
from chalicelib.core.errors import (
    Invalid,
    MalformedJson,
    MethodNotAllowed,
    NotAllowed,
    NotSignedIn,
    PairlyError,
    Unexpected,
    UnsupportedMediaType,
    problem,
)
from chalicelib.core.limits import COUNTS, Limit
from chalicelib.core.settings import settings
from chalicelib.core.signature import Request, Signature, encode, signature_of
from chalicelib.core.tables import Touches
from chalicelib.core.telemetry import invocation, logger

View = TypeVar("View", bound=Callable[..., Any])

Headers = dict[str, str | list[str]]

JSON = "application/json"
PROBLEM = "application/problem+json"
BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})
PRIVATE = "no-store"


@dataclass(frozen=True)
class Document:
    """An answer that is not JSON of a struct: a page, or a document made elsewhere."""

    text: str
    media_type: str


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One declared route: everything its function, its role and its documentation need."""

    feature: str
    name: str
    method: str
    path: str
    access: Permission
    tables: Touches
    limit: Limit | None
    status: HTTPStatus
    raises: tuple[type[PairlyError], ...]
    cache_control: str
    view: Callable[..., Any]
    signature: Signature

    @property
    def takes_body(self) -> bool:
        """Whether the struct it asks for is the body; otherwise it is the query."""
        return self.signature.struct is not None and self.method in BODY_METHODS


class Api:
    """The routes of one feature."""

    def __init__(self, feature: str, *, prefix: str) -> None:
        self.feature = feature
        self.prefix = prefix
        self.endpoints: list[Endpoint] = []

    def route(
        self,
        method: str,
        path: str,
        *,
        access: Permission,
        tables: Touches,
        limit: Limit | None = None,
        status: HTTPStatus = HTTPStatus.OK,
        raises: tuple[type[PairlyError], ...] = (),
        cache_control: str = PRIVATE,
    ) -> Callable[[View], View]:
        """Declare a route. `raises` are the refusals of its own, for the documentation."""

        def declare(view: View) -> View:
            endpoint = Endpoint(
                feature=self.feature,
                name=view.__name__,
                method=method,
                path=self.prefix + path,
                access=access,
                tables=tables + COUNTS if limit else tables,
                limit=limit,
                status=status,
                raises=raises,
                cache_control=cache_control,
                view=view,
                signature=signature_of(view),
            )
            self.endpoints.append(endpoint)
            return view

        return declare

    def get(self, path: str = "", **declared: Any) -> Callable[[View], View]:
        """Declare a route that reads."""
        return self.route("GET", path, **declared)

    def post(self, path: str = "", **declared: Any) -> Callable[[View], View]:
        """Declare a route that creates or does something."""
        return self.route("POST", path, **declared)

    def put(self, path: str = "", **declared: Any) -> Callable[[View], View]:
        """Declare a route that replaces something."""
        return self.route("PUT", path, **declared)

    def delete(self, path: str = "", **declared: Any) -> Callable[[View], View]:
        """Declare a route that removes something."""
        return self.route("DELETE", path, **declared)


ENDPOINTS: dict[tuple[str, str], Endpoint] = {}
"""Every mounted route, by path and method."""


def mount(app: Chalice, apis: Iterable[Api], *, authorizer: Authorizer) -> None:
    """Register every declared route with Chalice; refuse an app that has any other."""
    for api in apis:
        for endpoint in api.endpoints:
            ENDPOINTS[endpoint.path, endpoint.method] = endpoint
            app.route(
                endpoint.path,
                methods=[endpoint.method],
                name=f"{endpoint.feature}_{endpoint.name}",
                authorizer=None if endpoint.access is Permission.PUBLIC else authorizer,
                cors=cors(),
                content_types=[],
            )(_handler(app, endpoint))
    app.register_middleware(_reshape, "http")
    undeclared = {
        f"{method} {path}"
        for path, methods in app.routes.items()
        for method in methods
        if (path, method) not in ENDPOINTS
    }
    if undeclared:
        raise RuntimeError(f"routes without a declared permission: {sorted(undeclared)}")


def cors() -> CORSConfig:
    """What a browser on another origin may send and read."""
    return CORSConfig(
        allow_origin=settings().cors_origin,
        allow_headers=["Idempotency-Key"],
        expose_headers=["Retry-After", "X-Request-Id"],
        max_age=600,
    )


def _handler(app: Chalice, endpoint: Endpoint) -> Callable[..., Response]:
    def handle(**path: str) -> Response:
        request = app.current_request
        if request is None:
            raise RuntimeError("Chalice calls a view only with a request")
        request_id = _request_id(request)
        with invocation(request_id=request_id, door=f"{endpoint.method} {endpoint.path}"):
            try:
                return _answer(endpoint, request, path)
            except PairlyError as refusal:
                return refused(refusal, request_id)
            except Exception:
                logger.exception("unexpected")
                return refused(Unexpected(), request_id)

    return handle


def _answer(endpoint: Endpoint, raw: ChaliceRequest, path: dict[str, str]) -> Response:
    request = _request(raw)
    caller = _caller(raw) if endpoint.access is not Permission.PUBLIC else None
    if caller is not None and not caller.may(endpoint.access):
        raise NotAllowed()
    if endpoint.limit:
        by_account = endpoint.limit.by == "account" and caller
        subject = caller.user_id if by_account and caller else request.address
        endpoint.limit.admit(f"{endpoint.feature}.{endpoint.name}", subject)

    answer = endpoint.view(**_arguments(endpoint, raw, path, request, caller))
    headers: Headers = {"X-Request-Id": request.request_id, "Cache-Control": endpoint.cache_control}
    if isinstance(answer, Document):
        headers["Content-Type"] = answer.media_type
        return Response(answer.text, headers, int(endpoint.status))
    headers["Content-Type"] = JSON
    text = "" if answer is None else encode(answer)
    return Response(text, headers, int(endpoint.status))


def _arguments(
    endpoint: Endpoint,
    raw: ChaliceRequest,
    path: dict[str, str],
    request: Request,
    caller: Caller | None,
) -> dict[str, Any]:
    wanted = endpoint.signature
    arguments: dict[str, Any] = {
        name: _path_part(name, path[name], kind) for name, kind in wanted.path.items()
    }
    if wanted.caller:
        arguments[wanted.caller] = caller
    if wanted.request:
        arguments[wanted.request] = request
    if wanted.struct and wanted.struct_type:
        arguments[wanted.struct] = (
            _body(raw, wanted.struct_type)
            if endpoint.takes_body
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


def _request(raw: ChaliceRequest) -> Request:
    key = raw.headers.get("idempotency-key")
    if key is not None:
        try:
            schema.convert({"key": key}, dict[str, schema.ClientId])
        except Invalid as fault:
            at = "header.Idempotency-Key"
            raise Invalid(at=at, rule=fault.rule, message=fault.message) from None
    return Request(
        request_id=_request_id(raw),
        address=raw.context.get("identity", {}).get("sourceIp") or "",
        agent=raw.headers.get("user-agent", "")[:256],
        idempotency_key=key,
    )


def _request_id(raw: ChaliceRequest) -> str:
    return str(raw.context.get("requestId") or ids.new("req"))


def _caller(raw: ChaliceRequest) -> Caller:
    """Whom the authorizer let through."""
    granted = raw.context.get("authorizer") or {}
    if not granted.get("user_id"):
        raise NotSignedIn()
    return Caller(
        user_id=granted["user_id"],
        session_id=granted["session_id"],
        roles=frozenset(Role(role) for role in granted["roles"].split()),
    )


def refused(refusal: PairlyError, request_id: str) -> Response:
    """Problem details for a refusal."""
    headers: Headers = {
        "Content-Type": PROBLEM,
        "X-Request-Id": request_id,
        "Cache-Control": PRIVATE,
    }
    retry_after = getattr(refusal, "retry_after_seconds", None)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return Response(encode(problem(refusal, request_id)), headers, int(refusal.status))


def _reshape(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Chalice's own refusals in our shape, so that clients learn one."""
    response = get_response(event)
    if not isinstance(response.body, dict):
        return response
    methods = response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    reshaped = refused(MethodNotAllowed() if methods else Unexpected(), _request_id(event))
    reshaped.headers = {**response.headers, **reshaped.headers}
    return reshaped
