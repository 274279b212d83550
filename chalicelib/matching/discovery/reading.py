"""The index of people, as discovery reads it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import cast

from pynamodb.expressions.condition import Condition

from chalicelib import profiles
from chalicelib.core import db, ids
from chalicelib.core.needs import fetches, queries, seldom
from chalicelib.matching.discovery.people import Person, person_at
from chalicelib.matching.discovery.ranking import exposure_of
from chalicelib.matching.discovery.standing import ADMIRERS_MAX, Stretch, Waiting
from chalicelib.matching.models import Liking
from chalicelib.matching.service.deciding import RECALLS, decided_by

ROWS_PER_READ = 100
GATHERS = (
    fetches("cells")
    + queries("places", "likes/received")
    + seldom("only from the second lap on", RECALLS)
)


class Index:
    """The people around a viewer, in this week. See `gathering.Town`."""

    def __init__(self, user_id: str, week: int) -> None:
        self._user_id = user_id
        self._week = week

    def populated(self, cells: Sequence[str]) -> Mapping[str, Collection[str]]:
        """What is populated in these cells of 4."""
        keys = {cell: profiles.Cell.at(cell) for cell in cells}
        found = db.fetch(eventual=keys.values())
        kept = {cell: found[key] for cell, key in keys.items()}
        return {cell: item.populated or () for cell, item in kept.items() if item is not None}

    def rows(self, stretch: Stretch) -> tuple[list[Person], bool]:
        """The first hundred of a stretch."""
        rows = profiles.Place.query(stretch.area, _within(stretch), limit=ROWS_PER_READ)
        places, after = db.page(rows)
        return [self._person(place) for place in places], after is not None

    def decided(self) -> Callable[[str], bool]:
        """The viewer's compact record of decisions."""
        return decided_by(self._user_id).has

    def _person(self, place: profiles.Place) -> Person:
        shown = int(place.shown or 0) if place.shown_week == self._week else 0
        return person_at(place, exposure=exposure_of(shown))


def _within(stretch: Stretch) -> Condition | None:
    """Between both ends, on which no row stands: they have fewer digits or were read."""
    ring = profiles.Place.ring
    if stretch.before is not None:
        return cast(Condition, ring.between(stretch.after + "0", stretch.before))
    return cast(Condition, ring > stretch.after) if stretch.after else None


def admirers_of(user_id: str) -> list[Waiting]:
    """Those whose likes wait for the viewer's answer, newest first."""
    likings = Liking.received.query(user_id, scan_index_forward=False, limit=ADMIRERS_MAX)
    return [Waiting(ids.other_of(liking.pair_id, user_id)) for liking in likings]
