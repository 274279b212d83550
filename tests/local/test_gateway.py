"""What API Gateway does around a REST function."""

import base64
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from chalice.app import Response

from infra.local import gateway
from infra.local.stack import Stack

from .tiny import AUTHORIZER_SECONDS, Tiny

ORIGIN = "https://app.example"


def test_a_function_is_given_the_whole_proxy_event(client: httpx.Client, tiny: Tiny) -> None:
    answer = client.get(
        "/v1/things/a%2Fb%20c?x=1&x=2&y=%C3%A9&z=", headers={"X-Two": "one", "User-Agent": "me"}
    )

    (event,) = tiny.given["thing"]
    context = event["requestContext"]
    assert event["resource"] == context["resourcePath"] == "/v1/things/{name}"
    assert event["path"] == "/v1/things/a%2Fb%20c"
    assert event["pathParameters"] == {"name": "a/b c"}
    assert event["queryStringParameters"] == {"x": "2", "y": "é", "z": ""}
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"], "y": ["é"], "z": [""]}
    assert event["headers"]["x-two"] == "one"
    assert event["multiValueHeaders"]["x-two"] == ["one"]
    assert event["headers"]["x-forwarded-for"] == context["identity"]["sourceIp"] == "127.0.0.1"
    assert context["identity"]["userAgent"] == "me"
    assert (event["httpMethod"], context["httpMethod"], context["stage"]) == ("GET", "GET", "dev")
    assert context["path"] == "/dev/v1/things/a%2Fb%20c"
    assert (event["body"], event["isBase64Encoded"]) == (None, False)
    assert answer.headers["x-request-id"] == context["requestId"]


def test_the_request_is_dated_on_the_stack_clock(
    client: httpx.Client, tiny: Tiny, running: Stack
) -> None:
    running.clock.advance(86_400)
    client.get("/v1/things/a")

    (event,) = tiny.given["thing"]
    assert event["requestContext"]["requestTimeEpoch"] == int(running.clock() * 1000)


def test_a_text_body_arrives_as_it_was_sent(client: httpx.Client, tiny: Tiny) -> None:
    client.post("/v1/uploads", content=b'{ "a":1 }', headers={"content-type": "application/json"})

    (event,) = tiny.given["upload"]
    assert (event["body"], event["isBase64Encoded"]) == ('{ "a":1 }', False)


def test_a_binary_body_arrives_in_base64(client: httpx.Client, tiny: Tiny) -> None:
    client.post("/v1/uploads", content=b"\xff\x00", headers={"content-type": "image/png"})

    (event,) = tiny.given["upload"]
    assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (b"\xff\x00", True)


def test_a_literal_path_is_preferred_to_a_parameter(client: httpx.Client, tiny: Tiny) -> None:
    assert client.get("/v1/things/newest").json() == {"resource": "/v1/things/newest"}
    assert client.get("/v1/things/older").json() == {"resource": "/v1/things/{name}"}
    assert client.get("/v1/things/newest/parts/1").json()["resource"].endswith("{part}")


def test_an_unknown_path_is_a_problem_a_browser_can_read(client: httpx.Client, tiny: Tiny) -> None:
    answer = client.get("/v1/nowhere")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.json()["code"] == "no_such_route"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_a_wrong_method_names_the_right_ones(client: httpx.Client, tiny: Tiny) -> None:
    answer = client.delete("/v1/things/a")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET,OPTIONS,PUT"
    assert answer.json()["code"] == "method_not_allowed"


def test_preflight_is_answered_without_the_function(client: httpx.Client, tiny: Tiny) -> None:
    answer = client.options("/v1/things/a", headers={"Origin": ORIGIN})

    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-methods"] == "GET,OPTIONS,PUT"
    assert answer.headers["access-control-max-age"] == "600"
    assert tiny.given == {}


def test_preflight_of_an_unknown_path_is_refused(client: httpx.Client, tiny: Tiny) -> None:
    assert client.options("/v1/nowhere").status_code == 404


def test_nobody_gets_in_without_a_token(client: httpx.Client, tiny: Tiny) -> None:
    answer = client.get("/v1/secrets/mine")

    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed_in"
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "doorkeeper" not in tiny.given


def test_a_token_that_the_authorizer_does_not_know_is_401(client: httpx.Client, tiny: Tiny) -> None:
    assert _ask(client, "mine", "unknown").status_code == 401


def test_a_path_that_the_policy_does_not_name_is_closed(client: httpx.Client, tiny: Tiny) -> None:
    answer = _ask(client, "theirs", "alice")

    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed_in"


def test_a_broken_authorizer_is_not_the_callers_fault(client: httpx.Client, tiny: Tiny) -> None:
    assert _ask(client, "mine", "broken").status_code == 502


def test_the_function_learns_what_the_authorizer_said_as_strings(
    client: httpx.Client, tiny: Tiny
) -> None:
    assert _ask(client, "mine", "alice").json() == {"age": "42", "principalId": "alice"}


def test_a_verdict_is_kept_for_its_time_and_no_longer(
    client: httpx.Client, tiny: Tiny, running: Stack
) -> None:
    _ask(client, "mine", "bob")
    running.clock.advance(AUTHORIZER_SECONDS - 1)
    _ask(client, "mine", "bob")
    assert tiny.given["doorkeeper"] == ["bob"]

    running.clock.advance(1)
    _ask(client, "mine", "bob")
    assert tiny.given["doorkeeper"] == ["bob", "bob"]


def test_a_kept_verdict_opens_no_other_path(client: httpx.Client, tiny: Tiny) -> None:
    assert _ask(client, "mine", "carol").status_code == 200
    assert _ask(client, "theirs", "carol").status_code == 401


def test_a_body_over_ten_megabytes_never_reaches_the_function(
    client: httpx.Client, tiny: Tiny
) -> None:
    answer = client.post("/v1/uploads", content=b"x" * (gateway.BODY_BYTES_MAX + 1))

    assert answer.status_code == 413
    assert answer.json()["code"] == "payload_too_large"
    assert "upload" not in tiny.given


def test_an_answer_that_takes_too_long_is_504(
    client: httpx.Client, tiny: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "INTEGRATION_SECONDS_MAX", 0.05)
    tiny.behaviours["thing"] = lambda _: time.sleep(0.2)

    answer = client.get("/v1/things/a")

    assert answer.status_code == 504
    assert answer.json()["code"] == "gateway_timeout"


def test_an_answer_larger_than_lambda_returns_is_502(client: httpx.Client, tiny: Tiny) -> None:
    tiny.behaviours["thing"] = lambda _: "x" * (gateway.ANSWER_BYTES_MAX + 1)

    assert client.get("/v1/things/a").status_code == 502


def test_headers_with_several_values_all_arrive(client: httpx.Client, tiny: Tiny) -> None:
    tiny.behaviours["thing"] = lambda _: Response("ok", {"Set-Cookie": ["a=1", "b=2"]})

    assert client.get("/v1/things/a").headers.get_list("set-cookie") == ["a=1", "b=2"]


def test_requests_at_the_same_time_never_see_each_other(client: httpx.Client, tiny: Tiny) -> None:
    together = threading.Barrier(8, timeout=5)

    def look_again(_: object) -> object:
        together.wait()
        return tiny.app.current_request.uri_params["name"]

    tiny.behaviours["thing"] = look_again
    names = [f"n{number}" for number in range(80)]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda name: client.get(f"/v1/things/{name}").text, names))

    assert answers == names


def _ask(client: httpx.Client, name: str, token: str) -> httpx.Response:
    return client.get(f"/v1/secrets/{name}", headers={"Authorization": token})
