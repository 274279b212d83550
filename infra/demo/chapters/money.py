"""Charges, retries, prices that change, refunds, and running out of credits."""

from typing import Any

from infra.demo.devices import Device
from infra.demo.scene import Pair, Scene
from infra.demo.telling import must_be


def play(scene: Scene) -> None:
    """From the first paid message to the last credit."""
    pair = scene.lovers
    _pay(scene, pair)
    _price_changes(scene, pair)
    _delete(scene, pair)
    _run_out(scene, pair)


def _pay(scene: Scene, pair: Pair) -> None:
    quote = pair.one.get(f"{pair.path}/quote")
    must_be("the quote", (quote["credits"], quote["free_left"]), (5, 0))
    draft = pair.draft("now I pay", quoted_credits=5)
    sent = pair.one_wire.do("message.send", **draft)
    must_be("its price", sent["credits"], 5)
    pair.one_wire.hears("wallet.updated", kind="message", available_credits=45)
    scene.tell.saw("the fourth message costs 5 credits; wallet.updated says 45 are left")

    must_be("the answer to a retry", pair.one_wire.do("message.send", **draft), sent)
    body = {name: draft[name] for name in draft if name != "conversation_id"}
    again = pair.one.post(f"{pair.path}/messages", body)
    must_be("the answer to a retry over HTTP", again, sent)
    must_be("Alice's balance", pair.one.credits, 45)
    paid = [entry["amount_credits"] for entry in _entries(pair.one, "message")]
    must_be("her payments", paid, [-5])
    scene.tell.saw("sent again with the same id, by socket and by HTTP: same answer, no charge")

    altered = draft | {"body": "something else"}
    pair.one_wire.refused("message.send", "idempotency_conflict", **altered)
    scene.tell.saw("the same id with another body is refused: idempotency_conflict")


def _price_changes(scene: Scene, pair: Pair) -> None:
    set_price(pair.other, 8)
    draft = pair.draft("at the new price", quoted_credits=5)
    problem = pair.one_wire.refused("message.send", "price_changed", **draft)
    must_be("the price it names", problem["price_credits"], 8)
    must_be("Alice's balance", pair.one.credits, 45)
    scene.tell.saw("Bob asks 8 now: the message quoted at 5 is refused, nothing was charged")

    sent = pair.one_wire.do("message.send", **draft | {"quoted_credits": 8})
    must_be("its price", sent["credits"], 8)
    pair.one_wire.hears("wallet.updated", available_credits=37)
    scene.tell.saw("quoted anew, the same message goes for 8; 37 are left")


def _delete(scene: Scene, pair: Pair) -> None:
    sent = pair.other_wire.hears("message.created", body="at the new price")["message"]
    deleted = pair.one_wire.do("message.delete", message_id=sent["message_id"])
    must_be("what is left of it", (deleted["body"], deleted["seq"]), (None, sent["seq"]))
    pair.other_wire.hears("message.deleted", message_id=sent["message_id"])
    pair.one_wire.hears("wallet.updated", kind="refund", available_credits=45)
    scene.tell.saw("deleted before Bob read it: hidden on both sides, and the 8 credits return")

    sent = pair.one_wire.do("message.send", **pair.draft("once more", quoted_credits=8))
    pair.one_wire.hears("wallet.updated", kind="message", available_credits=37)
    pair.one.call("DELETE", f"/v1/messages/{sent['message_id']}", status=204)
    pair.one_wire.hears("wallet.updated", kind="refund", available_credits=45)
    scene.tell.saw("and the same over HTTP")

    paid = pair.other_wire.hears("message.created", body="now I pay")["message"]
    pair.other_wire.do(
        "message.read", conversation_id=pair.conversation_id, seq=paid["seq"], private=False
    )
    pair.one_wire.hears("receipt.updated", read_seq=paid["seq"])
    pair.one_wire.do("message.delete", message_id=paid["message_id"])
    pair.other_wire.hears("message.deleted", message_id=paid["message_id"])
    must_be("Alice's balance", pair.one.credits, 45)
    scene.tell.saw("one that he has read can be deleted too, but stays paid")


def _run_out(scene: Scene, pair: Pair) -> None:
    set_price(pair.other, 20)
    for left in (25, 5):
        pair.one_wire.do("message.send", **pair.draft("dear", quoted_credits=20))
        pair.one_wire.hears("wallet.updated", available_credits=left)
    draft = pair.draft("too dear", quoted_credits=20)
    problem = pair.one_wire.refused("message.send", "insufficient_credits", **draft)
    facts = problem["status"], problem["needed_credits"], problem["available_credits"]
    must_be("status, needed and available", facts, (402, 20, 5))
    del draft["conversation_id"]
    pair.one.post(f"{pair.path}/messages", draft, status=402)
    must_be("Alice's balance", pair.one.credits, 5)
    scene.tell.saw("with 5 credits left, a message for 20 is 402 insufficient_credits")

    for device in (pair.one, pair.other):
        set_price(device, 1)


def set_price(device: Device, message_credits: int) -> None:
    """What a message to this member costs from now on."""
    prices = {"message_credits": message_credits, "call_minute_credits": 20}
    seen = device.call("PUT", "/v1/me/prices", json=prices)
    must_be("the price as it was taken", seen["message_credits"], message_credits)
    must_be("the price as it is kept", device.get("/v1/wallet/prices"), seen)


def _entries(device: Device, kind: str) -> list[Any]:
    """A member's journal lines of one kind, newest first."""
    entries = device.pages("/v1/wallet/entries")
    return [entry for entry in entries if entry["kind"] == kind]
