"""Who is shown to whom, why, and until when."""

from typing import Any

from infra.demo.chapters.people import about, tell
from infra.demo.devices import Device
from infra.demo.scene import Scene
from infra.demo.telling import must, must_be

Card = dict[str, Any]

DISCOVERY = "/v1/discovery"
LATITUDE, LONGITUDE = 41.1496, -8.6109
NAMES = ("Ivan", "Judy", "Mallory", "Niaj")
PAGE = 2
PAGES_MAX = 10
PARTS = {"distance", "recency", "interests", "completeness", "exposure"}


def play(scene: Scene) -> None:
    """Five people of one town look around."""
    grace = scene.neighbours["Grace"]
    _move_in(scene, grace)
    cards = _page_by_page(scene, grace)
    _why(scene, cards)
    _relaxed(scene, cards)
    _like_all(scene, scene.neighbours["Ivan"])


def _move_in(scene: Scene, grace: Device) -> None:
    problem = grace.call("GET", DISCOVERY, status=409)
    must_be("why she sees nobody", problem["code"], "profile_incomplete")
    scene.neighbours |= {name: scene.town.join(name) for name in NAMES}
    for device in scene.neighbours.values():
        tell(device, **about(device, LATITUDE, LONGITUDE))
    tell(scene.neighbours["Judy"], intent="friends")
    grace.call("PATCH", "/v1/me/preferences", json={"intents": ["dating"]})
    scene.tell.saw(f"before Grace tells of herself she sees nobody; {', '.join(NAMES)} live near")


def _page_by_page(scene: Scene, grace: Device) -> list[Card]:
    first = grace.get(DISCOVERY, limit=PAGE)
    must_be("how many are on the first page", len(first["items"]), PAGE)
    onwards = {"limit": PAGE, "cursor": first["next_cursor"]}
    second = grace.get(DISCOVERY, **onwards)
    must_be("the answer to a cursor that is used again", grace.get(DISCOVERY, **onwards), second)
    cards: list[Card] = first["items"] + second["items"]
    if second["next_cursor"]:
        cards += grace.pages(DISCOVERY, limit=PAGE, cursor=second["next_cursor"])
    must_be("whom she was shown", sorted(map(name_on, cards)), sorted(NAMES))
    scene.tell.saw(f"page by page of {PAGE} she sees each of them once; a cursor works twice")
    return cards


def _why(scene: Scene, cards: list[Card]) -> None:
    for card in cards:
        parts = {name: part for name, part in card["why"].items() if part is not None}
        must_be(f"why {name_on(card)} is shown", parts.keys(), PARTS)
        must(all(0 <= part <= 1 for part in parts.values()), f"a part is out of bounds: {parts}")
        must(parts["interests"] > 0 < parts["recency"], f"they share interests: {parts}")
        must(card["distance_km"] >= 1, "a distance is below a kilometre")
    why = ", ".join(f"{name} {cards[0]['why'][name]}" for name in sorted(PARTS))
    scene.tell.saw(f"each card says why, {name_on(cards[0])}'s: {why}")


def _relaxed(scene: Scene, cards: list[Card]) -> None:
    relaxed = {name_on(card): card["relaxed"] for card in cards}
    must_be("Judy's", relaxed.pop("Judy"), ["intent"])
    must(not any(relaxed.values()), f"others need no relaxing: {relaxed}")
    must_be("who comes last", name_on(cards[-1]), "Judy")
    scene.tell.saw("and which wish was relaxed: Judy, who seeks friends, comes last, for intent")


def _like_all(scene: Scene, ivan: Device) -> None:
    liked: list[str] = []
    for _ in range(PAGES_MAX):
        page = ivan.get(DISCOVERY)
        for card in page["items"]:
            must(name_on(card) not in liked, f"{name_on(card)} is shown once more")
            ivan.post("/v1/likes", {"user_id": card["profile"]["user_id"]})
            liked.append(name_on(card))
        if page["next_cursor"] is None:
            break
    must_be("whom Ivan was shown", {*liked}, {*scene.neighbours} - {"Ivan"})
    must_be("who is left", ivan.get(DISCOVERY)["items"], [])
    scene.tell.saw(f"Ivan likes all {len(liked)} he is shown: none is refused, or shown again")


def name_on(card: Card) -> str:
    """Who is on a card."""
    name: str = card["profile"]["display_name"]
    return name
