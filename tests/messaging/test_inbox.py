"""The inbox: the last active first, each with its newest words."""

from itertools import permutations
from typing import Any

import pytest

from chalicelib.messaging.events import MessageChange, MessageDeleted, MessageSent
from chalicelib.messaging.models import Message
from infra.local.stack import Stack
from tests.deliveries import deliver
from tests.people import Member, match, say


def inbox(member: Member, **query: Any) -> list[dict[str, Any]]:
    return member.get("/v1/conversations", **query).json()["items"]


def row(member: Member, conversation: str) -> dict[str, Any]:
    return member.get(f"/v1/conversations/{conversation}").json()


def change(kind: type[MessageChange], message: dict[str, Any], **now: Any) -> MessageChange:
    """The event of a message as its stream record tells it; `now` says what had changed."""
    kept = Message.get(message["conversation_id"], message["seq"])
    facts = {name: getattr(kept, name) for name in MessageChange.__struct_fields__} | now
    return kind(**facts | {"seq": int(kept.seq), "credits": int(kept.credits)})


def test_a_new_match_stands_in_both_inboxes(alice: Member, bob: Member, conversation: str) -> None:
    for member, other in ((alice, bob), (bob, alice)):
        (seen,) = inbox(member)
        assert seen["conversation_id"] == conversation
        assert seen["with_user_id"] == other.user_id
        assert (seen["preview"], seen["last_sender_id"], seen["unread"]) == (None, None, 0)


def test_the_last_active_conversation_stands_first(alice: Member, join: Any, stack: Stack) -> None:
    others = [join(name) for name in ("bob", "carol", "dora")]
    conversations = []
    for other in others:
        conversations.append(match(alice, other))
        stack.clock.advance(1)
    bobs, carols, doras = conversations

    def order() -> list[str]:
        stack.settle()
        return [seen["conversation_id"] for seen in inbox(alice)]

    assert order() == [doras, carols, bobs]
    say(alice, bobs)
    stack.clock.advance(1)
    assert order() == [bobs, doras, carols]
    say(others[1], carols)
    stack.clock.advance(1)
    assert order() == [carols, bobs, doras]


def test_the_inbox_is_paged(alice: Member, join: Any, stack: Stack) -> None:
    conversations = []
    for number in range(5):
        conversations.append(match(alice, join(f"other{number}")))
        stack.clock.advance(1)

    seen, cursor = [], None
    while not seen or cursor:
        page = alice.get(
            "/v1/conversations", limit=2, **({"cursor": cursor} if cursor else {})
        ).json()
        seen += [item["conversation_id"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert seen == list(reversed(conversations))


def test_a_cursor_of_the_inbox_is_nobody_elses(alice: Member, bob: Member, join: Any) -> None:
    for name in ("carol", "dora"):
        match(alice, join(name))
    cursor = alice.get("/v1/conversations", limit=1).json()["next_cursor"]

    refused = bob.get("/v1/conversations", limit=1, cursor=cursor)

    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_cursor")


def test_both_see_the_beginning_of_the_newest_message(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    say(alice, conversation, "first")
    sent = say(bob, conversation, "x" * 90 + "end of the preview, and more of it")
    stack.settle()

    for member in (alice, bob):
        (seen,) = inbox(member)
        assert seen["preview"] == ("x" * 90 + "end of the preview")[:100]
        assert seen["last_sender_id"] == bob.user_id
        assert seen["active_at"] == sent["sent_at"]
        assert seen == row(member, conversation)


def test_a_deleted_message_is_not_previewed(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    sent = say(alice, conversation, "a secret")
    stack.settle()

    alice.delete(f"/v1/messages/{sent['message_id']}")
    stack.settle()

    for member in (alice, bob):
        assert row(member, conversation)["preview"] is None


def test_a_deleted_message_is_not_previewed_in_whatever_order_the_news_comes(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    before = say(alice, conversation, "hello")
    secret = say(alice, conversation, "a secret")
    sent = [change(MessageSent, before), change(MessageSent, secret)]
    alice.delete(f"/v1/messages/{secret['message_id']}")
    gone = change(MessageDeleted, secret)

    for order in permutations([*sent, gone]):
        for event in order:
            deliver(stack, "messaging-inbox", event)
        assert row(bob, conversation)["preview"] is None
        deliver(stack, "messaging-inbox", *order)
        assert row(bob, conversation)["preview"] is None

    stack.settle()
    assert row(bob, conversation)["preview"] is None


def test_the_first_news_of_a_deletion_hides_the_preview_for_good(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    secret = say(alice, conversation, "a secret")
    created = change(MessageSent, secret)
    alice.delete(f"/v1/messages/{secret['message_id']}")

    deliver(stack, "messaging-inbox", change(MessageDeleted, secret))
    deliver(stack, "messaging-inbox", created)

    assert row(bob, conversation)["preview"] is None
    assert row(bob, conversation)["last_sender_id"] == alice.user_id


@pytest.mark.parametrize("overtaken", [False, True])
def test_a_message_deleted_before_anybody_heard_of_it_is_never_previewed(
    alice: Member, bob: Member, conversation: str, stack: Stack, overtaken: bool
) -> None:
    secret = say(alice, conversation, "a secret")
    news = [change(MessageSent, secret)]
    alice.delete(f"/v1/messages/{secret['message_id']}")
    news.insert(0 if overtaken else 1, change(MessageDeleted, secret))

    deliver(stack, "messaging-inbox", *news)

    assert row(bob, conversation)["preview"] is None
    assert row(bob, conversation)["last_sender_id"] == alice.user_id


def test_late_news_of_an_old_message_do_not_take_the_preview_back(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    sent = [say(alice, conversation, text) for text in ("first", "second", "third")]
    events = [change(MessageSent, message) for message in sent]

    deliver(stack, "messaging-inbox", events[2])
    deliver(stack, "messaging-inbox", events[0])
    deliver(stack, "messaging-inbox", events[1], events[0])

    assert row(bob, conversation)["preview"] == "third"
    assert row(alice, conversation)["preview"] == "third"


def test_the_deletion_of_an_old_message_leaves_the_newest_preview(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    old = say(alice, conversation, "old")
    say(bob, conversation, "new")
    stack.settle()

    alice.delete(f"/v1/messages/{old['message_id']}")
    stack.settle()

    assert row(bob, conversation)["preview"] == "new"
