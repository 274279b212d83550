"""The stack is killed in the middle of a stream of messages, and started again on the same data."""

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, Queue
from typing import Any

from websockets.exceptions import ConnectionClosed

from infra.demo.chapters.joining import SIGNUP_CREDITS, pair
from infra.demo.chapters.money import set_price
from infra.demo.chapters.talking import FREE
from infra.demo.devices import Device, eventually
from infra.demo.scene import Pair, Scene
from infra.demo.telling import must, must_be
from infra.demo.wires import WAIT_SECONDS_MAX, Wire

Message = dict[str, Any]

COUPLES = (("Carol", "Dan"), ("Erin", "Frank"))
MESSAGES_MAX = 50
KILLED_AFTER = 60
"""How many messages, of all four members, are acknowledged before the stack dies."""


@dataclass
class Writer:
    """A member who writes one message after another, and keeps each before sending it."""

    device: Device
    wire: Wire
    couple: Pair
    kept: list[Message] = field(default_factory=list)
    answered: dict[str, Message] = field(default_factory=dict)

    def write(self, told: "Queue[str]") -> None:
        """Write until the socket dies; tells of each answer."""
        try:
            for number in range(MESSAGES_MAX):
                price = 1 if number >= FREE else 0
                draft = self.couple.draft(f"{self.device.owner} writes {number}", price)
                self.kept.append(draft)
                self.answered[draft["client_message_id"]] = self._send(draft)
                told.put(draft["client_message_id"])
        except ConnectionClosed:
            return

    def write_again(self) -> list[Message]:
        """Send everything that was kept once more, as an app does that cannot tell what arrived."""
        return [self._send(draft) for draft in self.kept]

    def _send(self, draft: Message) -> Message:
        sent: Message = self.wire.do("message.send", **draft)
        return sent


def play(scene: Scene) -> None:
    """Nothing that was acknowledged may be lost, nothing may be charged twice."""
    writers = _writers(scene)
    _write_until_killed(scene, writers)
    scene.stack.start()
    for couple in scene.pairs:
        couple.one_wire, couple.other_wire = couple.one.connect(), couple.other.connect()
    for writer in writers:
        one = writer.device is writer.couple.one
        writer.wire = writer.couple.one_wire if one else writer.couple.other_wire
    scene.tell.saw("started again on the same data: the same tokens open new sockets")

    for writer in writers:
        _nothing_is_lost(writer)
    answered = sum(len(writer.answered) for writer in writers)
    scene.tell.saw(f"each of the {answered} acknowledged messages is there once, at its seq")
    for writer in writers:
        _again(writer)
    scene.tell.saw("all sent again with their ids: the same answers, and the rest arrives now")
    for writer in writers:
        _charged_once(writer)
    scene.tell.saw("every message stands once in its conversation, and once in its sender's wallet")
    for couple in scene.pairs[1:]:
        _inbox_caught_up(couple)
    scene.tell.saw("what streams and queues had not yet done is done: the inboxes are up to date")


def _writers(scene: Scene) -> list[Writer]:
    writers = []
    for names in COUPLES:
        couple = pair(scene.town, *names)
        scene.pairs.append(couple)
        for device in (couple.one, couple.other):
            set_price(device, 1)
        writers.append(Writer(couple.one, couple.one_wire, couple))
        writers.append(Writer(couple.other, couple.other_wire, couple))
    scene.tell.saw("Carol and Dan, and Erin and Frank, join and match")
    return writers


def _write_until_killed(scene: Scene, writers: list[Writer]) -> None:
    told: Queue[str] = Queue()
    with ThreadPoolExecutor(len(writers)) as threads:
        writing = [threads.submit(writer.write, told) for writer in writers]
        try:
            _wait_for(told, writing)
        finally:
            scene.stack.kill()
    for each in writing:
        each.result()
    answered, kept = (sum(map(len, (getattr(w, n) for w in writers))) for n in ("answered", "kept"))
    must(answered < kept, "the stack died when nothing was underway")
    scene.tell.saw(f"kill -9: {answered} messages were acknowledged, {kept - answered} were not")


def _wait_for(told: "Queue[str]", writing: list["Future[None]"]) -> None:
    """Wait until enough messages are acknowledged, or somebody fails to write."""
    for number in range(KILLED_AFTER):
        try:
            told.get(timeout=WAIT_SECONDS_MAX)
        except Empty:
            failures = [each.exception() for each in writing if each.done()]
            must(False, f"only {number} messages were acknowledged: {failures}")


def _nothing_is_lost(writer: Writer) -> None:
    found = _history(writer)
    for client_id, message in writer.answered.items():
        must_be(f"what was kept of {client_id}", found.get(client_id), [message])


def _again(writer: Writer) -> None:
    for draft, sent in zip(writer.kept, writer.write_again(), strict=True):
        client_id = draft["client_message_id"]
        must_be(f"the answer to {client_id} again", sent, writer.answered.get(client_id, sent))


def _charged_once(writer: Writer) -> None:
    history = _history(writer)
    ids = [draft["client_message_id"] for draft in writer.kept]
    must_be("how often each message is there", [len(history[each]) for each in ids], [1] * len(ids))

    entries = writer.device.pages("/v1/wallet/entries")
    charged = Counter(entry["reference"] for entry in entries if entry["kind"] == "message")
    paid = Counter(
        message["message_id"] for each in ids for message in history[each] if message["credits"]
    )
    must_be(f"what {writer.device.owner} was charged for", charged, paid)
    left = SIGNUP_CREDITS - len(paid)
    must_be(f"{writer.device.owner}'s balance", writer.device.credits, left)


def _inbox_caught_up(couple: Pair) -> None:
    newest = couple.one.get(f"{couple.path}/messages", limit=1)["items"][0]
    for device in (couple.one, couple.other):
        eventually(
            f"the preview in {device.owner}'s inbox",
            lambda device=device: device.get("/v1/conversations")["items"][0]["preview"],  # type: ignore[misc]
            lambda preview: preview == newest["body"],
        )


def _history(writer: Writer) -> dict[str, list[Message]]:
    """The whole conversation by client id, provided that its seqs have no gap."""
    messages = writer.device.pages(f"{writer.couple.path}/messages", since=0)
    seqs = [message["seq"] for message in messages]
    must_be("the seqs of the conversation", seqs, list(range(1, len(seqs) + 1)))
    found: dict[str, list[Message]] = {}
    for message in messages:
        found.setdefault(message["client_message_id"], []).append(message)
    return found
