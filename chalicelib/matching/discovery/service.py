"""A page of people."""

from dataclasses import dataclass, replace
from itertools import count

from chalicelib import profiles
from chalicelib.core import clock, cursors, db
from chalicelib.core.needs import fetches, updates
from chalicelib.matching.discovery.errors import ProfileIncomplete
from chalicelib.matching.discovery.exposing import COUNTS_SHOWN, count_shown
from chalicelib.matching.discovery.gathering import Viewer
from chalicelib.matching.discovery.judging import JUDGES, Card
from chalicelib.matching.discovery.people import person_of
from chalicelib.matching.discovery.ranking import parts_of, score
from chalicelib.matching.discovery.reading import GATHERS
from chalicelib.matching.discovery.turning import Asked, turn
from chalicelib.matching.models import Search, Tally

DISCOVERS = (
    fetches("profiles", "searches", "tallies")
    + GATHERS
    + JUDGES
    + updates("searches")
    + COUNTS_SHOWN
    + profiles.MARKS_ACTIVE
    + profiles.SHOWS_PHOTOS
    + cursors.PAGES
)

COUNTING_ROUND_TRIPS = 2
"""At most."""


@dataclass(frozen=True)
class Page:
    """Cards, the best first. `knows_likers` is whether the viewer may see who likes them."""

    cards: list[Card]
    next_cursor: str | None
    knows_likers: bool


def page_of(user_id: str, *, limit: int, cursor: str | None) -> Page:
    """The people a member may meet next; where their search stands moves on.

    The same cursor gives the same page until another was asked for; without one, whoever is still
    undecided of the last page comes first. So of two devices that ask at the same moment one moves
    on, and both are told the same.

    Raises ProfileIncomplete and InvalidCursor.
    """
    scope = f"discovery/{user_id}"
    named = cursors.unseal(cursor, scope)
    after = None if named is None else int(named["version"])
    tries = count()
    return db.settle(
        lambda: _page_once(user_id, after, limit, scope, is_first_try=next(tries) == 0)
    )


def _page_once(
    user_id: str, after: int | None, limit: int, scope: str, *, is_first_try: bool
) -> Page:
    own, tally_key = profiles.profile_key(user_id), Tally.at(user_id)
    found = db.fetch(own, tally_key, Search.at(user_id))
    profile, tally, at = found[own], found[tally_key], clock.now()
    person = person_of(profile) if profile else None
    if profile is None or person is None:
        raise ProfileIncomplete()
    search = found[Search.at(user_id)] or Search(user_id)
    viewer = Viewer(person, at.date(), clock.day_of(at))
    # A row of theirs that is not where it is looked for must not keep them from their page.
    marks = is_first_try and not profiles.is_marked_active(profile)
    knows_likers = tally is not None and tally.is_unlocked(at)
    asked = Asked(viewer, profile, search, after, limit, at, marks, knows_likers)

    turned = turn(asked)

    if not turned.is_new:
        profiles.mark_active(profile)
    if turned.is_new and turned.spare >= COUNTING_ROUND_TRIPS:
        shown = [card.profile for card in turned.cards]
        count_shown(shown, week=asked.week, turn=turned.version)
    is_over = turned.standing.is_over()
    next_cursor = None if is_over else cursors.seal({"version": turned.version}, scope)
    cards = turned.cards if knows_likers else [_as_if_unliked(card) for card in turned.cards]
    return Page(_best_first(cards), next_cursor, knows_likers)


def _as_if_unliked(card: Card) -> Card:
    """The order of a page must not tell either who likes the viewer, while that is to be paid."""
    return replace(card, sight=replace(card.sight, is_liked=False))


def _best_first(cards: list[Card]) -> list[Card]:
    return sorted(cards, key=lambda card: (-score(parts_of(card.sight)), card.sight.other.ring))
