"""What the rules about text do to messages: refused, flagged, or let through as they are."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.models import Member as Account
from chalicelib.core import clock
from chalicelib.messaging.models import Message
from chalicelib.safety.models import Openings
from infra.local.stack import Stack
from tests import tables
from tests.messaging.test_sending import history
from tests.people import Member, at_once, draft, match, say

MONEY = "send it to alice@okaxis"
OPENING = "Hello there, you have a lovely smile and I would like to know you"


def post(member: Member, conversation: str, text: str, **about: Any) -> Any:
    return member.post(f"/v1/conversations/{conversation}/messages", draft(text, **about))


def been_here(member: Member, days: int) -> None:
    """Let them have joined so long ago."""
    Account(member.user_id).update(
        actions=[Account.created_at.set(clock.now() - timedelta(days=days))]
    )


def flags_of(conversation: str, seq: int) -> set[str]:
    return set(Message.get(conversation, seq, consistent_read=True).flags or ())


def test_a_refused_text_names_the_rules_and_leaves_nothing_behind(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    his = bob.socket()
    his.forget_events()
    before = tables.image(stack)

    answer = post(alice, conversation, MONEY)

    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["rules"]) == ("text_refused", ["payment_handle"])
    assert tables.changed(before, tables.image(stack)) == {}
    assert (alice.credits, his.heard()) == (50, [])


def test_the_socket_refuses_the_same(alice: Member, conversation: str, stack: Stack) -> None:
    socket = alice.socket()
    before = tables.image(stack)

    reply = socket.ask("message.send", draft(MONEY) | {"conversation_id": conversation})

    assert (reply["error"]["code"], reply["error"]["rules"]) == ("text_refused", ["payment_handle"])
    assert tables.changed(before, tables.image(stack)) == {}


def test_a_refused_id_can_be_used_for_better_words(alice: Member, conversation: str) -> None:
    post(alice, conversation, MONEY, client_id="the-same-id")

    answer = post(alice, conversation, "never mind", client_id="the-same-id")

    assert (answer.status_code, answer.json()["body"]) == (201, "never mind")


def test_a_flagged_message_is_sent_and_neither_side_sees_the_flag(
    alice: Member, bob: Member, conversation: str
) -> None:
    say(alice, conversation)
    sent = say(alice, conversation, "look at www.example.org")

    (_, seen) = history(bob, conversation)

    assert flags_of(conversation, 2) == {"link"}
    assert seen == sent
    assert "flag" not in str(sent)
    assert flags_of(conversation, 1) == set()


def test_who_has_been_here_for_a_while_may_write_what_a_newcomer_may_not(
    alice: Member, conversation: str
) -> None:
    been_here(alice, days=31)

    answer = post(alice, conversation, MONEY)

    assert answer.status_code == 201
    assert flags_of(conversation, 1) == {"payment_handle"}


def test_a_message_that_was_sent_is_answered_so_even_if_its_words_would_be_refused_now(
    alice: Member, conversation: str
) -> None:
    been_here(alice, days=31)
    first = post(alice, conversation, MONEY, client_id="the-same-id")
    been_here(alice, days=0)

    again = post(alice, conversation, MONEY, client_id="the-same-id")

    assert (again.status_code, again.json()) == (201, first.json())


def conversations(member: Member, join: Any, count: int) -> list[str]:
    return [match(member, join("stranger")) for _ in range(count)]


def test_the_same_opening_to_many_strangers_is_flagged_and_then_refused(
    alice: Member, join: Any
) -> None:
    talks = conversations(alice, join, 6)

    answers = [post(alice, talk, f"{OPENING} {'!' * n}") for n, talk in enumerate(talks[:5])]
    other = post(alice, talks[5], "What a view that must have been, up there in the mountains!")

    assert [answer.status_code for answer in answers] == [201, 201, 201, 201, 422]
    assert [bool(flags_of(talk, 1)) for talk in talks[:4]] == [False, False, True, True]
    assert answers[4].json()["rules"] == ["repeated_opening"]
    assert other.status_code == 201


def test_only_the_first_message_to_somebody_counts_as_an_opening(
    alice: Member, conversation: str
) -> None:
    been_here(alice, days=31)
    for _ in range(3):
        say(alice, conversation, OPENING)

    assert len(Openings.get(alice.user_id).marks) == 1
    assert [flags_of(conversation, seq) for seq in (1, 2, 3)] == [set()] * 3


def test_openings_are_forgotten_after_a_week(alice: Member, join: Any, stack: Stack) -> None:
    talks = conversations(alice, join, 6)
    for talk in talks[:4]:
        assert post(alice, talk, OPENING).status_code == 201

    stack.clock.advance(timedelta(days=7, seconds=1).total_seconds())
    alice.come_back()

    assert post(alice, talks[4], OPENING).status_code == 201
    assert flags_of(talks[4], 1) == set()


def test_a_short_opening_is_not_even_kept(alice: Member, conversation: str) -> None:
    say(alice, conversation, "hi, how are you?")

    with pytest.raises(Openings.DoesNotExist):
        Openings.get(alice.user_id)


def test_openings_at_the_same_moment_are_all_counted(alice: Member, join: Any) -> None:
    talks = conversations(alice, join, 4)

    answers = at_once(*[lambda talk=talk: post(alice, talk, OPENING) for talk in talks])  # type: ignore[misc]

    assert [answer.status_code for answer in answers] == [201] * 4
    assert len(Openings.get(alice.user_id, consistent_read=True).marks) == 4
    assert sum(bool(flags_of(talk, 1)) for talk in talks) == 2
