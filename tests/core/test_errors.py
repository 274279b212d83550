"""Refusals over REST: one shape for all, whoever makes them, and nothing that helps an attacker."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from chalicelib.core.settings import settings
from chalicelib.core.telemetry import logger
from infra.local.gateway import BODY_BYTES_MAX
from tests.outages import at_the_wire, losing, refusing
from tests.people import Member, match
from tests.problems import code_of, told

JSON = {"Content-Type": "application/json"}
NOBODY = f"usr_{'0' * 26}"


def like(member: Member, body: bytes | str, **headers: str) -> httpx.Response:
    sent = member.headers() | JSON | {name.replace("_", "-"): v for name, v in headers.items()}
    return member.http.post("/v1/likes", content=body, headers=sent)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What our own logger writes."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logger.registered_formatter)
    logger.addHandler(handler)
    yield lines
    logger._logger.removeHandler(handler)


@pytest.mark.parametrize(
    "body", ["", "{", "like bob", '{"user_id": "\\ud800"}', f'{{"user_id": "{NOBODY}"}} {{}}']
)
def test_json_that_does_not_parse_is_malformed(onlooker: Member, body: str) -> None:
    assert code_of(like(onlooker, body)) == (400, "malformed_json")


@pytest.mark.parametrize(
    "token",
    ["", "Bearer", "Bearer x", "Bearer a.b.c", "Basic YTpi", "nonsense", "Bearer é"],
)
def test_nobody_gets_in_without_a_token(onlooker: Member, token: str) -> None:
    answer = onlooker.http.get("/v1/me", headers={"Authorization": token.encode()})

    assert code_of(answer) == (401, "not_signed_in")


def test_a_request_without_credentials_is_a_401(onlooker: Member) -> None:
    assert code_of(onlooker.http.get("/v1/me")) == (401, "not_signed_in")
    assert code_of(onlooker.http.post("/v1/likes", json={})) == (401, "not_signed_in")


def test_an_unknown_address_is_a_404(onlooker: Member) -> None:
    for path in ("/v1", "/v1/nothing", "/v1/me/nothing", "/v2/me", "/v1//me"):
        assert code_of(onlooker.get(path)) == (404, "no_such_route"), path


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/me", "GET,OPTIONS"),
        ("PUT", "/v1/likes", "GET,OPTIONS,POST"),
        ("GET", "/v1/auth/login", "OPTIONS,POST"),
        ("TRACE", "/v1/health/live", "GET,OPTIONS"),
    ],
)
def test_a_method_that_an_address_does_not_know_is_a_405(
    onlooker: Member, method: str, path: str, allowed: str
) -> None:
    answer = onlooker.http.request(method, path, headers=onlooker.headers())

    assert code_of(answer) == (405, "method_not_allowed")
    assert answer.headers["allow"] == allowed


def test_a_body_over_the_limit_is_a_413_from_the_function_and_from_the_gateway(
    onlooker: Member,
) -> None:
    for size in (settings().body_bytes_max + 1, BODY_BYTES_MAX + 1):
        assert code_of(like(onlooker, b"x" * size)) == (413, "payload_too_large")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "image/png", "multipart/form-data"]
)
def test_a_body_of_another_media_type_is_a_415(alice: Member, bob: Member, kind: str) -> None:
    answer = like(alice, json.dumps({"user_id": bob.user_id}), Content_Type=kind)

    assert code_of(answer) == (415, "unsupported_media_type")


@pytest.mark.parametrize("kind", ["application/json", "APPLICATION/JSON; charset=utf-8"])
def test_json_is_json_however_its_type_is_spelled(alice: Member, bob: Member, kind: str) -> None:
    answer = like(alice, json.dumps({"user_id": bob.user_id}), Content_Type=kind)

    assert answer.status_code == 201


def test_what_breaks_a_rule_is_a_422_that_says_where(onlooker: Member) -> None:
    said = told(like(onlooker, '{"user_id": 5}'))

    assert (said["status"], said["code"]) == (422, "invalid_request")
    wrong = {"at": "$.user_id", "rule": "type", "message": "expected `str`, got `int`"}
    assert said["errors"] == [wrong]
    assert said["detail"] == "$.user_id: expected `str`, got `int`"


@pytest.mark.parametrize(
    ("path", "at", "rule"),
    [
        ("/v1/likes?limit=0", "$.limit", "range"),
        ("/v1/likes?limit=1&limit=2", "$.limit", "unique"),
        ("/v1/likes?limit=", "$.limit", "type"),
        ("/v1/likes?page=2", "$.page", "unknown_field"),
        ("/v1/conversations/%00", "path.conversation_id", "pattern"),
        ("/v1/conversations/cnv_%ED%A0%80", "path.conversation_id", "pattern"),
    ],
)
def test_a_query_or_a_path_is_refused_by_name(
    onlooker: Member, path: str, at: str, rule: str
) -> None:
    said = told(onlooker.http.get(path, headers=onlooker.headers()))

    assert said["status"] == 422
    assert [(each["at"], each["rule"]) for each in said["errors"]] == [(at, rule)]


def test_a_refusal_states_its_facts_beside_its_code(alice: Member, bob: Member) -> None:
    conversation = match(alice, bob)
    draft = {"client_message_id": "message-1", "body": "hi", "quoted_credits": 7}

    said = told(alice.post(f"/v1/conversations/{conversation}/messages", draft))

    assert (said["status"], said["code"]) == (409, "price_changed")
    assert said["price_credits"] == 0


def test_a_fault_of_ours_tells_the_client_nothing_and_the_log_everything_once(
    onlooker: Member, log: io.StringIO
) -> None:
    with at_the_wire("GetItem", refusing("ValidationException", message="secret of the table")):
        answer = onlooker.get("/v1/me")

    said = told(answer)
    assert (said["status"], said["code"]) == (500, "internal_error")
    assert said["detail"] == said["title"] == "Something went wrong on our side."
    for secret in ("secret of the table", "Validation", "Traceback", "pynamodb", onlooker.user_id):
        assert secret not in answer.text
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["level"] for line in lines] == ["ERROR"]
    assert lines[0]["request_id"] == said["request_id"]
    assert lines[0]["door"] == "GET /v1/me"
    assert "Traceback" in lines[0]["exception"]
    assert "secret of the table" in lines[0]["exception"]


def test_a_refusal_of_the_clients_is_not_logged_as_our_fault(
    onlooker: Member, log: io.StringIO
) -> None:
    like(onlooker, "{")
    like(onlooker, '{"user_id": 5}')
    onlooker.get("/v1/conversations/nothing")

    assert log.getvalue() == ""


def test_a_database_that_does_not_answer_is_a_503_that_says_when_to_come_back(
    onlooker: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)

    with at_the_wire("BatchGetItem", losing):
        reading = onlooker.get("/v1/health/ready")
    with at_the_wire("PutItem", losing):
        writing = onlooker.post("/v1/realtime/tickets")

    assert code_of(reading) == (503, "not_ready")
    assert code_of(writing) == (503, "pending")
    assert int(writing.headers["retry-after"]) >= 1


@pytest.mark.parametrize("path", ["/v1/likes", "/v1/auth/login", "/v1/messages/anything"])
def test_a_browser_may_ask_first(onlooker: Member, path: str) -> None:
    asked = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,idempotency-key",
    }
    answer = onlooker.http.options(path, headers=asked)

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    allowed = answer.headers["access-control-allow-headers"].lower().split(",")
    assert {"authorization", "content-type", "idempotency-key"} <= set(allowed)
    assert "OPTIONS" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-max-age"] == "600"


def test_an_answer_can_be_read_from_another_origin_and_is_kept_by_nobody(onlooker: Member) -> None:
    answer: Any = onlooker.get("/v1/me")

    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"]
