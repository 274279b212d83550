"""The OpenAPI document: valid, complete, and true of what the API does."""

import json
import shutil
import subprocess
from http import HTTPStatus
from typing import Any

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from chalicelib.accounts.schemas import Register
from chalicelib.core.access import Permission
from chalicelib.core.http import ENDPOINTS, Api
from chalicelib.core.idempotency import REMEMBERS
from chalicelib.core.limits import Limit
from chalicelib.core.needs import NOTHING
from chalicelib.core.schema import Out
from chalicelib.core.signature import Request
from chalicelib.matching.schemas import Like
from chalicelib.messaging.schemas import PostMessage
from chalicelib.operations import openapi
from chalicelib.operations.describing import VERSION
from infra.local.stack import Stack
from tests.operations.documents import answers, faults, patterns, pieces, rest, sample, undocumented
from tests.people import Member, client, draft

USER = "usr_01jd3v8t2f5w7m0xq9kzr4hnca"
CONVERSATION = "cnv_01jd3v8t2f5w7m0xq9kzr4hnca01jd3v8t2f5w7m0xq9kzr4hncb"

GOOD: list[tuple[type[msgspec.Struct], Any]] = [
    (Register, {"email": "a@example.com", "password": "ten letters", "birthdate": "1995-05-05"}),
    (Like, {"user_id": USER}),
    (PostMessage, draft("two\nlines")),
    (PostMessage, draft() | {"expires_at": "2025-03-01T18:04:05Z"}),
]
BAD: list[tuple[type[msgspec.Struct], Any]] = [
    (Register, {"email": "a@example.com", "password": "short", "birthdate": "1995-05-05"}),
    (Register, {"email": "a\nb@example.com", "password": "ten letters", "birthdate": "1995-05-05"}),
    (Like, {"user_id": USER + "\n"}),
    (Like, {"user_id": USER, "super": "yes"}),
    (Like, {"user_id": USER, "much": True}),
    (Like, {}),
    (PostMessage, draft(" \n ")),
    (PostMessage, draft(quoted=-1)),
]


def component(kind: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def operation(method: str, path: str) -> Any:
    return rest()["paths"][path][method]


def codes_of(described: Any) -> set[str]:
    """Every code that an operation says it may answer."""
    refs = [each["$ref"] for each in described["responses"].values() if "$ref" in each]
    responses = [rest()["components"]["responses"][ref.rpartition("/")[2]] for ref in refs]
    return {
        code
        for response in responses
        for code in response["content"]["application/problem+json"]["examples"]
    }


def test_the_document_is_valid_openapi() -> None:
    assert list(OpenAPIV31SpecValidator(rest()).iter_errors()) == []


def test_every_reference_leads_somewhere() -> None:
    for name, ref in pieces(rest()):
        if name == "$ref":
            found: Any = rest()
            for step in ref.removeprefix("#/").split("/"):
                found = found[step]


def test_what_clients_generate_code_from_has_plain_names_and_summaries() -> None:
    summaries = [
        operation["summary"] for path in rest()["paths"].values() for operation in path.values()
    ]

    assert [name for name in rest()["components"]["schemas"] if not name.isidentifier()] == []
    assert [each for each in summaries if "\n" in each or ". " in each or "  " in each] == []


def test_every_declared_route_is_described_once() -> None:
    described = {
        (path, method.upper()): each
        for path, methods in rest()["paths"].items()
        for method, each in methods.items()
    }

    assert described.keys() == ENDPOINTS.keys()
    names = [each["operationId"] for each in described.values()]
    assert len(set(names)) == len(names)
    for key, endpoint in ENDPOINTS.items():
        assert described[key]["summary"], f"{key} has no docstring"
        assert described[key]["x-permission"] == endpoint.access
        assert bool(described[key]["security"]) is (endpoint.access is not Permission.PUBLIC)
        assert ("x-rate-limit" in described[key]) is (endpoint.limit is not None)


def test_every_refusal_that_a_route_names_is_described() -> None:
    for (path, method), endpoint in ENDPOINTS.items():
        codes = codes_of(operation(method.lower(), path))

        assert {refusal.code for refusal in endpoint.raises} <= codes
        assert ("rate_limited" in codes) >= (endpoint.limit is not None)
        assert ("not_signed_in" in codes) >= (endpoint.access is not Permission.PUBLIC)


def test_the_example_of_every_refusal_is_what_its_response_promises() -> None:
    examples = rest()["components"]["examples"]
    for response in rest()["components"]["responses"].values():
        content = response["content"]["application/problem+json"]
        for code in content["examples"]:
            assert faults(content["schema"], examples[code]["value"], rest()) == []
            assert code in response["description"]


@pytest.mark.parametrize("full", [True, False])
def test_whatever_a_struct_encodes_keeps_to_its_schema(full: bool) -> None:
    schemas = rest()["components"]["schemas"]
    for kind in answers().values():
        if kind.__name__ in schemas:
            encoded = json.loads(msgspec.json.encode(sample(kind, full=full)))
            assert faults(component(kind), encoded, rest()) == []


@pytest.mark.parametrize(("kind", "body"), GOOD)
def test_a_body_that_is_accepted_keeps_to_the_schema(kind: type[Any], body: Any) -> None:
    msgspec.convert(body, kind)

    assert faults(component(kind), body, rest()) == []


@pytest.mark.parametrize(("kind", "body"), BAD)
def test_a_body_that_is_refused_breaks_the_schema(kind: type[Any], body: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(body, kind)

    # Python's `$` lets a last line feed pass, ECMA's does not.
    told = json.loads(json.dumps(rest()["components"]).replace('$"', r'\\Z"'))
    assert faults(component(kind), body, {"components": told}) != []


def test_instants_say_that_they_are() -> None:
    for schema in rest()["components"]["schemas"].values():
        for name, field in schema["properties"].items():
            if name.endswith("_at"):
                options = field.get("anyOf", [field])
                assert "date-time" in {option.get("format") for option in options}


def test_patterns_speak_javascript() -> None:
    assert patterns(rest())
    assert not [pattern for pattern in patterns(rest()) if r"\A" in pattern or r"\Z" in pattern]
    node = shutil.which("node")
    assert node, "node comes with the npm packages that tests need"
    script = f"for (const p of {json.dumps(sorted(patterns(rest())))}) new RegExp(p, 'u')"
    subprocess.run([node, "-e", script], check=True)


def test_a_query_lets_a_part_be_left_out_but_not_be_null() -> None:
    path = "/v1/conversations/{conversation_id}/messages"
    asked = {each["name"]: each for each in operation("get", path)["parameters"]}

    assert asked["conversation_id"]["required"] is True
    assert asked["before"] == {
        "name": "before",
        "in": "query",
        "required": False,
        "schema": {"type": "integer", "minimum": 1, "maximum": 0xFFFF_FFFF},
    }


def test_only_a_creation_that_remembers_takes_an_idempotency_key() -> None:
    key = {"$ref": "#/components/parameters/IdempotencyKey"}

    assert key in operation("post", "/v1/likes")["parameters"]
    assert "parameters" not in operation("post", "/v1/auth/login")


def test_the_version_is_the_projects(pytestconfig: pytest.Config) -> None:
    project = (pytestconfig.rootpath / "pyproject.toml").read_text()

    assert f'version = "{VERSION}"' in project


def test_routes_of_any_kind_can_be_described_by_themselves() -> None:
    class Thing(Out, frozen=True):
        """A thing."""

        name: str

    api = Api("things", prefix="/v1/things")

    @api.post(
        access=Permission.LEDGER_ADJUST,
        needs=REMEMBERS,
        limit=Limit(knocks=3, seconds=60, by="account"),
        status=HTTPStatus.CREATED,
    )
    def make(wanted: Like, request: Request) -> Thing:
        """Make a thing. It takes
        a while."""
        raise NotImplementedError

    @api.delete("/{name}", access=Permission.PUBLIC, needs=NOTHING, status=HTTPStatus.NO_CONTENT)
    def remove(name: str) -> None:
        raise NotImplementedError

    document = openapi.document(api.endpoints)

    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    made = document["paths"]["/v1/things"]["post"]
    assert (made["summary"], made["description"]) == ("Make a thing.", "It takes a while.")
    assert made["x-permission"] == "ledger.adjust"
    assert made["x-rate-limit"] == {"knocks": 3, "seconds": 60, "by": "account"}
    removed = document["paths"]["/v1/things/{name}"]["delete"]
    assert set(removed["responses"]) == {"204", "422", "500"}


def test_what_the_api_answers_is_what_the_document_says(alice: Member, bob: Member) -> None:
    answered = [
        ("GET", "/v1/me", alice.get("/v1/me")),
        ("GET", "/v1/wallet", alice.get("/v1/wallet")),
        ("GET", "/v1/wallet/entries", alice.get("/v1/wallet/entries", limit=1)),
        ("GET", "/v1/auth/sessions", alice.get("/v1/auth/sessions")),
        ("POST", "/v1/likes", alice.post("/v1/likes", {"user_id": bob.user_id})),
        ("GET", "/v1/likes", bob.get("/v1/likes")),
        ("POST", "/v1/likes/unlock", bob.post("/v1/likes/unlock", {"quoted_credits": 30})),
        ("GET", "/v1/likes", bob.get("/v1/likes")),
        ("POST", "/v1/passes", bob.post("/v1/passes", {"user_id": alice.user_id})),
        ("POST", "/v1/rewind", bob.post("/v1/rewind")),
        ("POST", "/v1/realtime/tickets", alice.post("/v1/realtime/tickets")),
        ("GET", "/v1/docs", alice.get("/v1/docs")),
        ("GET", "/v1/openapi.json", alice.get("/v1/openapi.json")),
        ("POST", "/v1/auth/logout", alice.post("/v1/auth/logout")),
    ]

    for method, path, response in answered:
        assert response.is_success, response.text
        assert undocumented(method, path, response) == []


def test_what_the_api_refuses_is_what_the_document_says(alice: Member, stack: Stack) -> None:
    likes, messages = "/v1/likes", "/v1/conversations/{conversation_id}/messages"
    there = messages.format(conversation_id=CONVERSATION)
    refused = [
        (422, "GET", likes, alice.get(likes, limit=0)),
        (400, "GET", likes, alice.get(likes, cursor="bent")),
        (404, "POST", likes, alice.post(likes, {"user_id": alice.user_id})),
        (422, "POST", likes, alice.post(likes, {"user_id": "bob"}, Idempotency_Key="12345678")),
        (422, "POST", likes, alice.post(likes, {"user_id": USER}, Idempotency_Key="short")),
        (404, "GET", messages, alice.get(there)),
        (404, "POST", messages, alice.post(there, draft())),
        (415, "POST", likes, alice.post(likes, {}, Content_Type="text/plain")),
        (413, "POST", likes, alice.post(likes, {"user_id": "u" * 300_000})),
        (400, "POST", likes, alice.http.post(likes, content="{", headers=alice.headers())),
    ]
    with client(stack) as nobody:
        refused.append((401, "GET", likes, nobody.get(likes)))

    for status, method, path, response in refused:
        assert response.status_code == status, response.text
        assert undocumented(method, path, response) == []


def test_the_document_is_served_for_browsers_of_any_origin(stack: Stack) -> None:
    with client(stack) as nobody:
        response = nobody.get("/v1/openapi.json", headers={"Origin": "https://app.example"})

    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "public, max-age=300"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.json() == rest()
