"""The free quota, receipts, and typing."""

from datetime import datetime

from infra.demo.scene import Pair, Scene
from infra.demo.telling import must, must_be

FREE = 3


def play(scene: Scene) -> None:
    """Three messages that cost nothing."""
    pair = scene.lovers
    quote = pair.one.get(f"{pair.path}/quote")
    must_be("the first quote", (quote["credits"], quote["free_left"]), (0, FREE))
    scene.tell.saw(f"the first message is quoted at 0 credits, {FREE} are free")

    _type_and_send(scene, pair)
    _receipts(scene, pair)
    for number in range(2, FREE + 1):
        sent = pair.one_wire.do("message.send", **pair.draft(f"free {number}"))
        must_be("its seq and price", (sent["seq"], sent["credits"]), (number, 0))
        pair.other_wire.hears("message.created", seq=number)
    must_be("Alice's balance", pair.one.credits, 50)
    scene.tell.saw(f"{FREE} messages were free, numbered 1 to {FREE}")


def _type_and_send(scene: Scene, pair: Pair) -> None:
    pair.one_wire.do("typing.start", conversation_id=pair.conversation_id)
    typing = pair.other_wire.hears("typing.updated", user_id=pair.one.user_id)
    until = datetime.fromisoformat(typing["until"])
    scene.tell.saw(f"Bob sees Alice typing until {until:%H:%M:%S}")

    sent = pair.one_wire.do("message.send", **pair.draft("hello Bob"))
    told = pair.other_wire.hears("message.created", body="hello Bob")["message"]
    must_be("the message as Bob hears it", told, sent)
    must(datetime.fromisoformat(sent["sent_at"]) < until, "it came after the typing was over")
    scene.tell.saw("her message reaches him as she sent it, and ends the typing")

    pair.one_wire.do("typing.start", conversation_id=pair.conversation_id)
    pair.one_wire.do("typing.stop", conversation_id=pair.conversation_id)
    pair.other_wire.hears("typing.updated", until=None)
    scene.tell.saw("typing that comes to nothing is ended by typing.stop")


def _receipts(scene: Scene, pair: Pair) -> None:
    receipt = {"conversation_id": pair.conversation_id, "seq": 1}
    pair.other_wire.do("message.delivered", **receipt)
    pair.one_wire.hears("receipt.updated", delivered_seq=1, read_seq=0)
    scene.tell.saw("Alice hears that it was delivered")
    pair.other_wire.do("message.read", **receipt)
    pair.one_wire.hears("receipt.updated", delivered_seq=1, read_seq=1)
    scene.tell.saw("and that it was read")
    problem = pair.other_wire.refused("message.read", "no_such_seq", **receipt | {"seq": 99})
    must_be("its status", problem["status"], 422)
    pair.other_wire.refused("message.sing", "unknown_action")
    scene.tell.saw("a receipt for what was never sent is refused, and so is an action nobody knows")
