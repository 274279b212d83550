"""API Gateway's REST side: one request in, one Lambda invocation, one answer out.

`Gateway.answer` is a plain function of the request, run in a thread; what only a gateway does
itself (unknown paths, CORS preflight, authorizers, limits, broken functions) is answered in the
API's own problem shape, with CORS headers, as the deployed GatewayResponses do.
"""

import asyncio
import base64
import logging
from dataclasses import dataclass, field
from typing import Any

from chalicelib.core.errors import MethodNotAllowed, NoSuchRoute, PairlyError, PayloadTooLarge
from infra.functions import Function, Route
from infra.local import asgi, events
from infra.local.asgi import Answer, Headers, Request
from infra.local.authorizers import Authorizers
from infra.local.routing import Routes
from infra.local.runtime import Runtime
from infra.refusals import BrokenIntegration, TooSlow

log = logging.getLogger(__name__)

BODY_BYTES_MAX = 10 * 1024 * 1024
ANSWER_BYTES_MAX = 6 * 1024 * 1024
"""Lambda's own limit on what a function returns."""
INTEGRATION_SECONDS_MAX = 29.0


@dataclass
class Resource:
    """What is declared at one path."""

    path: str
    methods: dict[str, Function] = field(default_factory=dict)

    @property
    def allowed(self) -> str:
        """The methods a client may use here, and preflight."""
        return ",".join(sorted({*self.methods, "OPTIONS"}))


class Gateway:
    """The REST API."""

    def __init__(self, runtime: Runtime) -> None:
        self._stage = runtime.stage
        self._clock = runtime.clock
        self._lambdas = runtime.lambdas
        self._authorizers = Authorizers(runtime)
        self._routes = _routes(runtime.functions)
        self._rest = runtime.rest

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        with self._lambdas.busy():
            request_id = events.request_id()
            try:
                request = asgi.request_of(scope, await asgi.read_body(receive, BODY_BYTES_MAX))
                loop = asyncio.get_running_loop()
                work = loop.run_in_executor(self._lambdas.pool, self.answer, request, request_id)
                answer = await asyncio.wait_for(asyncio.shield(work), INTEGRATION_SECONDS_MAX)
            except asgi.BodyTooLarge:
                answer = self._refused(PayloadTooLarge(), request_id)
            except TimeoutError:
                answer = self._refused(TooSlow(), request_id)
            await answer.send(send)

    def answer(self, request: Request, request_id: str) -> Answer:
        """What the API says to a request."""
        match = self._routes.match(request.path)
        if match is None:
            return self._refused(NoSuchRoute(), request_id)
        resource = match.found
        if request.method == "OPTIONS" and "OPTIONS" not in resource.methods:
            return self._preflight(resource, request_id)
        function = resource.methods.get(request.method)
        if function is None:
            allow = [("Allow", resource.allowed)]
            return self._refused(MethodNotAllowed(), request_id, allow)
        try:
            returned = self._invoke(function, request, request_id, resource, match.parameters)
            return _answer_of(returned, request_id)
        except PairlyError as refusal:
            return self._refused(refusal, request_id)
        except Exception:
            log.exception("%s failed", function.name)
            return self._refused(BrokenIntegration(), request_id)

    def _invoke(
        self,
        function: Function,
        request: Request,
        request_id: str,
        resource: Resource,
        parameters: dict[str, str],
    ) -> Any:
        content_type = (request.header("content-type") or "").partition(";")[0].strip().lower()
        event = events.rest(
            request,
            resource=resource.path,
            path_parameters=parameters,
            request_id=request_id,
            stage=self._stage,
            now=self._clock(),
            binary=content_type in self._rest.binary_types,
            authorizer=self._admit(function, request),
        )
        return self._lambdas.invoke(function, event)

    def _admit(self, function: Function, request: Request) -> dict[str, Any] | None:
        route = function.trigger
        if not isinstance(route, Route) or route.authorizer is None:
            return None
        arn = events.method_arn(self._stage, request.method, request.path)
        return self._authorizers.admit(route.authorizer, request.header("authorization"), arn)

    def _preflight(self, resource: Resource, request_id: str) -> Answer:
        allowed = [("Access-Control-Allow-Methods", resource.allowed)]
        return Answer(200, b"", [*self._rest.cors, *allowed, ("X-Request-Id", request_id)])

    def _refused(
        self, refusal: PairlyError, request_id: str, headers: Headers | None = None
    ) -> Answer:
        # Its import reads the settings, which are complete only once the stack is up.
        from chalicelib.core.http import refused

        told = refused(refusal, request_id)
        about = [(name, str(value)) for name, value in told.headers.items()]
        return Answer(
            told.status_code, told.body.encode(), [*about, *self._rest.cors, *(headers or [])]
        )


def _routes(functions: list[Function]) -> Routes[Resource]:
    routes: Routes[Resource] = Routes()
    resources: dict[str, Resource] = {}
    for function in functions:
        if isinstance(function.trigger, Route):
            path = function.trigger.path
            if path not in resources:
                resources[path] = Resource(path)
                routes.add(path, resources[path])
            resources[path].methods[function.trigger.method] = function
    return routes


def _answer_of(returned: Any, request_id: str) -> Answer:
    body = returned.get("body") or ""
    raw = base64.b64decode(body) if returned.get("isBase64Encoded") else body.encode()
    if len(raw) > ANSWER_BYTES_MAX:
        raise ValueError(f"an answer of {len(raw)} bytes is more than Lambda returns")
    single = {name: [value] for name, value in (returned.get("headers") or {}).items()}
    several = returned.get("multiValueHeaders") or {}
    headers = {
        name.lower(): [str(value) for value in values]
        for name, values in (single | several).items()
    }
    headers.setdefault("content-type", ["application/json"])
    headers["x-request-id"] = [request_id]
    pairs = [(name, value) for name, values in headers.items() for value in values]
    return Answer(int(returned["statusCode"]), raw, pairs)
