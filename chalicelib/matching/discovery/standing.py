"""Where a member's lap stands, and how it moves on: everything but reading and writing.

Invariants
- A row is read once in a lap at each level, and belongs to one level: so nobody is shown twice.
- What was read waits in the pool until it is shown, so nobody who was read is left out.
"""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import msgspec
from ulid import ULID

from chalicelib.matching.discovery.fitting import LEVEL_MAX
from chalicelib.matching.discovery.people import Person

ENOUGH = 20
"""A lap that showed as many people needs no relaxing, and the next one may begin at once."""

REST_SECONDS = 60
"""With few people a lap is soon at its end, and beginning one anew is what costs most."""
ADMIRERS_MAX, ADMIRERS_KEPT_MAX = 50, 150
"""Read at once, and in one lap."""

ADMIRERS_SECONDS = 3600
"""So often it is asked anew who likes the member: in a large town a lap may last for months."""

ENTRY_BYTES = 17


class Waiting(NamedTuple):
    """Somebody who fits, from the pool; `exposure` is that part of their rank, in percent."""

    user_id: str
    exposure: int = 100


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a lap stands.

    wishes    fingerprint of what the lap is for: with other wishes another begins
    lap       number, from 1
    week      in which it began, for the order of shards
    level     how far the member's wishes are relaxed
    opened    cells whose areas were listed at this level
    lived_in  cells with anybody of a gender that is looked for, as far as the farthest level goes;
              known from level 1 on, so that no later level opens empty cells again
    areas     still to go through; the first is being gone through
    ring      how far that is; None before the first read
    wrapped   whether that is in its part before the member's own start
    is_through  nothing is left to read at this level
    pool      packed: to be shown next
    page      packed: shown last
    before    packed: the last page that had anybody, while `page` has nobody
    admirers  packed: who liked the member when the lap began, newest first, and who did since
    admired_at  seconds since the epoch: when those were last read
    met       of those, a byte for each number: whom there is nothing more to find out about
    tried     how many of those were looked at, at this level
    shown     people in this lap
    ended_at  seconds since the epoch
    """

    wishes: str
    lap: int
    week: int
    level: int = 0
    opened: int = 0
    lived_in: list[str] = []
    areas: list[str] = []
    ring: str | None = None
    wrapped: bool = False
    is_through: bool = False
    pool: bytes = b""
    page: bytes = b""
    before: bytes = b""
    admirers: bytes = b""
    admired_at: int = 0
    met: bytes = b""
    tried: int = 0
    shown: int = 0
    ended_at: int | None = None

    def but(self, **changes: object) -> "Standing":
        """The same with some changes."""
        return msgspec.structs.replace(self, **changes)

    @property
    def has_decisions(self) -> bool:
        """Whether the member may have decided on those whom this lap comes by."""
        return self.lap > 1

    @property
    def waiting(self) -> list[Waiting]:
        """Who is to be shown next."""
        return unpacked(self.pool)

    @property
    def last_page(self) -> list[Waiting]:
        """Who was shown last."""
        return unpacked(self.page or self.before)

    def untried(self) -> list[tuple[int, Waiting]]:
        """Those who like the member and were not looked at yet at this level, by their number.

        Whoever waits in the pool besides is left to it.
        """
        waiting = {who.user_id for who in self.waiting}
        everybody = enumerate(unpacked(self.admirers))
        return [
            (n, who)
            for n, who in everybody
            if n >= self.tried and n not in self.met and who.user_id not in waiting
        ]

    def numbers_of(self, user_ids: Collection[str]) -> list[int]:
        """The numbers of those of them who like the member."""
        everybody = enumerate(unpacked(self.admirers))
        return [n for n, who in everybody if who.user_id in user_ids]

    @property
    def met_admirers(self) -> set[str]:
        """Whom there is nothing more to find out about in this lap."""
        return {who.user_id for n, who in enumerate(unpacked(self.admirers)) if n in self.met}

    def is_over(self) -> bool:
        """Whether everybody was shown and nothing more is to be relaxed."""
        to_come = not self.is_through or self.pool or self.untried()
        return not to_come and (self.level == LEVEL_MAX or self.shown >= ENOUGH)

    def admired_by(self, people: Sequence[Waiting], at_seconds: int) -> "Standing":
        """The same, with those of these who were not known to like the member, as far as they fit.

        Whoever is on the last page was shown already. One who was shown earlier in the lap comes
        once more, now that they like the member, where that is no secret.
        """
        kept, shown = unpacked(self.admirers), {who.user_id for who in self.last_page}
        known = {who.user_id for who in kept}
        new = [who for who in people if who.user_id not in known][: ADMIRERS_KEPT_MAX - len(kept)]
        numbers = (n for n, who in enumerate(new, len(kept)) if who.user_id in shown)
        return self.but(
            admirers=self.admirers + packed(new),
            admired_at=at_seconds,
            met=self.met + bytes(numbers),
        )

    def widened(self) -> "Standing":
        """The next level, from its beginning."""
        return self.but(level=self.level + 1, opened=0, is_through=False, tried=0)


class Stretch(NamedTuple):
    """A part of an area: rows after one place on the ring and before another."""

    area: str
    after: str
    before: str | None


def begun(kept: Standing | None, wishes: str, *, week: int) -> Standing:
    """A new lap."""
    return Standing(wishes=wishes, lap=kept.lap + 1 if kept else 1, week=week)


def may_begin(kept: Standing, now_seconds: int) -> bool:
    """Whether the lap after one that ended may begin: with few people it would end at once."""
    if kept.ended_at is None:
        return False
    return kept.shown >= ENOUGH or now_seconds >= kept.ended_at + REST_SECONDS


def put_back(kept: Standing, undecided: Sequence[Waiting]) -> Standing:
    """The same, with these of the last page to be shown again."""
    pool, shown = packed(undecided) + kept.pool, kept.shown - len(undecided)
    return kept.but(pool=pool, page=b"", before=b"", shown=shown)


def next_stretch(standing: Standing, start: str) -> Stretch:
    """What to read next of the first area.

    First all of it, which is enough for most; one with more rows than a read brings is then gone
    through from the member's start to its end, and from its beginning to that start.
    """
    area = standing.areas[0]
    if standing.ring is None:
        return Stretch(area, "", None)
    return Stretch(area, standing.ring, start if standing.wrapped else None)


def read(
    standing: Standing, start: str, rows: Sequence[Person], *, is_more: bool
) -> tuple[Standing, Sequence[Person]]:
    """Where it stands after that read, and which of the rows are to be looked at."""
    if standing.ring is None and is_more:
        return standing.but(ring=start), ()
    if is_more:
        return standing.but(ring=rows[-1].ring), rows
    if standing.ring is not None and not standing.wrapped:
        return standing.but(ring="", wrapped=True), rows
    return standing.but(areas=standing.areas[1:], ring=None, wrapped=False), rows


def packed(people: Iterable[Waiting]) -> bytes:
    """Members in 17 bytes each."""
    return b"".join(
        ULID.from_str(who.user_id.removeprefix("usr_").upper()).bytes + bytes([who.exposure])
        for who in people
    )


def unpacked(people: bytes) -> list[Waiting]:
    """The members who were packed."""
    entries = [people[at : at + ENTRY_BYTES] for at in range(0, len(people), ENTRY_BYTES)]
    return [Waiting(f"usr_{str(ULID(each[:-1])).lower()}", each[-1]) for each in entries]


def fingerprint(viewer: Person) -> str:
    """What a lap is for: it changes when the viewer's place or wishes do, or what others wish of.

    Else those whose wishes the viewer meets only now would not be found before the next lap.
    """
    wishes = viewer.wishes
    said = (
        viewer.cell,
        viewer.gender,
        viewer.born,
        viewer.intent,
        sorted(viewer.languages),
        sorted(wishes.seeks),
        (wishes.ages_min, wishes.ages_max, wishes.distance_km),
        sorted(wishes.intents),
        sorted(wishes.languages),
    )
    return hashlib.blake2b(repr(said).encode(), digest_size=6).hexdigest()


def encoded(standing: Standing) -> bytes:
    """As it is kept."""
    return msgspec.msgpack.encode(standing)


def decoded(kept: bytes) -> Standing:
    """As it was kept."""
    return msgspec.msgpack.decode(kept, type=Standing)
