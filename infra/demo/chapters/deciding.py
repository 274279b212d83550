"""Passing and thinking again, super likes, likes received, and the end of a match."""

from datetime import datetime, timedelta

from infra.demo.chapters.discovering import DISCOVERY, Card, name_on
from infra.demo.chapters.joining import like_back
from infra.demo.chapters.people import NOBODY
from infra.demo.devices import Device, eventually
from infra.demo.scene import Pair, Scene
from infra.demo.telling import must, must_be

SUPER_CREDITS, UNLOCK_CREDITS = 10, 30
PASS_DAYS = 30


def play(scene: Scene) -> None:
    """Neighbours decide on each other."""
    grace = scene.neighbours["Grace"]
    ivan, judy, niaj = (scene.neighbours[name] for name in ("Ivan", "Judy", "Niaj"))
    _pass(scene, judy)
    _superlike(scene, grace, niaj)
    _who_likes_her(scene, grace, ivan)
    couple = _match(scene, grace, ivan)
    _unmatch(scene, couple)
    couple.close()


def _pass(scene: Scene, judy: Device) -> None:
    card = _first_cards(judy)[0]
    wanted = {"user_id": card["profile"]["user_id"]}
    passed = judy.post("/v1/passes", wanted)
    at, until = (datetime.fromisoformat(passed[name]) for name in ("passed_at", "comes_back_at"))
    must_be("how long a pass counts", until - at, timedelta(days=PASS_DAYS))
    must_be("whose pass is taken back", judy.post("/v1/rewind", status=200), wanted)
    problem = judy.post("/v1/rewind", status=409)
    must_be("why there is no more", problem["code"], "nothing_to_rewind")
    must(card in _first_cards(judy), f"{name_on(card)} does not come back")
    scene.tell.saw(f"Judy passes on {name_on(card)} and takes it back, once: the card is there")

    judy.post("/v1/passes", wanted)
    left = map(name_on, judy.get(DISCOVERY)["items"])
    must(name_on(card) not in left, f"{name_on(card)} is still shown")
    scene.tell.saw(f"passed on for good, it is gone for {PASS_DAYS} days")


def _superlike(scene: Scene, grace: Device, niaj: Device) -> None:
    wanted = {"user_id": niaj.user_id, "super": True}
    before = _settled(grace)
    problem = grace.post("/v1/likes", wanted | {"quoted_credits": 1}, status=409)
    facts = problem["code"], problem["price_credits"]
    must_be("why, and the price", facts, ("price_changed", SUPER_CREDITS))
    liked = grace.post("/v1/likes", wanted | {"quoted_credits": SUPER_CREDITS})
    must_be("whether it is a super like", liked["super"], True)
    again = grace.post("/v1/likes", wanted | {"quoted_credits": SUPER_CREDITS})
    must_be("the answer to a retry", again, liked)
    must_be("what is left", grace.credits, before - SUPER_CREDITS)
    scene.tell.saw(f"a super like costs the {SUPER_CREDITS} credits that were quoted, and once")


def _who_likes_her(scene: Scene, grace: Device, ivan: Device) -> None:
    received = grace.get("/v1/likes")
    must_be("what she sees for nothing", (received["count"], received["items"]), (1, []))
    must_be("the price of the faces", received["unlock_credits"], UNLOCK_CREDITS)
    before, quoted = grace.credits, {"quoted_credits": UNLOCK_CREDITS}
    unlocked = grace.post("/v1/likes/unlock", quoted, status=200)
    must_be("unlocking again", grace.post("/v1/likes/unlock", quoted, status=200), unlocked)
    must_be("what is left", grace.credits, before - UNLOCK_CREDITS)
    likers = [each["user_id"] for each in grace.get("/v1/likes")["items"]]
    must_be("who likes her", likers, [ivan.user_id])
    scene.tell.saw(f"that 1 like waits is free to know; {UNLOCK_CREDITS} credits show who: Ivan")


def _match(scene: Scene, grace: Device, ivan: Device) -> Pair:
    wires = grace.connect(), ivan.connect()
    conversation_id = like_back(grace, ivan)
    couple = Pair(grace, ivan, conversation_id, *wires)
    for wire in wires:
        wire.hears("match.created")
    couple.one_wire.do("message.send", **couple.draft("hello Ivan"))
    couple.other_wire.hears("message.created", body="hello Ivan")
    must_be("the likes that wait now", grace.get("/v1/likes")["count"], 0)
    scene.tell.saw("liked back, Ivan and Grace hear of their match, and talk")
    return couple


def _unmatch(scene: Scene, couple: Pair) -> None:
    (match,) = couple.one.get("/v1/matches")["items"]
    path = f"/v1/matches/{match['match_id']}"
    couple.other.call("DELETE", path, status=204)
    for wire in (couple.one_wire, couple.other_wire):
        wire.hears("match.ended", conversation_id=couple.conversation_id)
    couple.one.call("DELETE", path, status=204)
    scene.tell.saw("Ivan ends it: both hear match.ended, and ending it again changes nothing")

    for device, wire in ((couple.one, couple.one_wire), (couple.other, couple.other_wire)):
        must_be("the matches that are left", device.get("/v1/matches")["items"], [])
        must_be("the conversations", device.get("/v1/conversations")["items"], [])
        device.call("GET", couple.path, status=404)
        wire.refused("message.send", NOBODY, **couple.draft("still there?"))
    couple.one.post("/v1/likes", {"user_id": couple.other.user_id}, status=404)
    scene.tell.saw("their conversation is closed for both, and no new like opens it")


def _first_cards(device: Device) -> list[Card]:
    """The first page with anybody on it; the same again as long as nothing is decided."""
    cards: list[Card] = eventually("discovery", lambda: device.get(DISCOVERY)["items"], bool)
    return cards


def _settled(device: Device) -> int:
    """The member's credits, once those of the sign-up are there."""
    return eventually("the credits", lambda: device.credits, lambda seen: seen > 0)
