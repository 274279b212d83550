"""Doors of accounts, as an app that may or may not be signed in uses them."""

from typing import Any

import httpx

from tests.people import PASSWORD, Member


def login(http: httpx.Client, email: str, password: str = PASSWORD) -> httpx.Response:
    return http.post("/v1/auth/login", json={"email": email, "password": password})


def refresh(http: httpx.Client, token: str) -> httpx.Response:
    return http.post("/v1/auth/refresh", json={"refresh_token": token})


def me(http: httpx.Client, access_token: str) -> httpx.Response:
    return http.get("/v1/me", headers={"Authorization": f"Bearer {access_token}"})


def sessions(member: Member) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = member.get("/v1/auth/sessions").json()["items"]
    return listed
