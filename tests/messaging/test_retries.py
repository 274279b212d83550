"""An app that is unsure repeats the same message: it is kept once, and paid for once."""

from datetime import timedelta
from typing import Any

from chalicelib.core import clock
from infra.local.stack import Stack
from tests.messaging.test_sending import ask, ask_nothing, history, post
from tests.people import Member, at_once, draft, match, say


def test_a_repeated_message_is_the_first_one_and_is_paid_for_once(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    for _ in range(3):
        say(alice, conversation)
    wanted = draft("only once", quoted=5)
    first = post(alice, conversation, wanted)
    stack.clock.advance(60)

    again = post(alice, conversation, wanted)

    assert again.status_code == first.status_code == 201
    assert again.json() == first.json()
    assert alice.credits == 45
    assert len(history(bob, conversation)) == 4


def test_a_message_sent_over_the_socket_can_be_repeated_over_http_and_back(
    alice: Member, bob: Member, conversation: str
) -> None:
    for _ in range(3):
        say(alice, conversation)
    phone = alice.socket()
    wanted = draft("on a bad line", quoted=5)
    framed = wanted | {"conversation_id": conversation}
    first = phone.do("message.send", framed)

    assert post(alice, conversation, wanted).json() == first
    assert phone.do("message.send", framed) == first
    assert alice.credits == 45


def test_a_free_message_stays_free_when_it_is_repeated_after_the_free_quota(
    alice: Member, bob: Member, conversation: str
) -> None:
    drafts = [draft(f"message {number}") for number in range(3)]
    sent = [post(alice, conversation, wanted).json() for wanted in drafts]

    again = post(alice, conversation, drafts[2])

    assert again.status_code == 201
    assert again.json() == sent[2]
    assert alice.credits == 50
    assert alice.get(f"/v1/conversations/{conversation}").json()["seq"] == 3


def test_a_paid_message_is_repeated_at_the_price_it_had(
    alice: Member, bob: Member, conversation: str
) -> None:
    for _ in range(3):
        say(alice, conversation)
    wanted = draft(quoted=5)
    first = post(alice, conversation, wanted).json()
    ask(bob, 9)

    assert post(alice, conversation, wanted).json() == first
    assert post(alice, conversation, wanted | {"quoted_credits": 9}).json() == first
    assert alice.credits == 45


def test_a_message_that_took_the_last_credits_can_be_repeated(
    alice: Member, bob: Member, conversation: str
) -> None:
    for _ in range(3):
        say(alice, conversation)
    ask(bob, 50)
    wanted = draft(quoted=50)
    first = post(alice, conversation, wanted).json()

    again = post(alice, conversation, wanted)

    assert (again.status_code, again.json()) == (201, first)
    assert alice.credits == 0


def test_a_message_can_be_repeated_after_its_request_expired(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    wanted = draft() | {"expires_at": (clock.now() + timedelta(seconds=5)).isoformat()}
    first = post(alice, conversation, wanted).json()
    stack.clock.advance(10)

    assert post(alice, conversation, wanted).json() == first


def test_the_same_message_repeated_by_all_devices_at_once_is_kept_once(
    alice: Member, bob: Member, conversation: str
) -> None:
    for _ in range(3):
        say(alice, conversation)
    devices = [alice, alice.sign_in(), alice.sign_in(), alice.sign_in()]

    for number in range(4):
        wanted = draft(f"round {number}", quoted=5)
        answers = at_once(
            *(lambda device=device, wanted=wanted: post(device, conversation, wanted)
              for device in devices)
        )  # fmt: skip

        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["message_id"] for answer in answers}) == 1
        assert alice.credits == 45 - 5 * number

    assert [message["seq"] for message in history(bob, conversation)] == list(range(1, 8))


def test_an_id_used_for_another_body_is_a_conflict(
    alice: Member, bob: Member, conversation: str
) -> None:
    wanted = draft("I love you")
    post(alice, conversation, wanted)
    phone = alice.socket()
    other = wanted | {"body": "I leave you"}

    refused = post(alice, conversation, other)
    told = phone.ask("message.send", other | {"conversation_id": conversation})

    assert refused.status_code == 409
    assert refused.json()["code"] == told["error"]["code"] == "idempotency_conflict"
    assert [message["body"] for message in history(bob, conversation)] == ["I love you"]


def test_the_same_words_in_another_unicode_form_are_the_same_message(
    alice: Member, conversation: str
) -> None:
    wanted = draft("caf\u00e9")
    first = post(alice, conversation, wanted).json()

    assert post(alice, conversation, wanted | {"body": "cafe\u0301"}).json() == first


def test_an_id_is_its_senders_own_in_each_conversation(
    alice: Member, bob: Member, conversation: str, join: Any
) -> None:
    ask_nothing(alice, bob)
    carol = join("carol")
    other_conversation = match(alice, carol)
    wanted = draft("hello", client_id="my-first-message")

    sent = [
        post(alice, conversation, wanted).json(),
        post(bob, conversation, wanted | {"body": "hello yourself"}).json(),
        post(alice, other_conversation, wanted | {"body": "hello Carol"}).json(),
    ]

    assert len({message["message_id"] for message in sent}) == 3
    assert [message["seq"] for message in sent] == [1, 2, 1]


def test_an_id_that_is_none_is_refused(alice: Member, conversation: str) -> None:
    for client_id in ("", "short", "x" * 65, "with space", "sl/ash-1", "naïve-id", "msg-1234\n"):
        refused = post(alice, conversation, draft() | {"client_message_id": client_id})
        assert refused.status_code == 422, client_id
