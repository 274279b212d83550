"""The page of documents: everything is on it, nothing on it can do harm."""

import copy
import re
from html import unescape

import httpx

from chalicelib.core.http import ENDPOINTS
from chalicelib.core.socket import ACTIONS, EVENTS
from chalicelib.operations import page
from infra.local.stack import Stack
from tests.operations.documents import rest, sockets, words

ATTACK = """<script>alert("1")</script><img src=x onerror='alert(2)'>"""


def test_every_route_action_event_and_refusal_is_on_the_page() -> None:
    said = unescape(words(page.text()))

    for path, method in ENDPOINTS:
        assert f"{method.lower()}{path}" in said
    for name in ACTIONS:
        assert f"send{name}" in said
    for name in EVENTS:
        assert f"event{name}" in said
    for code in rest()["components"]["examples"]:
        assert f'id="refusal-{code}"' in page.text()


def test_every_link_within_the_page_leads_somewhere() -> None:
    ids = re.findall(r' id="([^"]*)"', page.text())

    assert len(set(ids)) == len(ids)
    assert set(re.findall(r'href="#([^"$]*)"', page.text())) <= set(ids)


def test_fields_are_shown_however_deep_they_stand() -> None:
    said = unescape(words(page.text()))

    assert "conversations[].messages[].body" in said
    assert "1 to 4,000 characters" in said
    assert "100 per hour, by account" in said


def test_whatever_a_document_says_stays_text() -> None:
    document = copy.deepcopy(rest())
    document["info"]["description"] = ATTACK
    operation = document["paths"]["/v1/likes"]["post"]
    operation["summary"] = operation["description"] = f"`{ATTACK}` and {ATTACK}"
    document["paths"][f"/v1/{ATTACK}"] = {"post": operation | {"operationId": ATTACK}}
    fields = document["components"]["schemas"]["Like"]["properties"]
    fields[ATTACK] = {"type": ATTACK, "default": ATTACK, "pattern": ATTACK, "enum": [ATTACK]}
    document["tags"][0] |= {"description": ATTACK}

    made = page.render(document, sockets())

    assert unescape(made).count("alert(2)") > 8
    assert "<img" not in made
    assert made.count("<script>") == 1


def test_the_page_needs_no_network_and_lets_nothing_else_run(stack: Stack) -> None:
    response = httpx.get(stack.addresses.base_url + "/v1/docs")

    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert "default-src &#x27;none&#x27;" in response.text
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', response.text)
    assert "url(" not in response.text
    assert "@import" not in response.text


def test_a_struct_within_itself_is_opened_once() -> None:
    document = copy.deepcopy(rest())
    liked = document["components"]["schemas"]["LikeView"]
    liked["properties"]["again"] = {"$ref": "#/components/schemas/LikeView"}

    assert "again.again" not in words(page.render(document, sockets()))
