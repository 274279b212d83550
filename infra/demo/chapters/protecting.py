"""Reports and blocks: whoever is blocked finds exactly what they would find of nobody."""

from typing import Any

from infra.demo.chapters.discovering import DISCOVERY
from infra.demo.chapters.joining import like_back
from infra.demo.chapters.people import NOBODY
from infra.demo.devices import Device
from infra.demo.scene import Pair, Scene
from infra.demo.telling import must, must_be

MONEY = "Send it to mallory@okaxis, and I come."
NASTY = "You will be sorry."


def play(scene: Scene) -> None:
    """Judy has trouble with Mallory, and does not want to be seen by Niaj either."""
    judy, mallory, niaj = (scene.neighbours[name] for name in ("Judy", "Mallory", "Niaj"))
    judy.post("/v1/likes", {"user_id": mallory.user_id})
    conversation_id = like_back(mallory, judy)
    couple = Pair(judy, mallory, conversation_id, judy.connect(), mallory.connect())
    nasty = _write(scene, couple)
    _report(scene, couple, nasty)
    _block_a_match(scene, couple)
    likes = _block_a_stranger(scene, judy, niaj)
    _unblock(scene, couple, niaj)
    must(nasty in mallory.get(f"{couple.path}/messages")["items"], "what was said is gone")
    must_be("the likes that wait for Niaj again", niaj.get("/v1/likes")["count"], likes)
    couple.other_wire.do("message.send", **couple.draft("I am sorry"))
    couple.one_wire.hears("message.created", body="I am sorry")
    scene.tell.saw("profiles, likes and all that was said are there again, and they can write")
    couple.close()


def _write(scene: Scene, couple: Pair) -> Any:
    problem = couple.other_wire.refused("message.send", "text_refused", **couple.draft(MONEY))
    must_be("the rules that it breaks", problem["rules"], ["payment_handle"])
    sent = couple.other_wire.do("message.send", **couple.draft(NASTY))
    couple.one_wire.hears("message.created", body=NASTY)
    scene.tell.saw(
        "Mallory asks Judy for money: refused, and the rule is named; then a threat arrives"
    )
    return sent


def _report(scene: Scene, couple: Pair, nasty: Any) -> None:
    wanted = {
        "user_id": couple.other.user_id,
        "reason": "scam",
        "note": "first money, then this",
        "message_id": nasty["message_id"],
    }
    made = couple.one.post("/v1/reports", wanted)
    must_be("what it is about", made["subject"], nasty["message_id"])
    again = couple.one.post("/v1/reports", wanted | {"reason": "harassment", "note": "I am afraid"})
    must_be("a second report of the same", again, made)
    own = couple.one_wire.do("message.send", **couple.draft("stop it"))
    couple.one.post("/v1/reports", wanted | {"message_id": own["message_id"]}, status=404)
    scene.tell.saw("Judy reports it with a note, and again: one report; her own words she cannot")


def _block_a_match(scene: Scene, couple: Pair) -> None:
    judy, mallory = couple.one, couple.other
    mallory.get(f"/v1/profiles/{judy.user_id}")
    nobody_id = f"{judy.user_id[:-6]}zzzzzz"
    judy.post("/v1/blocks", {"user_id": mallory.user_id})
    found = tried(mallory, judy.user_id)
    must_be("what Mallory finds of Judy", found, tried(mallory, nobody_id))
    must_be("what Judy finds of Mallory", tried(judy, mallory.user_id), tried(judy, nobody_id))
    couple.other_wire.refused("message.send", NOBODY, **couple.draft("Judy?"))
    scene.tell.saw(f"blocked: all {len(found)} things that either tries answer as for nobody")

    for path in ("/v1/matches", "/v1/conversations"):
        must_be(f"what Mallory has in {path}", mallory.get(path)["items"], [])
    known = {couple.conversation_id: 0}
    must_be("what sync tells", couple.other_wire.do("sync", since=known)["conversations"], [])
    scene.tell.saw("matches, inbox and sync no longer know Judy")


def _block_a_stranger(scene: Scene, judy: Device, niaj: Device) -> int:
    judy.post("/v1/likes", {"user_id": niaj.user_id})
    before: int = niaj.get("/v1/likes")["count"]
    _look_for(judy, niaj)
    judy.post("/v1/blocks", {"user_id": niaj.user_id})
    must(judy.user_id not in _shown(niaj.get(DISCOVERY)), "Niaj is still shown Judy")
    must_be("the likes that wait for him", niaj.get("/v1/likes")["count"], before - 1)
    niaj.post("/v1/likes", {"user_id": judy.user_id}, status=404)
    scene.tell.saw("Niaj, blocked too, loses her card and her like, and cannot like her")
    return before


def _unblock(scene: Scene, couple: Pair, niaj: Device) -> None:
    judy = couple.one
    blocked = {each["user_id"] for each in judy.get("/v1/blocks")["items"]}
    must_be("whom Judy blocks", blocked, {couple.other.user_id, niaj.user_id})
    for user_id in blocked:
        judy.call("DELETE", f"/v1/blocks/{user_id}", status=204)
    must_be("whom she blocks then", judy.get("/v1/blocks")["items"], [])
    niaj.get(f"/v1/profiles/{judy.user_id}")
    scene.tell.saw("Judy lists those whom she blocks, and unblocks both")


def tried(device: Device, other_id: str) -> list[Any]:
    """What a member is answered who tries everything with another, who may not exist."""
    pair_id = "".join(sorted(each.removeprefix("usr_") for each in (device.user_id, other_id)))
    conversation = f"/v1/conversations/cnv_{pair_id}"
    draft = {"client_message_id": "one-last-word", "body": "Hello?", "quoted_credits": 0}
    return [
        _refused(device, "GET", f"/v1/profiles/{other_id}"),
        _refused(device, "GET", conversation),
        _refused(device, "GET", f"{conversation}/quote"),
        _refused(device, "GET", f"{conversation}/messages"),
        _refused(device, "POST", f"{conversation}/messages", json=draft),
        _refused(device, "POST", "/v1/likes", json={"user_id": other_id}),
        _refused(device, "POST", "/v1/passes", json={"user_id": other_id}),
        _refused(device, "DELETE", f"/v1/matches/mat_{pair_id}"),
    ]


def _refused(device: Device, method: str, path: str, **request: Any) -> Any:
    """What a refusal says, but for which request it answers."""
    problem = device.call(method, path, status=404, **request)
    must_be("why", problem["code"], NOBODY)
    return {name: fact for name, fact in problem.items() if name != "request_id"}


def _look_for(other: Device, viewer: Device) -> None:
    """Page on until the viewer is shown the other."""
    page = viewer.get(DISCOVERY)
    while other.user_id not in _shown(page):
        must(page["next_cursor"] is not None, f"{viewer.owner} is not shown {other.owner}")
        page = viewer.get(DISCOVERY, cursor=page["next_cursor"])


def _shown(page: Any) -> set[str]:
    """Who is on a page of discovery."""
    return {card["profile"]["user_id"] for card in page["items"]}
