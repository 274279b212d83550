"""Registering, verifying, opening sockets, liking, matching."""

from infra.demo.devices import Device, Town, eventually
from infra.demo.scene import Pair, Scene
from infra.demo.telling import must, must_be
from infra.demo.wires import Wire, refused_handshake

SIGNUP_CREDITS = 50


def play(scene: Scene) -> None:
    """Two strangers become a match."""
    alice, bob = _join(scene, "Alice"), _join(scene, "Bob")
    wires = _open_socket(scene, alice), _open_socket(scene, bob)
    scene.pairs.append(_match(scene, alice, bob, wires))


def _join(scene: Scene, name: str) -> Device:
    device = scene.town.join(name)
    scene.tell.saw(f"{name} registered and typed the code from the mail: {device.user_id}")
    welcomed(device)
    scene.tell.saw(f"{name} was given {SIGNUP_CREDITS} credits, once")
    return device


def _open_socket(scene: Scene, device: Device) -> Wire:
    ticket = device.post("/v1/realtime/tickets")
    wire = Wire(device.owner, ticket["url"])
    hello = wire.hears("hello", user_id=device.user_id)
    seconds = hello["heartbeat_seconds"]
    scene.tell.saw(f"{device.owner}'s socket says hello, and asks for a sign every {seconds} s")
    status = refused_handshake(ticket["url"])
    must_be("what a used ticket gets", status, 401)
    return wire


def _match(scene: Scene, alice: Device, bob: Device, wires: tuple[Wire, Wire]) -> Pair:
    liked = alice.post("/v1/likes", {"user_id": bob.user_id})
    must_be("the match after one like", liked["match_id"], None)
    received = bob.get("/v1/likes")
    must_be("how many likes wait for Bob", received["count"], 1)
    must_be("the faces that Bob sees for nothing", received["items"], [])
    scene.tell.saw("Alice likes Bob; he sees that somebody does, and there is no match yet")

    conversation_id = like_back(bob, alice)
    for wire, other in zip(wires, (bob, alice), strict=True):
        told = wire.hears("match.created")["match"]
        must_be(f"whom {wire.owner} matched", told["user_id"], other.user_id)
        must_be(f"the conversation {wire.owner} got", told["conversation_id"], conversation_id)
    matches = alice.get("/v1/matches")["items"]
    must_be("Alice's matches", [match["user_id"] for match in matches], [bob.user_id])
    scene.tell.saw(f"Bob likes Alice: both hear match.created, conversation {conversation_id}")
    return Pair(alice, bob, conversation_id, *wires)


def pair(town: Town, one_name: str, other_name: str) -> Pair:
    """Two more members who matched, without a word."""
    one, other = town.join(one_name), town.join(other_name)
    one.post("/v1/likes", {"user_id": other.user_id})
    conversation_id = like_back(other, one)
    for device in (one, other):
        welcomed(device)
    return Pair(one, other, conversation_id, one.connect(), other.connect())


def welcomed(device: Device) -> None:
    """Wait for the sign-up credits."""
    eventually(
        f"{device.owner}'s balance", lambda: device.credits, lambda seen: seen == SIGNUP_CREDITS
    )
    entries = device.get("/v1/wallet/entries")["items"]
    must_be("the entries of a new wallet", [entry["kind"] for entry in entries], ["grant"])


def like_back(one: Device, other: Device) -> str:
    """Answer a like; the conversation's id."""
    liked = one.post("/v1/likes", {"user_id": other.user_id})
    must(bool(liked["match_id"]), f"{one.owner} liked {other.owner} back, and there is no match")
    conversation_id: str = liked["conversation_id"]
    return conversation_id
