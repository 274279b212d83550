"""The AsyncAPI document: valid, complete, and true of what the socket does."""

import json
from typing import Any

import jsonschema
import msgspec
import pytest

from chalicelib.core.settings import settings
from chalicelib.core.socket import ACTIONS, EVENTS
from tests.operations.documents import faults, patterns, pieces, sample, sockets
from tests.people import Member, draft

SPECIFICATION = "node_modules/@asyncapi/specs/schemas/3.0.0.json"


def payload(message: str) -> Any:
    return sockets()["components"]["messages"][message]["payload"]


def test_the_document_is_valid_asyncapi(pytestconfig: pytest.Config) -> None:
    specification = json.loads((pytestconfig.rootpath / SPECIFICATION).read_text())

    errors = jsonschema.Draft7Validator(specification).iter_errors(sockets())

    assert [error.message for error in errors] == []


def test_every_reference_leads_somewhere() -> None:
    for name, ref in pieces(sockets()):
        if name == "$ref":
            found: Any = sockets()
            for step in ref.removeprefix("#/").split("/"):
                found = found[step]


def test_every_action_and_every_event_is_an_operation() -> None:
    operations = sockets()["operations"]

    assert {name for name in operations if operations[name]["action"] == "receive"} == set(ACTIONS)
    assert {name for name in operations if operations[name]["action"] == "send"} == set(EVENTS)
    for name, operation in operations.items():
        assert operation["summary"], f"{name} has no docstring"


def test_every_refusal_that_an_action_names_is_described() -> None:
    for action in ACTIONS.values():
        operation = sockets()["operations"][action.name]

        told = {error["code"] for error in operation["x-errors"]}
        assert {refusal.code for refusal in action.raises} | {"not_connected"} <= told
        assert operation["x-permission"] == action.access
        assert ("x-rate-limit" in operation) is (action.limit is not None)


@pytest.mark.parametrize("full", [True, False])
def test_every_event_keeps_to_its_schema(full: bool) -> None:
    for kind in EVENTS.values():
        frame = json.loads(sample(kind, full=full).frame())

        assert faults(payload(f"{kind.name}.event"), frame, sockets()) == []


@pytest.mark.parametrize("full", [True, False])
def test_every_reply_keeps_to_its_schema(full: bool) -> None:
    for action in ACTIONS.values():
        answer = sample(action.signature.returns, full=full)
        frame = json.loads(msgspec.json.encode({"ref": "r1" if full else None, "data": answer}))

        assert faults(payload(f"{action.name}.reply"), frame, sockets()) == []


def test_a_frame_needs_data_only_where_something_in_it_is_needed() -> None:
    assert faults(payload("sync.request"), {"action": "sync"}, sockets()) == []
    assert faults(payload("message.send.request"), {"action": "message.send"}, sockets()) != []
    assert faults(payload("sync.request"), {"action": "sync", "more": 1}, sockets()) != []


def test_patterns_speak_javascript() -> None:
    assert patterns(sockets())
    assert not [each for each in patterns(sockets()) if r"\A" in each or r"\Z" in each]


def test_the_server_is_where_clients_are_told_to_connect() -> None:
    server = sockets()["servers"]["sockets"]

    url = f"{server['protocol']}://{server['host']}{server.get('pathname', '')}"
    assert url == settings().websocket_url


def test_what_goes_over_the_socket_is_what_the_document_says(
    alice: Member, bob: Member, conversation: str
) -> None:
    hers, his = alice.socket(), bob.socket()
    wanted = draft("hello") | {"conversation_id": conversation}

    kept = hers.ask("message.send", wanted)
    refused = hers.ask("message.send", wanted | {"body": ""})
    synced = his.ask("sync")
    hers.ask("typing.start", {"conversation_id": conversation})

    assert faults(payload("message.send.request")["properties"]["data"], wanted, sockets()) == []
    assert faults(payload("message.send.reply"), kept, sockets()) == []
    assert faults(payload("refusal"), refused, sockets()) == []
    assert faults(payload("sync.reply"), synced, sockets()) == []
    for name in ("hello", "message.created", "typing.updated"):
        data = payload(f"{name}.event")["properties"]["data"]
        told = his.events(name)
        assert told
        assert [faults(data, each, sockets()) for each in told] == [[]] * len(told)
