"""The one shape of every refusal, over HTTP and over the socket."""

from typing import Any

import httpx

MEMBERS = {"type", "title", "status", "code", "detail", "request_id", "errors"}


def told(response: httpx.Response) -> dict[str, Any]:
    """The problem that a REST answer tells, once its shape and headers are as promised."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["access-control-allow-origin"] == "*"
    exposed = response.headers["access-control-expose-headers"].replace(" ", "").split(",")
    assert {"Retry-After", "X-Request-Id"} <= set(exposed)
    said: dict[str, Any] = response.json()
    assert said["request_id"] == response.headers["x-request-id"]
    assert said["status"] == response.status_code
    return shaped(said)


def shaped(said: dict[str, Any]) -> dict[str, Any]:
    """The same problem, once it has every member that a problem has."""
    assert set(said) >= MEMBERS
    assert said["type"].endswith("/v1/docs#refusal-" + said["code"])
    assert said["title"]
    assert said["detail"]
    assert said["request_id"]
    for fault in said["errors"]:
        assert set(fault) == {"at", "rule", "message"}
    return said


def code_of(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return response.status_code, told(response)["code"]
