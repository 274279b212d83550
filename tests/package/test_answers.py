"""What API Gateway answers by itself is what the local gateway answers, to the letter."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NoReturn

import botocore.session
import httpx
import msgspec
import pytest

from app import app
from infra.inventory import inventory
from infra.local import gateway
from infra.local.stack import Stack
from infra.package import answers, rest
from infra.package.stage import Stage, read
from tests.people import Member

from .apigateway import ApiGateway, Told, told

Ask = Callable[..., httpx.Response]

SIGNED = "/v1/wallet"
OPEN = "/v1/health/live"
JSON = {"content-type": "application/json"}


@pytest.fixture
def stage(stack: Stack) -> Stage:
    """A stage whose members reach it at the local stack's address."""
    return msgspec.structs.replace(read("dev", {}), public_url=stack.addresses.base_url)


@pytest.fixture
def deployed(stage: Stage) -> Callable[[httpx.Response], ApiGateway]:
    """The deployed API, while it handles the request that an answer was given to."""
    body = rest.body(stage, inventory(app), app.api.binary_types)

    def handling(response: httpx.Response) -> ApiGateway:
        return ApiGateway(body, {"requestId": response.headers["x-request-id"]})

    return handling


@pytest.fixture
def ask(stack: Stack) -> Ask:
    def asked(method: str, path: str, **given: Any) -> httpx.Response:
        return httpx.request(method, stack.addresses.base_url + path, **given)

    return asked


def test_every_response_that_api_gateway_has_is_ours() -> None:
    model = botocore.session.get_session().get_service_model("apigateway")

    assert set(answers.RESPONSES) == set(model.shape_for("GatewayResponseType").enum)


def test_nobody_is_refused_otherwise_than_on_a_desk(
    ask: Ask, deployed: Callable[[httpx.Response], ApiGateway]
) -> None:
    too_much = b"x" * (gateway.BODY_BYTES_MAX + 1)
    refused = {
        "UNAUTHORIZED": ask("GET", SIGNED),
        "ACCESS_DENIED": ask("GET", SIGNED, headers={"authorization": "Bearer nobody"}),
        "INVALID_API_KEY": ask("GET", SIGNED),
        "MISSING_AUTHENTICATION_TOKEN": ask("GET", "/v1/nowhere"),
        "RESOURCE_NOT_FOUND": ask("GET", "/v1/nowhere"),
        "INVALID_SIGNATURE": ask("GET", "/v1/nowhere", headers={"authorization": "Bearer me"}),
        "EXPIRED_TOKEN": ask("GET", "/v1/nowhere", headers={"authorization": "Bearer me"}),
        "REQUEST_TOO_LARGE": ask("POST", "/v1/auth/login", content=too_much),
    }

    for kind, response in refused.items():
        assert deployed(response).refused(kind) == told(response), kind


@pytest.mark.parametrize(
    "kind",
    [
        "AUTHORIZER_CONFIGURATION_ERROR",
        "AUTHORIZER_FAILURE",
        "API_CONFIGURATION_ERROR",
        "INTEGRATION_FAILURE",
        "DEFAULT_5XX",
    ],
)
def test_what_breaks_behind_the_gateway_is_told_as_on_a_desk(
    kind: str,
    stack: Stack,
    ask: Ask,
    deployed: Callable[[httpx.Response], ApiGateway],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: Any) -> NoReturn:
        raise RuntimeError("it is ill")

    monkeypatch.setattr(stack.lambdas, "invoke", fail)
    authorized = {"authorization": f"Bearer {kind}"} if "AUTHORIZER" in kind else {}
    response = ask("GET", SIGNED if authorized else OPEN, headers=authorized)

    assert deployed(response).refused(kind) == told(response)


def test_what_takes_too_long_is_told_as_on_a_desk(
    stack: Stack,
    ask: Ask,
    deployed: Callable[[httpx.Response], ApiGateway],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gateway, "INTEGRATION_SECONDS_MAX", 0.05)
    monkeypatch.setattr(stack.lambdas, "invoke", lambda *_: time.sleep(0.2))

    response = ask("GET", OPEN)

    assert deployed(response).refused("INTEGRATION_TIMEOUT") == told(response)


def test_a_body_of_the_wrong_kind_is_told_as_a_door_tells_it(
    ask: Ask, alice: Member, deployed: Callable[[httpx.Response], ApiGateway]
) -> None:
    response = ask("POST", "/v1/auth/login", content="hello", headers={"content-type": "text/xml"})

    assert deployed(response).refused("UNSUPPORTED_MEDIA_TYPE") == told(response)


def test_who_comes_too_often_is_told_as_a_door_tells_it(
    ask: Ask, deployed: Callable[[httpx.Response], ApiGateway]
) -> None:
    whoever = {"email": "too.often@example.com", "password": "wrong wrong wrong"}
    response = ask("POST", "/v1/auth/login", json=whoever)
    while response.status_code != 429:
        response = ask("POST", "/v1/auth/login", json=whoever)

    for kind in ("THROTTLED", "QUOTA_EXCEEDED"):
        assert _whenever(deployed(response).refused(kind)) == _whenever(told(response))


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("BAD_REQUEST_BODY", 400, "bad_request"),
        ("BAD_REQUEST_PARAMETERS", 400, "bad_request"),
        ("DEFAULT_4XX", 400, "bad_request"),
        ("WAF_FILTERED", 403, "request_blocked"),
    ],
)
def test_what_only_aws_refuses_has_the_shape_of_the_rest(
    kind: str, status: int, code: str, ask: Ask, deployed: Callable[[httpx.Response], ApiGateway]
) -> None:
    known = ask("GET", "/v1/nowhere")

    refused = deployed(known).refused(kind)

    assert (refused.status, refused.said["status"], refused.said["code"]) == (status, status, code)
    assert refused.headers == told(known).headers
    assert refused.said.keys() == known.json().keys()


def test_a_refusal_that_says_when_to_come_back_says_the_same_in_its_header(stage: Stage) -> None:
    api = ApiGateway(rest.body(stage, [], []), {"requestId": "r-1"})

    for kind in ("THROTTLED", "QUOTA_EXCEEDED"):
        refused = api.refused(kind)
        assert int(refused.headers["retry-after"]) == refused.said["retry_after_seconds"] > 0


def test_a_stage_without_a_domain_of_its_own_names_the_one_it_was_reached_at(stage: Stage) -> None:
    plain = msgspec.structs.replace(stage, public_url=None)
    context = {"requestId": "r-1", "domainName": "abc.execute-api.eu-west-1.amazonaws.com"}

    refused = ApiGateway(rest.body(plain, [], []), context).refused("UNAUTHORIZED")

    reached = "https://abc.execute-api.eu-west-1.amazonaws.com/dev"
    assert refused.said["type"] == f"{reached}/v1/docs#refusal-not_signed_in"


def test_every_answer_is_for_the_origin_of_the_stage(stage: Stage) -> None:
    elsewhere = msgspec.structs.replace(stage, cors_origin="https://app.example")
    body = rest.body(elsewhere, inventory(app), [])

    allowed = re.findall(r'Allow-Origin": "([^"]+)"', json.dumps(body))

    assert set(allowed) == {"'https://app.example'"}
    assert len(allowed) > len(body["paths"]) > 20


def _whenever(answer: Told) -> Told:
    headers = answer.headers | {"retry-after": "later"}
    return replace(answer, headers=headers, said=answer.said | {"retry_after_seconds": 0})
