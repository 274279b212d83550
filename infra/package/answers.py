"""What API Gateway answers by itself: preflights, and refusals in the API's own shape.

The words and headers are those of the doors (`chalicelib.core.http`), with `$context.requestId`
where a door has the request's id, so that a client learns one shape wherever a refusal came from.

Every one is a JSON template whose `Content-Type` is set by a header of its own: API Gateway picks
the template by what the client accepts, and falls back on `application/json`. A gateway response
only has its variables filled in, so nothing more is asked of the templates of the mocks either.
"""

from typing import Any

import msgspec

from chalicelib.core.errors import (
    NoSuchRoute,
    NotSignedIn,
    PairlyError,
    PayloadTooLarge,
    TooManyRequests,
    UnsupportedMediaType,
    problem,
)
from chalicelib.core.http import cors, refused
from chalicelib.core.settings import settings
from infra.package.stage import Stage
from infra.refusals import Blocked, BrokenIntegration, NotUnderstood, TooSlow

Headers = dict[str, str]
Operation = dict[str, Any]

REQUEST_ID = "$context.requestId"
JSON = "application/json"
TEXT = "CONVERT_TO_TEXT"
SENT = (JSON, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data")
"""What a browser sends without being told to, and what API Gateway takes a body without a type for.
"""

RESPONSES: dict[str, PairlyError] = {
    # Our authorizer denies only whom it does not know: what they may do is the door's matter.
    "ACCESS_DENIED": NotSignedIn(),
    "UNAUTHORIZED": NotSignedIn(),
    "INVALID_API_KEY": NotSignedIn(),
    "MISSING_AUTHENTICATION_TOKEN": NoSuchRoute(),
    "RESOURCE_NOT_FOUND": NoSuchRoute(),
    # No method of ours is signed for AWS: only where there is none, API Gateway looks for that.
    "EXPIRED_TOKEN": NoSuchRoute(),
    "INVALID_SIGNATURE": NoSuchRoute(),
    "BAD_REQUEST_BODY": NotUnderstood(),
    "BAD_REQUEST_PARAMETERS": NotUnderstood(),
    "REQUEST_TOO_LARGE": PayloadTooLarge(),
    "UNSUPPORTED_MEDIA_TYPE": UnsupportedMediaType(),
    "THROTTLED": TooManyRequests(retry_after_seconds=1),
    "QUOTA_EXCEEDED": TooManyRequests(retry_after_seconds=3600),
    "WAF_FILTERED": Blocked(),
    "API_CONFIGURATION_ERROR": BrokenIntegration(),
    "AUTHORIZER_CONFIGURATION_ERROR": BrokenIntegration(),
    "AUTHORIZER_FAILURE": BrokenIntegration(),
    "INTEGRATION_FAILURE": BrokenIntegration(),
    "INTEGRATION_TIMEOUT": TooSlow(),
    # A template cannot name the status that API Gateway chose, so these two set their own. What
    # is left for the second is a function that raised or returned no answer.
    "DEFAULT_4XX": NotUnderstood(),
    "DEFAULT_5XX": BrokenIntegration(),
}
"""What stands for each response type of API Gateway; these are all there are."""


def gateway_responses(stage: Stage) -> dict[str, Any]:
    """The `x-amazon-apigateway-gateway-responses` of the API."""
    return {
        kind: {
            "statusCode": str(int(refusal.status)),
            "responseParameters": _mapped("gatewayresponse", _headers(refusal, stage)),
            "responseTemplates": {JSON: _said(refusal, stage)},
        }
        for kind, refusal in RESPONSES.items()
    }


def preflight(methods: str, stage: Stage) -> Operation:
    """What a browser of another origin is told before it calls."""
    headers = {"Access-Control-Allow-Methods": methods, "X-Request-Id": REQUEST_ID}
    return _mock(200, cors_headers(stage) | headers, None)


def refusing(refusal: PairlyError, stage: Stage, **headers: str) -> Operation:
    """A method that does nothing but refuse."""
    return _mock(int(refusal.status), _headers(refusal, stage) | headers, _said(refusal, stage))


def cors_headers(stage: Stage) -> Headers:
    """What the doors say to browsers of other origins, for the stage's origin."""
    named = cors().get_access_control_headers()
    told = {name: str(value) for name, value in named.items()}
    return told | {"Access-Control-Allow-Origin": stage.cors_origin}


def _headers(refusal: PairlyError, stage: Stage) -> Headers:
    told = refused(refusal, REQUEST_ID).headers
    return {name: str(value) for name, value in told.items()} | cors_headers(stage)


def _said(refusal: PairlyError, stage: Stage) -> str:
    """The problem as a template, with the stage's own address in place of this process's."""
    said = problem(refusal, REQUEST_ID)
    address = stage.public_url or f"https://$context.domainName/{stage.name}"
    said["type"] = address + said["type"].removeprefix(settings().public_url)
    # In a mock's template, which is Velocity's, a bare # starts a directive. In that of a gateway
    # response only variables are filled in, and the escape means the same to whoever reads JSON.
    return msgspec.json.encode(said).decode().replace("#", "\\u0023")


def _mapped(prefix: str, headers: Headers) -> Headers:
    """Headers as API Gateway's mapping expressions: literals are quoted, variables bare."""
    return {
        f"{prefix}.header.{name}": REQUEST_ID[1:] if value == REQUEST_ID else f"'{value}'"
        for name, value in headers.items()
    }


def _mock(status: int, headers: Headers, said: str | None) -> Operation:
    """An integration with nothing behind it.

    Its status comes out of a request template, which is picked by the type of the body. For a type
    without one, `never` answers 415, where the default would read the status out of the body and
    find none: 500. With both payloads text, nothing that is sent or accepted is taken for binary.
    """
    declared = {name: {"schema": {"type": "string"}} for name in headers}
    kinds = SENT if said else (JSON,)  # a preflight has no body
    return {
        "responses": {str(status): {"description": "The gateway's own.", "headers": declared}},
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": dict.fromkeys(kinds, f'{{"statusCode": {status}}}'),
            "passthroughBehavior": "never",
            "contentHandling": TEXT,
            "responses": {
                "default": {
                    "statusCode": str(status),
                    "responseParameters": _mapped("method.response", headers),
                    **({"responseTemplates": {JSON: said}} if said else {}),
                    "contentHandling": TEXT,
                }
            },
        },
    }
