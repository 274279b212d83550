"""Coming back: everything a device missed, in order, in pages it can take."""

import json
from collections.abc import Iterator
from typing import Any

from chalicelib import accounts, messaging
from chalicelib.core import clock, db, ids
from chalicelib.messaging.models import Conversation, Inbox, Message
from tests.messaging.test_sending import ask_nothing
from tests.people import Member, Socket, match, say

PAGE_BYTES = 96 * 1024


class Device:
    """An app that keeps what it was told, and knows how far that goes."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket
        self.known: dict[str, int] = {}
        self.messages: dict[str, list[dict[str, Any]]] = {}
        self.pages: list[dict[str, Any]] = []

    def sync(self) -> None:
        """Ask until there is no more, as an app does."""
        cursor = None
        while True:
            page = self.socket.do("sync", {"since": self.known, "cursor": cursor})
            self.pages.append(page)
            for missed in page["conversations"]:
                self._take(missed)
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def _take(self, missed: dict[str, Any]) -> None:
        conversation = missed["conversation"]["conversation_id"]
        self.messages.setdefault(conversation, []).extend(missed["messages"])
        if missed["messages"]:
            self.known[conversation] = missed["messages"][-1]["seq"]

    def seqs(self, conversation: str) -> list[int]:
        return [message["seq"] for message in self.messages.get(conversation, [])]


def conversations_of(member: Member, count: int) -> Iterator[str]:
    """So many conversations, with others who never say a word."""
    for _ in range(count):
        other_id = somebody()
        with db.transaction() as tx:
            conversation_id = messaging.open_conversation(
                tx, member.user_id, other_id, at=clock.now()
            )
        yield conversation_id


def somebody() -> str:
    """The id of a member who never signs in."""
    user_id, at = ids.new("usr"), clock.now()
    db.put(
        accounts.Member(
            user_id,
            email=f"{user_id}@example.com",
            password_hash="none",
            birthdate=at.date(),
            roles={"member"},
            created_at=at,
        )
    )
    return user_id


def test_a_device_that_was_away_misses_nothing(
    alice: Member, bob: Member, conversation: str, join: Any
) -> None:
    ask_nothing(alice, bob)
    carol = join("carol")
    other = match(alice, carol)
    known = [say(bob, conversation, "before")]
    device = Device(alice.socket())
    device.known = {conversation: 1, other: 0}

    missed = [say(bob, conversation), say(alice, conversation), say(bob, conversation)]
    from_carol = [say(carol, other)]
    device.sync()

    assert device.messages == {conversation: missed, other: from_carol}
    assert known[0] not in device.messages[conversation]
    (page,) = device.pages
    summaries = {each["conversation"]["conversation_id"]: each for each in page["conversations"]}
    assert all(each["complete"] for each in summaries.values())
    assert summaries[conversation]["conversation"]["unread"] == 1
    assert summaries[other]["conversation"]["seq"] == 1
    device.sync()
    assert device.messages[conversation] == missed


def test_large_messages_come_in_pages_that_a_socket_can_carry(
    alice: Member, bob: Member, conversation: str, join: Any
) -> None:
    ask_nothing(alice, bob)
    carol = join("carol")
    ask_nothing(carol)
    other = match(alice, carol)
    texts = ["🦊" * 4000, '"\\\n' * 1300, "x" * 4000]
    for number in range(15):
        say(bob, conversation, texts[number % 3])
        say(carol, other, texts[(number + 1) % 3])
    device = Device(alice.socket())
    device.known = {conversation: 0, other: 3}

    device.sync()

    assert device.seqs(conversation) == list(range(1, 16))
    assert device.seqs(other) == list(range(4, 16))
    assert len(device.pages) > 2
    for page in device.pages:
        assert len(json.dumps(page, ensure_ascii=False).encode()) <= PAGE_BYTES
    incomplete = [
        missed for page in device.pages for missed in page["conversations"]
        if not missed["complete"]
    ]  # fmt: skip
    assert incomplete


def test_many_messages_of_one_conversation_come_in_order(
    alice: Member, bob: Member, conversation: str
) -> None:
    ask_nothing(alice, bob)
    for number in range(110):
        say(alice if number % 2 else bob, conversation, f"message {number}")
    device = Device(alice.socket())
    device.known = {conversation: 4}

    device.sync()

    assert device.seqs(conversation) == list(range(5, 111))


def test_more_conversations_than_a_page_holds_all_come(alice: Member) -> None:
    known = {}
    for conversation in list(conversations_of(alice, 23)):
        say(alice, conversation)
        known[conversation] = 0
    device = Device(alice.socket())
    device.known = dict(known)

    device.sync()

    assert {conversation: device.seqs(conversation) for conversation in known} == {
        conversation: [1] for conversation in known
    }
    assert len(device.pages) == 2


def test_a_conversation_that_a_device_does_not_know_comes_without_its_messages(
    alice: Member, bob: Member, conversation: str
) -> None:
    sent = say(bob, conversation)
    device = Device(alice.socket())

    device.sync()

    (missed,) = device.pages[0]["conversations"]
    assert missed["conversation"]["conversation_id"] == conversation
    assert missed["conversation"]["seq"] == sent["seq"]
    assert (missed["messages"], missed["complete"]) == ([], True)


def test_a_deleted_message_comes_without_its_body(
    alice: Member, bob: Member, conversation: str
) -> None:
    sent = say(bob, conversation, "a secret")
    bob.delete(f"/v1/messages/{sent['message_id']}")
    device = Device(alice.socket())
    device.known = {conversation: 0}

    device.sync()

    (message,) = device.messages[conversation]
    assert (message["seq"], message["body"]) == (1, None)


def test_a_closed_conversation_is_not_synced(alice: Member, bob: Member, conversation: str) -> None:
    say(bob, conversation)
    Conversation(conversation).update(actions=[Conversation.open.set(False)])
    device = Device(alice.socket())
    device.known = {conversation: 0}

    device.sync()

    assert device.messages == {}


def test_a_seq_from_the_future_brings_nothing(
    alice: Member, bob: Member, conversation: str
) -> None:
    say(bob, conversation)
    device = Device(alice.socket())
    device.known = {conversation: 1000}

    device.sync()

    assert device.messages == {conversation: []}


def test_conversations_of_others_bring_nothing(
    alice: Member, bob: Member, conversation: str, join: Any
) -> None:
    say(bob, conversation)
    stranger = join("carol").socket()

    page = stranger.do("sync", {"since": {conversation: 0}})

    assert (page["conversations"], page["next_cursor"]) == ([], None)


def test_a_cursor_of_one_members_sync_is_of_no_use_to_another(
    alice: Member, bob: Member, conversation: str
) -> None:
    ask_nothing(bob)
    for _ in range(10):
        say(alice, conversation, "🦊" * 4000)
    hers, his = alice.socket(), bob.socket()
    cursor = his.do("sync", {"since": {conversation: 0}})["next_cursor"]
    assert cursor is not None

    refused = hers.ask("sync", {"since": {}, "cursor": cursor})

    assert refused["error"]["code"] == "invalid_cursor"


def test_a_device_that_was_away_hears_which_bodies_to_hide(
    alice: Member, bob: Member, conversation: str
) -> None:
    device = alice.socket()
    kept = [say(bob, conversation, text) for text in ("first", "second", "third")]
    synced_at = device.do("sync", {"since": {conversation: 3}})["synced_at"]
    device.close()
    alice.stack.clock.advance(280)
    assert bob.delete(f"/v1/messages/{kept[0]['message_id']}").status_code == 204
    alice.stack.settle()

    again = alice.socket()
    (missed,) = again.do("sync", {"since": {conversation: 3}, "synced_at": synced_at})[
        "conversations"
    ]
    assert (missed["deleted_seqs"], missed["messages"]) == ([1], [])

    alice.stack.clock.advance(310)
    synced_at = again.do("sync", {"since": {conversation: 3}})["synced_at"]
    (told,) = again.do("sync", {"since": {conversation: 3}, "synced_at": synced_at})[
        "conversations"
    ]
    assert told["deleted_seqs"] == []


def test_many_deletions_never_make_a_page_too_large_for_a_socket(
    alice: Member, bob: Member, join: Any
) -> None:
    ask_nothing(alice, bob)
    device = alice.socket()
    synced_at = device.do("sync")["synced_at"]
    others = [bob, join("carol"), join("dave")]
    conversations = [match(alice, other) for other in others]
    for conversation in conversations:
        _fill_with_deleted(conversation, alice.user_id, 1000)

    pages, cursor = [], None
    while True:
        wanted = {
            "synced_at": synced_at,
            "cursor": cursor,
            "since": dict.fromkeys(conversations, 980),
        }
        pages.append(device.do("sync", wanted))
        cursor = pages[-1]["next_cursor"]
        if cursor is None:
            break

    told = [missed for page in pages for missed in page["conversations"]]
    assert all(len(json.dumps(page).encode()) <= PAGE_BYTES for page in pages)
    assert {each["conversation"]["conversation_id"] for each in told} == set(conversations)
    assert all(len(each["deleted_seqs"]) == 1000 for each in told)


def _fill_with_deleted(conversation_id: str, sender_id: str, count: int) -> None:
    at = clock.now()
    with Message.batch_write() as batch:
        for seq in range(1, count + 1):
            batch.save(
                Message(
                    conversation_id,
                    seq,
                    sender_id=sender_id,
                    client_message_id=f"deleted-{seq}",
                    credits=0,
                    sent_at=at,
                    deleted_at=at,
                )
            )
    db.update(Conversation(conversation_id), Conversation.seq.set(count))
    for member in ids.members_of(conversation_id):
        db.update(Inbox(member, conversation_id), Inbox.deleted_at.set(at))
