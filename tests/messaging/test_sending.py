"""Sending: one order for everybody, one message for one id, and never more than was agreed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import httpx

from chalicelib.core import clock
from chalicelib.wallet.service.grants import grant
from infra.local.stack import Stack
from tests.people import Member, Socket, at_once, chat, draft, match, say


def post(member: Member, conversation: str, wanted: dict[str, Any]) -> httpx.Response:
    return member.post(f"/v1/conversations/{conversation}/messages", wanted)


def history(member: Member, conversation: str) -> list[dict[str, Any]]:
    """Everything, oldest first."""
    items = member.get(f"/v1/conversations/{conversation}/messages", since=0, limit=100)
    return items.json()["items"]


def ask_nothing(*members: Member) -> None:
    """Let messages to these be free for ever."""
    for member in members:
        member.put("/v1/me/prices", {"message_credits": 0, "call_minute_credits": 0})


def ask(member: Member, credits: int) -> None:
    member.put("/v1/me/prices", {"message_credits": credits, "call_minute_credits": 0})


def test_a_message_comes_back_as_it_was_kept(alice: Member, bob: Member, conversation: str) -> None:
    wanted = draft("hello Bob")
    sent = post(alice, conversation, wanted)

    assert sent.status_code == 201
    message = sent.json()
    assert message["message_id"].startswith(f"msg_{conversation.removeprefix('cnv_')}_")
    assert message["client_message_id"] == wanted["client_message_id"]
    assert (message["seq"], message["body"], message["credits"]) == (1, "hello Bob", 0)
    assert (message["sender_id"], message["deleted_at"]) == (alice.user_id, None)
    assert history(bob, conversation) == history(alice, conversation) == [message]


def test_messages_sent_at_once_by_both_from_two_devices_each_stand_in_one_order(
    alice: Member, bob: Member, conversation: str
) -> None:
    ask_nothing(alice, bob)
    devices = [alice.socket(), alice.socket(), bob.socket(), bob.socket()]
    each_sends = 6

    def talk(number: int, device: Socket) -> list[int]:
        texts = [f"device {number} says {count}" for count in range(each_sends)]
        return [
            device.do("message.send", draft(text) | {"conversation_id": conversation})["seq"]
            for text in texts
        ]

    with ThreadPoolExecutor(len(devices)) as threads:
        seqs = list(threads.map(talk, range(len(devices)), devices))

    kept = history(alice, conversation)
    assert [message["seq"] for message in kept] == list(range(1, 4 * each_sends + 1))
    assert sorted(seq for of_device in seqs for seq in of_device) == list(
        range(1, 4 * each_sends + 1)
    )
    assert history(bob, conversation) == kept
    for number, of_device in enumerate(seqs):
        assert of_device == sorted(of_device)
        said = [m["body"] for m in kept if m["body"].startswith(f"device {number} ")]
        assert said == [f"device {number} says {count}" for count in range(each_sends)]
    for device, own in zip(devices, seqs, strict=True):
        heard = {event["message"]["seq"] for event in device.events("message.created")}
        assert heard == set(range(1, 4 * each_sends + 1)) - set(own)


def test_messages_stand_in_the_servers_order_whatever_a_clients_clock_says(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    far, soon = (clock.now() + timedelta(days=days) for days in (900, 1))
    for text, client_time in (("first", far), ("second", soon), ("third", None)):
        stamp = {"expires_at": client_time.isoformat()} if client_time else {}
        assert post(alice, conversation, draft(text) | stamp).status_code == 201
        stack.clock.advance(1)

    kept = history(bob, conversation)

    assert [message["body"] for message in kept] == ["first", "second", "third"]
    times = [datetime.fromisoformat(message["sent_at"]) for message in kept]
    assert times == sorted(times)
    assert times[-1] < clock.now()


def test_a_client_cannot_say_when_it_sent_a_message(alice: Member, conversation: str) -> None:
    for claim in ({"sent_at": "2020-01-01T00:00:00Z"}, {"seq": 7}, {"credits": 0}):
        refused = post(alice, conversation, draft() | claim)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["rule"] == "unknown_field"


def test_two_devices_cannot_both_spend_the_last_credits(
    alice: Member, bob: Member, conversation: str
) -> None:
    for _ in range(3):
        say(alice, conversation)
    ask(bob, 50)
    devices = [alice, alice.sign_in(), alice.sign_in()]

    for number in range(4):
        if number:
            grant(alice.user_id, reason=f"again-{number}", credits=50, days=9)
        drafts = [draft(f"round {number}", quoted=50) for _ in devices]
        answers = at_once(
            *(
                lambda device=device, wanted=wanted: post(device, conversation, wanted)
                for device, wanted in zip(devices, drafts, strict=True)
            )
        )

        assert sorted(answer.status_code for answer in answers) == [201, 402, 402]
        refused = [answer.json() for answer in answers if answer.status_code == 402]
        assert {each["available_credits"] for each in refused} == {0}
        assert alice.credits == 0
        assert alice.get(f"/v1/conversations/{conversation}").json()["seq"] == 4 + number

    balances = [
        entry["balance_credits"] for entry in alice.get("/v1/wallet/entries").json()["items"]
    ]
    assert min(balances) == 0


def test_credits_spent_in_two_conversations_at_once_are_spent_once(
    alice: Member, bob: Member, conversation: str, join: Any
) -> None:
    carol = join("carol")
    other_conversation = match(alice, carol)
    for each in (conversation, other_conversation):
        for _ in range(3):
            say(alice, each)
    ask(bob, 50)
    ask(carol, 50)

    answers = at_once(
        lambda: post(alice, conversation, draft(quoted=50)),
        lambda: post(alice, other_conversation, draft(quoted=50)),
    )

    assert sorted(answer.status_code for answer in answers) == [201, 402]
    assert alice.credits == 0


def test_the_first_messages_of_each_side_are_free(
    alice: Member, bob: Member, conversation: str
) -> None:
    def quotes() -> list[tuple[int, int]]:
        path = f"/v1/conversations/{conversation}/quote"
        answers = [member.get(path).json() for member in (alice, bob)]
        return [(answer["credits"], answer["free_left"]) for answer in answers]

    seen = [quotes()]
    for member in (alice, alice, alice, bob):
        say(member, conversation)
        seen.append(quotes())

    assert seen == [
        [(0, 3), (0, 3)],
        [(0, 2), (0, 3)],
        [(0, 1), (0, 3)],
        [(5, 0), (0, 3)],
        [(5, 0), (0, 2)],
    ]


def test_free_messages_are_counted_for_each_conversation(
    alice: Member, bob: Member, conversation: str, join: Any
) -> None:
    for _ in range(3):
        say(alice, conversation)

    other = match(alice, join("carol"))

    assert alice.get(f"/v1/conversations/{other}/quote").json()["free_left"] == 3


def test_a_request_that_expired_is_not_carried_out(
    alice: Member, conversation: str, stack: Stack
) -> None:
    wanted = draft() | {"expires_at": (clock.now() + timedelta(seconds=30)).isoformat()}
    stack.clock.advance(30)

    refused = post(alice, conversation, wanted)

    assert refused.status_code == 409
    assert refused.json()["code"] == "request_expired"
    assert history(alice, conversation) == []


def test_an_expiry_without_its_time_zone_is_refused(alice: Member, conversation: str) -> None:
    refused = post(alice, conversation, draft() | {"expires_at": "2030-01-01T00:00:00"})

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["at"] == "$.expires_at"


def test_whoever_sends_too_fast_is_told_how_long_to_wait(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    ask_nothing(bob)
    drafts = [draft(f"message {number}") for number in range(61)]
    for wanted in drafts[:60]:
        assert post(alice, conversation, wanted).status_code == 201
    stack.clock.advance(20)

    refused = post(alice, conversation, drafts[60])

    assert refused.status_code == 429
    assert refused.json()["code"] == "rate_limited"
    assert refused.headers["retry-after"] == str(refused.json()["retry_after_seconds"]) == "40"
    assert say(bob, conversation)["seq"] == 61
    assert post(alice, conversation, drafts[59]).json()["seq"] == 60
    stack.clock.advance(40)
    assert post(alice, conversation, drafts[60]).json()["seq"] == 62


def test_a_body_is_kept_on_all_its_lines_and_in_its_composed_form(
    alice: Member, conversation: str
) -> None:
    bodies = {
        "x": "x",
        "x" * 4000: "x" * 4000,
        "🦊" * 4000: "🦊" * 4000,
        "one\ntwo\n\nthree\n": "one\ntwo\n\nthree\n",
        "\n  indented": "\n  indented",
        "cafe\u0301": "caf\u00e9",
        "\"quoted\" \\ <b>&amp;</b> 'it'": "\"quoted\" \\ <b>&amp;</b> 'it'",
        "a\u2028b": "a\u2028b",
    }

    for body, kept in bodies.items():
        assert say(alice, conversation, body)["body"] == kept

    assert [message["body"] for message in history(alice, conversation)] == list(bodies.values())


def test_a_body_that_is_none_or_hides_something_is_refused(
    alice: Member, conversation: str
) -> None:
    phone = alice.socket()
    blank = ["", " ", "\n\n", "\u00a0\u2003", " \n "]
    controls = [f"{before}\x07{after}" for before in ("", "x") for after in ("", "x")]
    hidden = ["\tx", "x\ty", "\rx", "x\r\ny", "\x1cx", "\x0bx", "\x85x", "x\x00", "x\x7f", "x\x9f"]
    bodies: list[Any] = [*blank, *controls, *hidden, "x" * 4001, 7, None, ["x"]]

    for body in bodies:
        refused = post(alice, conversation, draft() | {"body": body})
        assert refused.status_code == 422, repr(body)
        assert refused.json()["errors"][0]["at"] == "$.body"
        told = phone.ask("message.send", draft() | {"body": body, "conversation_id": conversation})
        (fault,) = refused.json()["errors"]
        assert told["error"]["errors"] == [fault | {"at": "$.data.body"}]

    assert history(alice, conversation) == []


def test_everybody_sees_both_sides_of_a_talk(alice: Member, bob: Member, conversation: str) -> None:
    sent = chat(alice, bob, conversation_id=conversation, messages=6)

    assert history(alice, conversation) == history(bob, conversation) == sent
    assert [message["sender_id"] for message in sent] == [alice.user_id, bob.user_id] * 3
