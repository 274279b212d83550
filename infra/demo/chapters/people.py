"""What members tell of themselves, and what others see of it."""

import json
from typing import Any

from infra.demo.devices import Device
from infra.demo.scene import Scene
from infra.demo.telling import must, must_be

PROFILE, PREFERENCES = "/v1/me/profile", "/v1/me/preferences"
LATITUDE, LONGITUDE = 52.519857, 13.406632
NOBODY = "not_found"
"""The refusal for whoever does not exist, and for whoever is to seem so."""

MEN = {"Bob", "Ivan", "Niaj"}
BORN, AGE_MIN = "1995", 31
BIO = "I bake bread, and walk it off."
PHONE = "Call me: +49 151 23456789"
MONEY = "Pay me a coffee first: paypal.me/alice"


def play(scene: Scene) -> None:
    """Alice and Bob tell of themselves; Grace, who knows neither, looks on."""
    alice, bob = scene.lovers.one, scene.lovers.other
    scene.neighbours["Grace"] = grace = scene.town.join("Grace")
    _tell(scene, alice, bob)
    _what_others_see(scene, alice, bob)
    _texts(scene, alice, bob)
    _wishes(scene, alice)
    _hide(scene, alice, bob, grace)


def _tell(scene: Scene, alice: Device, bob: Device) -> None:
    for device in (alice, bob):
        own = tell(
            device,
            **about(device, LATITUDE, LONGITUDE),
            languages=["de", "en"],
            prompts=[{"prompt": "a_perfect_sunday", "answer": "Bread, and then a walk."}],
        )
        must_be("the profile as it is kept", device.get(PROFILE), own)
        must_be("what is left to tell, without photos", own["completeness"], 90)
        _says_no_place(own)
        must_be("whether a place is known", own["has_place"], True)
    scene.tell.saw("Alice and Bob tell of themselves, and where they are: 90 % complete")
    scene.tell.saw("that a place is known is all that even its owner is ever told of it")


def _what_others_see(scene: Scene, alice: Device, bob: Device) -> None:
    card = bob.get(f"/v1/profiles/{alice.user_id}")
    must_be("the name and bio that Bob sees", (card["display_name"], card["bio"]), ("Alice", BIO))
    must(card["age"] >= AGE_MIN, f"she is {card['age']}")
    must(BORN not in json.dumps(card), "her year of birth can be read in it")
    _says_no_place(card)
    hidden = {"birthdate", "born", "seeks", "visibility", "held", "has_place"} & card.keys()
    must_be("what Bob is told too much", hidden, set())
    scene.tell.saw(f"Bob sees her age, {card['age']}, and neither a birth date nor a place")


def _texts(scene: Scene, alice: Device, bob: Device) -> None:
    problem = alice.call("PATCH", PROFILE, json={"bio": MONEY}, status=422)
    must_be("why", (problem["code"], problem["rules"]), ("text_refused", ["payment_handle"]))
    must_be("her bio", alice.get(PROFILE)["bio"], BIO)
    scene.tell.saw("a bio that says where to send money is refused, and names the rule")

    path = f"/v1/profiles/{alice.user_id}"
    own = tell(alice, bio=PHONE)
    must_be("her own bio, and whether it is held", (own["bio"], own["held"]), (PHONE, True))
    must_be("what Bob sees meanwhile", (bob.get(path)["bio"], bob.get(path)["prompts"]), (None, []))
    must_be("whether another is held", tell(alice, bio=BIO)["held"], False)
    must_be("what Bob sees again", bob.get(path)["bio"], BIO)
    scene.tell.saw("one with a phone number is held: only she sees it, until she takes it out")


def _wishes(scene: Scene, alice: Device) -> None:
    wanted = {"ages_min": 28, "ages_max": 40, "distance_km": 25, "languages": ["de"]}
    wishes = alice.call("PATCH", PREFERENCES, json=wanted)
    must_be("her wishes", {name: wishes[name] for name in wanted}, wanted)
    problem = alice.call("PATCH", PREFERENCES, json={"ages_max": 27}, status=422)
    must_be("why", problem["code"], "ages_swapped")
    must_be("her wishes as they are kept", alice.get(PREFERENCES), wishes)
    scene.tell.saw("Alice looks for people of 28 to 40 within 25 km; 28 to 27 is refused")


def _hide(scene: Scene, alice: Device, bob: Device, stranger: Device) -> None:
    path = f"/v1/profiles/{alice.user_id}"
    stranger.get(path)
    for visibility in ("paused", "incognito"):
        must_be("how she hides", tell(alice, visibility=visibility)["visibility"], visibility)
        must_be("what a stranger finds", stranger.call("GET", path, status=404)["code"], NOBODY)
        must_be("what her match sees", bob.get(path)["display_name"], "Alice")
    tell(alice, visibility="visible")
    must_be("what a stranger sees again", stranger.get(path)["display_name"], "Alice")
    scene.tell.saw("paused or incognito, she is there for Bob alone; then for Grace too again")


def tell(device: Device, **given: Any) -> Any:
    """Change a profile; the profile as its member then sees it."""
    return device.call("PATCH", PROFILE, json=given)


def about(device: Device, latitude: float, longitude: float) -> dict[str, Any]:
    """Enough to be found by everybody who is near."""
    return {
        "display_name": device.owner,
        "gender": "man" if device.owner in MEN else "woman",
        "seeks": ["woman", "man", "nonbinary"],
        "intent": "dating",
        "bio": BIO,
        "interests": ["baking", "hiking"],
        "place": {"latitude": latitude, "longitude": longitude},
    }


def _says_no_place(told: Any) -> None:
    said = json.dumps(told)
    for degrees in (LATITUDE, LONGITUDE):
        must(str(degrees)[:5] not in said, f"the place can be read in {said}")
