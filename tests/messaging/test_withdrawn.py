"""What was deleted is kept for who may have to judge it, and told to no member by any way."""

import re
from typing import Any

import msgspec
import pytest

import app
from chalicelib.core import queue
from chalicelib.core.http import ENDPOINTS
from chalicelib.messaging import witness
from infra.local.stack import Stack
from tests.messaging.test_sending import post
from tests.people import Member, Socket, draft, say

assert app.app  # loads every feature, and so all that it declares
TEXT = "I know where you live"


def everything_read(member: Member, named: dict[str, str]) -> dict[str, str]:
    """What every address that can be read answers, of all that these names stand for."""
    paths = [path for path, method in ENDPOINTS if method == "GET"]
    filled = [re.sub(r"{(\w+)}", lambda name: named[name[1]], path) for path in paths]
    return {path: member.get(path).text for path in filled}


def everything_asked(socket: Socket, sent: dict[str, Any]) -> dict[str, Any]:
    """What every action replies that can be about this message."""
    here = {"conversation_id": sent["conversation_id"]}
    again = draft(TEXT, client_id=sent["client_message_id"]) | here
    return {
        "sync": socket.do("sync", {"since": {sent["conversation_id"]: 0}}),
        "sync of deletions": socket.do("sync", {"synced_at": sent["sent_at"]}),
        "message.delivered": socket.do("message.delivered", here | {"seq": 1}),
        "message.read": socket.do("message.read", here | {"seq": 1}),
        "typing.start": socket.do("typing.start", here),
        "message.delete": socket.ask("message.delete", {"message_id": sent["message_id"]}),
        "message.send": socket.ask("message.send", again | {"body": "what?"}),
    }


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that streams tell reactions, from now on."""
    told, send = list[str](), queue.send

    def note(name: str, events: list[Any], *more: Any) -> None:
        told.extend(msgspec.json.encode(event).decode() for event in events)
        send(name, events, *more)

    monkeypatch.setattr(queue, "send", note)
    return told


def test_the_text_of_a_deleted_message_is_in_no_answer_to_either(
    alice: Member, bob: Member, conversation: str, stack: Stack, letters: list[str]
) -> None:
    hers, his = alice.socket(), bob.socket()
    sent = say(bob, conversation, TEXT)
    assert TEXT in str(his.events()) + str(hers.events())
    assert TEXT in str(letters)
    hers.forget_events()
    his.forget_events()
    letters.clear()

    bob.delete(f"/v1/messages/{sent['message_id']}")
    stack.settle()

    retried = post(bob, conversation, draft(TEXT, client_id=sent["client_message_id"]))
    answers: dict[str, Any] = {"retried": retried.json()}
    assert answers["retried"]["message_id"] == sent["message_id"]
    for member, other, socket in ((alice, bob, hers), (bob, alice, his)):
        named = {"conversation_id": conversation, "user_id": other.user_id}
        answers[f"{member.name} reads"] = everything_read(member, named)
        answers[f"{member.name} asks"] = everything_asked(socket, sent)
        reported = {"user_id": other.user_id, "reason": "harassment"}
        answers[f"{member.name} reports"] = member.post("/v1/reports", reported).text
        answers[f"{member.name} hears"] = socket.events()

    assert {name for name, answer in answers.items() if TEXT in str(answer)} == set()
    assert sent["message_id"] in str(answers["alice reads"]) + str(answers["alice asks"])
    assert "message.deleted" in hers.heard()
    assert any("MessageDeleted" in letter for letter in letters)
    assert [letter for letter in letters if TEXT in letter] == []


def test_who_judges_reads_what_was_deleted(alice: Member, bob: Member, conversation: str) -> None:
    say(bob, conversation, "hello")
    sent = say(bob, conversation, TEXT)
    bob.delete(f"/v1/messages/{sent['message_id']}")

    first, second = witness(alice.user_id, bob.user_id)

    assert (first.body, first.deleted_at) == ("hello", None)
    assert (second.body, second.deleted_at is None) == (TEXT, False)
    assert second.message_id == sent["message_id"]
