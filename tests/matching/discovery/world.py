"""People in a place of their own: each test has a town where nobody else lives."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.matching import deeds
from tests.people import Member, match
from tests.safety.situations import block, suspend

_towns = itertools.count()
ROWS = (62.0, -62.0, 64.0, -64.0, 66.0, -66.0, 68.0, -68.0, 70.0, -70.0)
"""In the far north and the far south, where no other test lets anybody live."""
TOWNS_A_ROW = 45

Card = dict[str, Any]
Town = tuple[float, float]


def fresh_town() -> Town:
    """A latitude and a longitude far from everybody else's, and from where other tests live."""
    row, column = divmod(next(_towns), TOWNS_A_ROW)
    return ROWS[row % len(ROWS)], -176.0 + 8 * column


def dress(member: Member, town: Town, **about: Any) -> Member:
    """Give a member a profile in a town; what is not said fits everybody."""
    wishes = {
        name: about.pop(name)
        for name in ("ages_min", "ages_max", "intents", "languages_wanted", "distance_km")
        if name in about
    }
    profile = {
        "display_name": member.name,
        "gender": "woman",
        "seeks": ["woman", "man", "nonbinary"],
        "intent": "dating",
        "languages": ["en"],
        "place": {"latitude": town[0], "longitude": town[1]},
    } | about
    saved = member.patch("/v1/me/profile", profile)
    assert saved.status_code == 200, saved.text
    if "languages_wanted" in wishes:
        wishes["languages"] = wishes.pop("languages_wanted")
    saved = member.patch("/v1/me/preferences", {"ages_min": 18, "ages_max": 99} | wishes)
    assert saved.status_code == 200, saved.text
    return member


def page(member: Member, **query: Any) -> dict[str, Any]:
    """One page."""
    answer = member.get("/v1/discovery", **query)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def pages(member: Member, *, limit: int = 10) -> Iterator[list[Card]]:
    """What is left of a lap, page by page."""
    said = page(member, limit=limit)
    yield said["items"]
    while said["next_cursor"]:
        said = page(member, limit=limit, cursor=said["next_cursor"])
        yield said["items"]


def cards(member: Member, *, limit: int = 10) -> list[Card]:
    """Everybody in what is left of a lap."""
    return [card for items in pages(member, limit=limit) for card in items]


def ids_of(some: list[Card]) -> list[str]:
    """Whose cards they are."""
    return [card["profile"]["user_id"] for card in some]


def shown_to(member: Member) -> set[str]:
    """Everybody whom a member is shown, each once."""
    found = ids_of(cards(member))
    assert len(set(found)) == len(found)
    return set(found)


@dataclass(frozen=True)
class Scene:
    """Alice, who would be shown Bob, if nothing had happened."""

    alice: Member
    bob: Member
    town: Town


def unmatch(who: Member, whom: Member) -> None:
    """Match, and end it."""
    match(who, whom)
    deeds.unmatch(who, deeds.matches(who)[0]["match_id"])


NEVER: dict[str, Callable[[Scene], Any]] = {
    "she blocks him": lambda scene: block(scene.alice, scene.bob),
    "he blocks her": lambda scene: block(scene.bob, scene.alice),
    "she likes him": lambda scene: deeds.like(scene.alice, scene.bob.user_id),
    "she passed on him": lambda scene: deeds.pass_on(scene.alice, scene.bob.user_id),
    "they matched": lambda scene: match(scene.alice, scene.bob),
    "she ended it": lambda scene: unmatch(scene.alice, scene.bob),
    "he ended it": lambda scene: unmatch(scene.bob, scene.alice),
    "he is suspended": lambda scene: suspend(scene.bob),
    "he pauses": lambda scene: dress(scene.bob, scene.town, visibility="paused"),
    "he is incognito": lambda scene: dress(scene.bob, scene.town, visibility="incognito"),
    "he moved away": lambda scene: dress(scene.bob, fresh_town()),
}
"""What keeps Bob from being shown to Alice."""
