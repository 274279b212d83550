"""What a page of discovery costs where many live in one cell, for new members and for old ones.

The same walk in a town of 1,000 and of 100,000: a viewer who has decided on nobody yet, and one
with 10,000 decisions who begins a later lap. Each page is asked for through the door, one after the
other; what is told is the dearest page of each walk, since the budget holds for every page.
"""

import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from chalicelib import profiles
from chalicelib.core import clock
from chalicelib.matching.discovery.standing import ENOUGH, Standing, encoded
from chalicelib.matching.models import Decision, Search
from chalicelib.matching.service.deciding import LIKED, marked
from infra.bench.filling import forget_streams
from infra.bench.results import Measure, at_least, at_most, plain
from infra.bench.world import World, world_of
from infra.demo.devices import Device
from infra.local.stack import Stack
from infra.metering import Meter, Total, total
from infra.seeding.filling import Filling, user_id_of
from infra.seeding.people import DENSE
from infra.seeding.writing import put_all

SMALL = 1000
LARGE = int(os.environ.get("BENCH_ITEMS", "100000"))
DECISIONS = 10_000
TENTH = 10
PAGES, CARDS = 30, 10
ROUND_TRIPS_MAX, READ_UNITS_MAX, P50_MILLIS_MAX = 8, 80, 150
FUNCTION = "matching-discover"


@dataclass
class Walk:
    """What the pages of one viewer cost."""

    name: str
    costs: list[Total] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    cards: list[int] = field(default_factory=list)

    def measures(self) -> Iterator[Measure]:
        """The dearest page against the budget, and how long pages take."""
        most = {name: max(getattr(each, name) for each in self.costs) for name in FIGURES}
        millis = sorted(1000 * each for each in self.seconds)
        yield at_most(f"{self.name}: round trips", most["round_trips"], "", ROUND_TRIPS_MAX)
        yield at_most(f"{self.name}: read units", most["read_units"], "", READ_UNITS_MAX)
        yield plain(f"{self.name}: read units, on average", self._mean("read_units"), "")
        yield plain(f"{self.name}: write units", most["write_units"], "")
        yield at_most(f"{self.name}: p50", statistics.median(millis), "ms", P50_MILLIS_MAX)
        yield plain(f"{self.name}: p99", millis[int(0.99 * (len(millis) - 1))], "ms")
        yield at_least(f"{self.name}: cards on a page", min(self.cards[:-1]), "", CARDS)
        yield plain(f"{self.name}: pages", len(self.cards), "")

    def _mean(self, figure: str) -> float:
        return statistics.mean(float(getattr(each, figure)) for each in self.costs)


FIGURES = ("round_trips", "read_units", "write_units")


def measure(stack: Stack) -> list[Measure]:
    """Both viewers in both towns, and that nothing was scanned."""
    meter = Meter.attach()
    walks: list[Walk] = []
    scans = 0
    with world_of(stack) as world:
        filling = Filling(is_dense=True)
        written = 0
        for size in (SMALL, LARGE):
            filling.write(range(written, size))
            written = size
            forget_streams(stack)
            fresh, old = _viewer(world, f"fresh{size}"), _viewer(world, f"old{size}")
            _decide(old.user_id, size)
            for name, viewer in (("fresh", fresh), (f"{DECISIONS:,} decisions", old)):
                walk = Walk(f"{size:,} profiles, {name}")
                scans += _walk(walk, viewer, meter)
                walks.append(walk)
    return [each for walk in walks for each in walk.measures()] + [at_most("Scans", scans, "", 0)]


def _walk(walk: Walk, viewer: Device, meter: Meter) -> int:
    """Page after page; returns how many scans were seen."""
    scans, cursor = 0, dict[str, str]()
    while len(walk.costs) < PAGES:
        with meter.watch() as calls:
            began = time.perf_counter()
            page = viewer.get("/v1/discovery", limit=CARDS, **cursor)
            walk.seconds.append(time.perf_counter() - began)
        walk.costs.append(total(calls, FUNCTION))
        walk.cards.append(len(page["items"]))
        scans += sum(call.operation == "Scan" for call in calls)
        if page["next_cursor"] is None or any(card["relaxed"] for card in page["items"]):
            break
        cursor = {"cursor": page["next_cursor"]}
    return scans


def _viewer(world: World, name: str) -> Device:
    """A woman of about thirty who looks for men of 25 to 37, in the cell where everybody lives."""
    device = world.join(name)
    profile = {
        "display_name": "Robin",
        "gender": "woman",
        "seeks": ["man"],
        "place": {"latitude": DENSE.latitude, "longitude": DENSE.longitude},
    }
    device.call("PATCH", "/v1/me/profile", json=profile)
    device.call("PATCH", "/v1/me/preferences", json={"ages_min": 25, "ages_max": 37})
    _last_seen_yesterday(device.user_id)
    return device


def _last_seen_yesterday(user_id: str) -> None:
    """So that the first page notes, too, that they are here today: the dearest there is."""
    profile = profiles.Profile.get(user_id)
    profile.active_day = clock.day_of(clock.now()) - 1
    profile.save()


def _decide(user_id: str, size: int) -> None:
    """Decisions on a tenth of the town, and the rest on others who moved away since."""
    today, rows = clock.day_of(clock.now()), dict[str, Decision]()
    others = [user_id_of(n, dense=True) for n in range(0, size, TENTH)][:DECISIONS]
    others += [user_id_of(n) for n in range(DECISIONS - len(others))]
    for number, other in enumerate(others):
        row, mark = marked(user_id, other, LIKED if number % 5 == 0 else today - number % 20)
        kept = rows.setdefault(row.bucket, row)
        kept.who = {*(kept.who or ()), mark}
    put_all(rows.values())
    ended = Standing(wishes="", lap=7, week=0, shown=ENOUGH, ended_at=0)
    put_all([Search(user_id, kept=encoded(ended), version=100)])
