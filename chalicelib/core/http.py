"""The REST door: a typed signature in, one reply shape out.

    api = Api("wallet", prefix="/v1/wallet")

    @api.get("", access=Permission.MEMBER, needs=finds("wallets"))
    def show(caller: Caller) -> WalletView: ...

Permission and needs are required, so a route that does not say who may call it cannot be
written; one that goes round `Api` stops the app (`mount`). A refusal becomes problem details, with
the route's own CORS headers; anything else that is raised is logged once and told as nothing.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

from chalice.app import Authorizer, Chalice, CORSConfig, Response
from chalice.app import Request as ChaliceRequest

from chalicelib.core.access import Permission
from chalicelib.core.errors import (
    MethodNotAllowed,
    NotAllowed,
    PairlyError,
    Unexpected,
    problem,
)
from chalicelib.core.incoming import JSON, arguments_of, caller_of, request_id_of, request_of
from chalicelib.core.limits import COUNTS, Limit
from chalicelib.core.needs import Needs
from chalicelib.core.settings import settings
from chalicelib.core.signature import Signature, encode, signature_of
from chalicelib.core.telemetry import invocation, logger, refusal_told

View = TypeVar("View", bound=Callable[..., Any])

Headers = dict[str, str | list[str]]

PROBLEM = "application/problem+json"
BODY_METHODS = frozenset({"POST", "PUT", "PATCH"})
PRIVATE = "no-store"
PATH_PART = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Document:
    """An answer that is not JSON of a struct: a page, or a document made elsewhere."""

    text: str
    media_type: str


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One declared route: everything its function, its role and its documentation need.

    describes_all  it tells of every feature's doors, so that its function has to open them all
    """

    feature: str
    name: str
    method: str
    path: str
    access: Permission
    needs: Needs
    limit: Limit | None
    status: HTTPStatus
    raises: tuple[type[PairlyError], ...]
    cache_control: str
    describes_all: bool
    view: Callable[..., Any]
    signature: Signature

    @property
    def view_name(self) -> str:
        """What Chalice, the function and the API document call it."""
        return f"{self.feature}_{self.name}"

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
        needs: Needs,
        limit: Limit | None = None,
        status: HTTPStatus = HTTPStatus.OK,
        raises: tuple[type[PairlyError], ...] = (),
        cache_control: str = PRIVATE,
        describes_all: bool = False,
    ) -> Callable[[View], View]:
        """Declare a route. `raises` are the refusals of its own, for the documentation."""

        def declare(view: View) -> View:
            signature = signature_of(view)
            parts = set(PATH_PART.findall(self.prefix + path))
            if parts != set(signature.path):
                raise TypeError(f"{self.prefix + path}: the view asks for {set(signature.path)}")
            endpoint = Endpoint(
                feature=self.feature,
                name=view.__name__,
                method=method,
                path=self.prefix + path,
                access=access,
                needs=needs + COUNTS if limit else needs,
                limit=limit,
                status=status,
                raises=raises,
                cache_control=cache_control,
                describes_all=describes_all,
                view=view,
                signature=signature,
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

    def patch(self, path: str = "", **declared: Any) -> Callable[[View], View]:
        """Declare a route that changes what is named and leaves the rest."""
        return self.route("PATCH", path, **declared)

    def delete(self, path: str = "", **declared: Any) -> Callable[[View], View]:
        """Declare a route that removes something."""
        return self.route("DELETE", path, **declared)


ENDPOINTS: dict[tuple[str, str], Endpoint] = {}
"""Every mounted route, by path and method."""


def mount(app: Chalice, apis: Iterable[Api], *, authorizer: Authorizer) -> None:
    """Register every declared route with Chalice; refuse an app that has any other."""
    for api in apis:
        for endpoint in api.endpoints:
            if any(endpoint.view_name == other.view_name for other in ENDPOINTS.values()):
                raise RuntimeError(f"two routes are called {endpoint.view_name}")
            ENDPOINTS[endpoint.path, endpoint.method] = endpoint
            app.route(
                endpoint.path,
                methods=[endpoint.method],
                name=endpoint.view_name,
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
        request_id = request_id_of(request)
        with invocation(request_id=request_id, door=f"{endpoint.method} {endpoint.path}"):
            try:
                return _answer(endpoint, request, path)
            except PairlyError as refusal:
                refusal_told(refusal)
                return refused(refusal, request_id)
            except Exception:
                logger.exception("unexpected")
                return refused(Unexpected(), request_id)

    return handle


def _answer(endpoint: Endpoint, raw: ChaliceRequest, path: dict[str, str]) -> Response:
    request = request_of(raw)
    caller = caller_of(raw) if endpoint.access is not Permission.PUBLIC else None
    if caller is not None and not caller.may(endpoint.access):
        raise NotAllowed()
    if endpoint.limit:
        by_account = endpoint.limit.by == "account" and caller
        subject = caller.user_id if by_account and caller else request.address
        endpoint.limit.admit(f"{endpoint.feature}.{endpoint.name}", subject)

    answer = endpoint.view(
        **arguments_of(
            endpoint.signature,
            raw,
            takes_body=endpoint.takes_body,
            path=path,
            request=request,
            caller=caller,
        )
    )
    headers: Headers = {"X-Request-Id": request.request_id, "Cache-Control": endpoint.cache_control}
    if isinstance(answer, Document):
        headers["Content-Type"] = answer.media_type
        return Response(answer.text, headers, int(endpoint.status))
    if answer is None:
        return Response("", headers, int(endpoint.status))
    headers["Content-Type"] = JSON
    return Response(encode(answer), headers, int(endpoint.status))


def refused(refusal: PairlyError, request_id: str) -> Response:
    """Problem details for a refusal."""
    headers: Headers = {
        "Content-Type": PROBLEM,
        "X-Request-Id": request_id,
        "Cache-Control": PRIVATE,
    }
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
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
    reshaped = refused(MethodNotAllowed() if methods else Unexpected(), request_id_of(event))
    reshaped.headers = {**response.headers, **reshaped.headers}
    return reshaped
