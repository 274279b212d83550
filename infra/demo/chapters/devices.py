"""A second device, and one that comes back."""

from infra.demo.devices import Device, eventually
from infra.demo.scene import Pair, Scene
from infra.demo.telling import must, must_be
from infra.demo.wires import Wire

MISSED = 7


def play(scene: Scene) -> None:
    """Alice's tablet, and her phone in a tunnel."""
    pair = scene.lovers
    tablet = scene.town.sign_in("Alice")
    wire = tablet.connect()
    scene.tell.saw("Alice signs in on a tablet too, and its socket says hello")
    _echo(scene, pair, wire)
    _badge(scene, pair, wire, tablet)
    _break_off(scene, pair, wire)
    _away(scene, pair)


def _echo(scene: Scene, pair: Pair, tablet: Wire) -> None:
    sent = pair.one_wire.do("message.send", **pair.draft("from my phone", quoted_credits=1))
    echo = tablet.hears("message.created", body="from my phone")["message"]
    must_be("the echo", echo, sent)
    pair.other_wire.do("message.send", **pair.draft("from Bob"))
    for wire in (pair.one_wire, tablet):
        wire.hears("message.created", body="from Bob")
    own = [each["message"]["body"] for each in pair.one_wire.has_heard("message.created")]
    must("from my phone" not in own, "the phone that sent it heard it as well")
    scene.tell.saw("what the phone sends the tablet hears, the phone has its reply")


def _badge(scene: Scene, pair: Pair, wire: Wire, tablet: Device) -> None:
    inbox = eventually(
        "the preview in Alice's inbox",
        lambda: tablet.get("/v1/conversations")["items"][0],
        lambda seen: seen["preview"] == "from Bob",
    )
    must_be("Alice's unread count", inbox["unread"], 1)
    pair.one_wire.do(
        "message.read", conversation_id=pair.conversation_id, seq=inbox["seq"], private=True
    )
    wire.hears("conversation.updated", conversation_id=pair.conversation_id, unread=0)
    scene.tell.saw("read on the phone, in private: the tablet's badge goes from 1 to 0")
    after = pair.other.get(pair.path)
    must(after["their_read_seq"] < inbox["seq"], "Bob was told what was read in private")
    scene.tell.saw("and Bob is not told")


def _break_off(scene: Scene, pair: Pair, tablet: Wire) -> None:
    tablet.do("typing.start", conversation_id=pair.conversation_id)
    tablet.close()
    pair.other_wire.hears("typing.updated", user_id=pair.one.user_id, until=None)
    scene.tell.saw("the tablet goes away in the middle of a word, and Bob sees it")


def _away(scene: Scene, pair: Pair) -> None:
    known = pair.one.get(pair.path)["seq"]
    synced_at = pair.one_wire.do("sync", since={})["synced_at"]
    pair.one_wire.close()
    sent = []
    for number in range(MISSED):
        quoted = pair.other.get(f"{pair.path}/quote")["credits"]
        draft = pair.draft(f"missed {number}", quoted_credits=quoted)
        sent.append(pair.other_wire.do("message.send", **draft))
    scene.tell.saw(f"Alice's phone is away; Bob writes {MISSED} messages")

    pair.one_wire = pair.one.connect()
    missed = synced(pair.one_wire, {pair.conversation_id: known})
    must_be("what sync brings", missed, sent)
    seqs = [message["seq"] for message in missed]
    must_be("their seqs", seqs, list(range(known + 1, known + MISSED + 1)))
    scene.tell.saw(f"back again, one sync brings {MISSED} messages in order, {seqs[0]} first")

    pair.other_wire.do("message.delete", message_id=sent[0]["message_id"])
    eventually(
        "what sync tells of deletions",
        lambda: _deleted(pair, synced_at),
        lambda seen: sent[0]["seq"] in seen,
    )
    scene.tell.saw("and tells of the one that Bob then deleted")


def _deleted(pair: Pair, synced_at: str) -> list[int]:
    """The seqs of what was deleted since then, as a device is told that knows all messages."""
    page = pair.one_wire.do("sync", since={}, synced_at=synced_at)
    return [seq for conversation in page["conversations"] for seq in conversation["deleted_seqs"]]


def synced(wire: Wire, since: dict[str, int]) -> list[dict[str, object]]:
    """Everything a device missed, page after page."""
    messages: list[dict[str, object]] = []
    wanted: dict[str, object] = {"since": since}
    while True:
        page = wire.do("sync", **wanted)
        for conversation in page["conversations"]:
            messages += conversation["messages"]
        if page["next_cursor"] is None:
            return messages
        wanted = {"since": since | _newest(messages), "cursor": page["next_cursor"]}


def _newest(messages: list[dict[str, object]]) -> dict[str, object]:
    """By conversation, the last seq of messages in their order."""
    return {str(message["conversation_id"]): message["seq"] for message in messages}
