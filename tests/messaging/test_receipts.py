"""Receipts: watermarks that never go back, and badges that clear everywhere."""

from typing import Any

from chalicelib.messaging.models import Conversation
from tests.people import Member, Socket, at_once, chat, match, say


def seen_by(member: Member, conversation: str) -> dict[str, Any]:
    return member.get(f"/v1/conversations/{conversation}").json()


def read(socket: Socket, conversation: str, seq: int, **how: bool) -> dict[str, Any]:
    return socket.do("message.read", {"conversation_id": conversation, "seq": seq} | how)


def delivered(socket: Socket, conversation: str, seq: int) -> dict[str, Any]:
    return socket.do("message.delivered", {"conversation_id": conversation, "seq": seq})


def test_the_sender_learns_how_far_a_message_got(
    alice: Member, bob: Member, conversation: str
) -> None:
    say(alice, conversation)
    say(alice, conversation)
    hers, his = alice.socket(), bob.socket()

    delivered(his, conversation, 2)
    read(his, conversation, 1)

    told = [
        (update["user_id"], update["delivered_seq"], update["read_seq"])
        for update in hers.events("receipt.updated")
    ]
    assert told == [(bob.user_id, 2, 0), (bob.user_id, 2, 1)]
    hers_now, his_now = seen_by(alice, conversation), seen_by(bob, conversation)
    assert (hers_now["their_delivered_seq"], hers_now["their_read_seq"]) == (2, 1)
    assert (his_now["delivered_seq"], his_now["read_seq"], his_now["unread"]) == (2, 1, 1)
    assert his.events("receipt.updated") == []


def test_what_was_read_was_delivered_too(alice: Member, bob: Member, conversation: str) -> None:
    say(alice, conversation)

    read(bob.socket(), conversation, 1)

    assert seen_by(alice, conversation)["their_delivered_seq"] == 1


def test_a_watermark_never_goes_back(alice: Member, bob: Member, conversation: str) -> None:
    for _ in range(3):
        say(alice, conversation)
    hers, his, tablet = alice.socket(), bob.socket(), bob.socket()
    read(his, conversation, 3)
    for socket in (hers, tablet):
        socket.forget_events()

    for late in (1, 2, 3):
        read(his, conversation, late)
        delivered(his, conversation, late)
        read(tablet, conversation, late, private=True)

    now = seen_by(bob, conversation)
    assert (now["delivered_seq"], now["read_seq"]) == (3, 3)
    assert hers.events("receipt.updated") == []
    assert tablet.events("conversation.updated") == []


def test_receipts_of_several_devices_at_once_end_at_the_furthest(
    alice: Member, bob: Member, conversation: str
) -> None:
    for _ in range(6):
        say(alice, conversation)
    devices = [bob.socket() for _ in range(3)]

    for start in (1, 4):
        at_once(
            *(lambda device=device, seq=seq: read(device, conversation, seq)
              for seq, device in enumerate(devices, start))
        )  # fmt: skip
        now = seen_by(bob, conversation)
        assert (now["read_seq"], now["delivered_seq"]) == (start + 2, start + 2)


def test_a_badge_cleared_on_one_device_is_cleared_on_all(
    alice: Member, bob: Member, conversation: str
) -> None:
    phone, tablet, laptop = bob.socket(), bob.socket(), bob.sign_in().socket()
    for _ in range(3):
        say(alice, conversation)
    assert seen_by(bob, conversation)["unread"] == 3

    read(phone, conversation, 3)

    badge = {"conversation_id": conversation, "unread": 0, "read_seq": 3}
    assert tablet.events("conversation.updated") == [badge]
    assert laptop.events("conversation.updated") == [badge]
    assert phone.events("conversation.updated") == []
    assert seen_by(bob, conversation)["unread"] == 0
    assert bob.get("/v1/conversations").json()["items"][0]["unread"] == 0
    laptop.close()


def test_a_member_who_reads_in_private_clears_the_badge_and_tells_nobody(
    alice: Member, bob: Member, conversation: str
) -> None:
    hers, phone, tablet = alice.socket(), bob.socket(), bob.socket()
    say(alice, conversation)
    say(alice, conversation)

    read(phone, conversation, 2, private=True)

    assert tablet.events("conversation.updated")[-1]["unread"] == 0
    assert seen_by(bob, conversation)["unread"] == 0
    assert hers.events("receipt.updated") == []
    hers_now = seen_by(alice, conversation)
    assert (hers_now["their_read_seq"], hers_now["their_delivered_seq"]) == (0, 0)


def test_what_was_read_in_private_is_shown_only_by_reading_openly(
    alice: Member, bob: Member, conversation: str
) -> None:
    hers, phone = alice.socket(), bob.socket()
    for _ in range(3):
        say(alice, conversation)
    read(phone, conversation, 3, private=True)
    delivered(phone, conversation, 3)
    assert hers.events("receipt.updated")[-1]["read_seq"] == 0

    read(phone, conversation, 2)

    assert hers.events("receipt.updated")[-1]["read_seq"] == 2
    assert seen_by(alice, conversation)["their_read_seq"] == 2
    assert seen_by(bob, conversation)["read_seq"] == 3


def test_nobody_receives_what_was_not_sent(alice: Member, bob: Member, conversation: str) -> None:
    say(alice, conversation)
    his = bob.socket()

    for action in ("message.delivered", "message.read"):
        refused = his.ask(action, {"conversation_id": conversation, "seq": 2})
        assert refused["error"]["code"] == "no_such_seq"
        invalid = his.ask(action, {"conversation_id": conversation, "seq": 0})
        assert invalid["error"]["code"] == "invalid_request"

    assert seen_by(bob, conversation)["read_seq"] == 0
    assert seen_by(bob, conversation)["delivered_seq"] == 0


def test_a_receipt_can_be_repeated(alice: Member, bob: Member, conversation: str) -> None:
    say(alice, conversation)
    hers, his = alice.socket(), bob.socket()

    first, again = read(his, conversation, 1), read(his, conversation, 1)

    assert first == again
    assert len(hers.events("receipt.updated")) == 1


def test_reading_one_conversation_leaves_others_unread(
    alice: Member, bob: Member, conversation: str, join: Any
) -> None:
    carol = join("carol")
    other = match(carol, bob)
    say(alice, conversation)
    say(carol, other)

    read(bob.socket(), conversation, 1)

    assert seen_by(bob, other)["unread"] == 1


def test_writing_back_counts_as_having_read(alice: Member, bob: Member, conversation: str) -> None:
    chat(alice, alice, bob, conversation_id=conversation, messages=3)
    assert seen_by(bob, conversation)["unread"] == 0
    assert seen_by(alice, conversation)["unread"] == 1

    say(alice, conversation)

    assert seen_by(alice, conversation)["unread"] == 0
    assert seen_by(bob, conversation)["unread"] == 1
    kept = Conversation.get(conversation)
    assert (kept.side_of(alice.user_id).sent_seq, kept.side_of(bob.user_id).sent_seq) == (4, 3)
