"""What waits for a moderator: seen, shown, refused; and nothing else than what was seen."""

from typing import Any

from infra.demo.chapters.people import PHONE, PROFILE, tell
from infra.demo.devices import Device, address_of
from infra.demo.scene import Scene
from infra.demo.telling import must_be

HELD = "/v1/admin/held"
MORE = "Really, do call me: +49 151 98765432"


def play(scene: Scene) -> None:
    """Alice and Judy tell their phone numbers; Grace, now a moderator, looks at them."""
    alice, bob, judy = scene.lovers.one, scene.lovers.other, scene.neighbours["Judy"]
    for device in (alice, judy):
        must_be("whether it is held", tell(device, bio=PHONE)["held"], True)
    must_be("what Bob may not", bob.call("GET", HELD, status=403)["code"], "not_allowed")
    grace = _appoint(scene, "Grace")
    waiting = _look(scene, grace, [alice, judy])
    _show(scene, grace, waiting[0], bob)
    _refuse(scene, grace, waiting[1], judy)
    must_be("who still waits", grace.pages(HELD), [])


def _appoint(scene: Scene, name: str) -> Device:
    scene.stack.command("infra.staff", address_of(name), "moderator")
    device = scene.town.sign_in(name)
    must_be("her roles", device.get("/v1/me")["roles"], ["member", "moderator"])
    scene.tell.saw(f"{name} is made a moderator, by the command that operators use")
    return device


def _look(scene: Scene, grace: Device, written: list[Device]) -> list[Any]:
    waiting = grace.pages(HELD, limit=1)
    seen = [(each["user_id"], each["texts"]["bio"], each["flags"]) for each in waiting]
    must_be("who waits", seen, [(each.user_id, PHONE, ["phone"]) for each in written])
    scene.tell.saw("she sees both bios as they were written, the longest waiting first, and why")
    return waiting


def _show(scene: Scene, grace: Device, seen: Any, bob: Device) -> None:
    wanted = {"version": seen["version"], "texts": "show"}
    path, card = f"{HELD}/{seen['user_id']}", f"/v1/profiles/{seen['user_id']}"
    must_be("what Bob sees before", bob.get(card)["bio"], None)
    told = grace.post(path, wanted, status=200)
    must_be("a repetition", grace.post(path, wanted, status=200), told)
    must_be("what Bob sees then", bob.get(card)["bio"], PHONE)
    scene.tell.saw("Alice's she shows, and again, as after a lost answer: Bob sees it")


def _refuse(scene: Scene, grace: Device, seen: Any, judy: Device) -> None:
    path = f"{HELD}/{seen['user_id']}"
    tell(judy, bio=MORE)
    late = grace.post(path, {"version": seen["version"], "texts": "refuse"}, status=409)
    must_be("why", late["code"], "changed_meanwhile")
    (now,) = grace.get(HELD)["items"]
    must_be("what she sees anew", now["texts"]["bio"], MORE)
    grace.post(path, {"version": now["version"], "texts": "refuse"}, status=200)
    own = judy.get(PROFILE)
    must_be("what is left of it", (own["bio"], own["held"]), (None, False))
    scene.tell.saw("Judy's, changed meanwhile, has to be looked at anew; refused, it is gone")
