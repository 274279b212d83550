"""Reading on until there are enough people for a page, within a number of reads."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from chalicelib.matching.discovery.areas import in_order, start_of
from chalicelib.matching.discovery.fitting import (
    LEVEL_MAX,
    LEVEL_OF,
    level_of,
    reach_km,
    relaxed_to_fit,
)
from chalicelib.matching.discovery.people import Person
from chalicelib.matching.discovery.ranking import Sight, ranked
from chalicelib.matching.discovery.standing import (
    ENOUGH,
    Standing,
    Stretch,
    Waiting,
    next_stretch,
    packed,
    read,
)
from chalicelib.profiles import areas_near

CELLS_FIRST, CELLS_MORE = 24, 96
"""Opened at once: at first those nearby, and many once these turned out to be empty."""

AREAS_LISTED = 48
"""No further cell is opened once so many areas are listed: the list is kept with the standing."""

ROW_READS_MAX = 4
FARTHEST = LEVEL_OF["distance"]
"""No level reaches farther than this one."""


class Town(Protocol):
    """Where the people are."""

    def populated(self, cells: Sequence[str]) -> Mapping[str, Collection[str]]:
        """For each of these cells of 4, its "<gender>#<cohort>#<shard>" with somebody in it."""

    def rows(self, stretch: Stretch) -> tuple[list[Person], bool]:
        """The first of a stretch, by ring, and whether there are more."""

    def decided(self) -> Callable[[str], bool]:
        """Whether the viewer has decided on who stands at a place on the ring."""


@dataclass(frozen=True)
class Viewer:
    """Who is looking, and on which day."""

    person: Person
    day: date
    today: int

    def sight(self, other: Person, *, is_liked: bool) -> Sight:
        """The viewer looking at somebody."""
        return Sight(self.person, other, self.today, is_liked)


class Gathering:
    """One page's reading."""

    def __init__(self, standing: Standing, viewer: Viewer, town: Town, *, reads: int) -> None:
        self.standing = standing
        self._viewer = viewer
        self._town = town
        self.reads = reads - standing.has_decisions
        self._row_reads = ROW_READS_MAX
        self._found: list[Sight] = []
        self._met = standing.met_admirers
        self._start = start_of(viewer.person.user_id, standing.lap)
        self._is_decided: Callable[[str], bool] | None = None
        self._has_opened = False

    def until(self, wanted: int) -> Standing:
        """Read until so many wait, or the reads are used up; where it stands then."""
        while self._waiting() < wanted and self._step():
            pass
        best = (Waiting(each.other.user_id, _exposure(each)) for each in ranked(self._found))
        return self.standing.but(pool=self.standing.pool + packed(best))

    def _waiting(self) -> int:
        return len(self.standing.waiting) + len(self._found)

    def _step(self) -> bool:
        """One step on; False where there is none, or no read left for it."""
        standing = self.standing
        if standing.areas:
            return self._row_reads > 0 and self._spend(self._read_rows)
        cells = self._cells()
        if standing.opened < len(cells):
            return self._spend(lambda: self._open(cells))
        self.standing = standing.but(is_through=True)
        if standing.level == LEVEL_MAX or self._has_enough():
            return False
        self.standing = self.standing.widened()
        return True

    def _spend(self, step: Callable[[], None]) -> bool:
        if self.reads <= 0:
            return False
        self.reads -= 1
        step()
        return True

    def _has_enough(self) -> bool:
        to_come = self._waiting() + len(self.standing.untried())
        return self.standing.shown + to_come >= ENOUGH

    def _open(self, cells: Sequence[str]) -> None:
        opened, standing = self.standing.opened, self.standing
        some = cells[opened : opened + (CELLS_MORE if self._has_opened else CELLS_FIRST)]
        self._has_opened = True
        populated = self._town.populated(some)
        areas: list[str] = []
        lived_in = list(standing.lived_in)
        for cell in some:
            if len(areas) >= AREAS_LISTED:
                break
            opened += 1
            entries = populated.get(cell, ())
            if standing.level == FARTHEST and self._is_looked_for(entries):
                lived_in.append(cell)
            areas += in_order(
                cell,
                entries,
                self._viewer.person,
                level=standing.level,
                day=self._viewer.day,
                week=standing.week,
            )
        self.standing = standing.but(opened=opened, areas=areas, lived_in=lived_in)

    def _read_rows(self) -> None:
        if self.standing.has_decisions and self._is_decided is None:
            self._is_decided = self._town.decided()
        self._row_reads -= 1
        rows, is_more = self._town.rows(next_stretch(self.standing, self._start))
        self.standing, looked_at = read(self.standing, self._start, rows, is_more=is_more)
        for row in looked_at:
            if self._fits(row):
                self._found.append(self._viewer.sight(row, is_liked=False))

    def _fits(self, row: Person) -> bool:
        """Whether a row is to be shown: not who was because they like the viewer."""
        if row.user_id in self._met:
            return False
        relaxed = relaxed_to_fit(self._viewer.person, row, self._viewer.day)
        if relaxed is None or level_of(relaxed) != self.standing.level:
            return False
        return self._is_decided is None or not self._is_decided(row.ring)

    def _cells(self) -> Sequence[str]:
        """Those of this level, outwards."""
        viewer, level = self._viewer.person, self.standing.level
        if level > FARTHEST:
            return self.standing.lived_in
        return areas_near(viewer.cell, reach_km(viewer.wishes, level))

    def _is_looked_for(self, entries: Collection[str]) -> bool:
        seeks = self._viewer.person.wishes.seeks
        return any(entry.partition("#")[0] in seeks for entry in entries)


def _exposure(sight: Sight) -> int:
    return round(100 * sight.other.exposure)
