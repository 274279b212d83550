"""One turn of the page: from where a lap stands to where it stands with the next page shown."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import profiles
from chalicelib.core import db
from chalicelib.matching.discovery.choosing import (
    ADMIRERS_A_PAGE,
    SPARE,
    Finalists,
    Outcome,
    chosen,
    finalists,
)
from chalicelib.matching.discovery.gathering import Gathering, Viewer
from chalicelib.matching.discovery.judging import Card, look_at, still_undecided
from chalicelib.matching.discovery.reading import Index, admirers_of
from chalicelib.matching.discovery.standing import (
    ADMIRERS_SECONDS,
    Standing,
    begun,
    decoded,
    encoded,
    fingerprint,
    may_begin,
    put_back,
)
from chalicelib.matching.models import Search

ROUND_TRIPS_MAX = 8
READS_MAX = ROUND_TRIPS_MAX - 3
"""Besides these: where it stands, the last look, and where it stands then."""

DAYS_PER_WEEK = 7
CARDS_PER_ADMIRER = 10


@dataclass(frozen=True)
class Asked:
    """Who asks for a page, and after which.

    search  where their search stands
    after   the version that their cursor names; None without a cursor
    marks   whether to note with the page that they are here today
    knows_likers  whether they may see who likes them
    """

    viewer: Viewer
    profile: profiles.Profile
    search: Search
    after: int | None
    limit: int
    at: datetime
    marks: bool
    knows_likers: bool

    @property
    def week(self) -> int:
        """Number of the week, for the order of shards and for what is counted by the week."""
        return self.viewer.today // DAYS_PER_WEEK

    @property
    def seconds(self) -> int:
        """Now, since the epoch."""
        return int(self.at.timestamp())


class Update(Protocol):
    """A conditional write, alone or within a transaction."""

    def __call__(
        self, item: db.Record, *actions: Action, when: Condition, otherwise: Exception
    ) -> object:
        """Write it, or have it written at commit."""


@dataclass(frozen=True)
class Turned:
    """The page's cards, where the lap stands with them, and how many round trips are left."""

    cards: list[Card]
    standing: Standing
    version: int
    spare: int = 0
    is_new: bool = False


def turn(asked: Asked) -> Turned:
    """The page that is asked for; a new one is kept before it is told.

    Raises db.Stale if another request was faster.
    """
    search = asked.search
    kept = decoded(search.kept) if search.kept else None
    is_current = kept is not None and kept.wishes == fingerprint(asked.viewer.person)
    if kept and is_current and kept.page and asked.after == search.version - 1:
        cards, _ = _looked(asked, kept, Finalists([], kept.last_page))
        return Turned(cards, kept, int(search.version))

    if kept is None or not is_current or may_begin(kept, asked.seconds):
        turned = _turned(asked, _begun(asked, kept), reads=READS_MAX - 1)
    elif asked.after is None and kept.last_page:
        turned = _put_back(asked, kept)
    else:
        turned = _turned_on(asked, kept)
    if turned.standing == kept:
        return turned
    return _kept(asked, turned)


def _begun(asked: Asked, kept: Standing | None) -> Standing:
    lap = begun(kept, fingerprint(asked.viewer.person), week=asked.week)
    return lap.admired_by(admirers_of(asked.search.user_id), asked.seconds)


def _turned_on(asked: Asked, kept: Standing) -> Turned:
    """The page after the last one; now and then with those who like the member since."""
    if asked.seconds < kept.admired_at + ADMIRERS_SECONDS:
        return _turned(asked, kept, reads=READS_MAX)
    admired = kept.admired_by(admirers_of(asked.search.user_id), asked.seconds)
    return _turned(asked, admired, reads=READS_MAX - 1)


def _put_back(asked: Asked, kept: Standing) -> Turned:
    """The last page again; only where somebody was decided on, others come in their place."""
    undecided = still_undecided(asked.search.user_id, kept.last_page, asked.at)
    standing, reads = put_back(kept, undecided), READS_MAX - 1
    if len(undecided) == len(kept.last_page):
        reads = 0
    return _turned(asked, standing, reads=reads, admirers=0)


def _admirers(asked: Asked, standing: Standing) -> int:
    """How many of those who like the viewer a page begins with.

    While that is a secret, one to ten cards, drawn so that no page tells where: of those only who
    are in no index, since they are incognito, are shown for it.
    """
    if asked.knows_likers:
        return ADMIRERS_A_PAGE
    page = f"{asked.search.user_id}/{standing.lap}/{asked.search.version}"
    drawn = hashlib.blake2b(page.encode(), digest_size=1).digest()[0]
    return int(drawn % CARDS_PER_ADMIRER < asked.limit)


def _turned(asked: Asked, standing: Standing, *, reads: int, admirers: int | None = None) -> Turned:
    """Read on where too few wait, and choose who is shown."""
    if standing.ended_at is None and reads:
        index = Index(asked.search.user_id, asked.week)
        gathering = Gathering(standing, asked.viewer, index, reads=reads)
        standing, reads = gathering.until(asked.limit + SPARE), gathering.reads
    if admirers is None:
        admirers = _admirers(asked, standing)
    looked_at = finalists(standing, asked.limit, admirers=admirers)
    cards, outcomes = _looked(asked, standing, looked_at)
    standing = chosen(standing, looked_at, outcomes, asked.limit)
    if standing.is_over() and standing.ended_at is None:
        standing = standing.but(ended_at=asked.seconds)
    shown = {who.user_id for who in standing.last_page}
    cards = [card for card in cards if card.profile.user_id in shown]
    return Turned(cards, standing, int(asked.search.version), spare=reads)


def _looked(
    asked: Asked, standing: Standing, looked_at: Finalists
) -> tuple[list[Card], dict[str, Outcome]]:
    """The cards of those who may be shown, and what came of looking at each."""
    people = looked_at.everybody
    if not people:
        return [], {}
    judge = look_at(asked.viewer, people, level=standing.level, at=asked.at)
    verdicts = {who.user_id: judge.judge(who) for who in people}
    if not asked.knows_likers:
        for _, who in looked_at.admirers:
            verdict = verdicts[who.user_id]
            if isinstance(verdict, Card) and profiles.row_of(verdict.profile) is not None:
                verdicts[who.user_id] = Outcome.BY_ROW
    cards = [each for each in verdicts.values() if isinstance(each, Card)]
    outcomes = {
        user_id: Outcome.SHOWN if isinstance(each, Card) else each
        for user_id, each in verdicts.items()
    }
    return cards, outcomes


def _kept(asked: Asked, turned: Turned) -> Turned:
    version = int(asked.search.version) + 1
    if asked.marks:
        with db.transaction() as tx:
            _keep(tx.update, asked.search, turned.standing, version)
            profiles.mark_active_in(tx, asked.profile)
    else:
        _keep(db.update, asked.search, turned.standing, version)
    return Turned(turned.cards, turned.standing, version, turned.spare, is_new=True)


def _keep(update: Update, search: Search, standing: Standing, version: int) -> None:
    update(
        Search(search.user_id),
        Search.kept.set(encoded(standing)),
        Search.version.set(version),
        when=Search.absent() if search.kept is None else Search.version == search.version,
        otherwise=db.Stale(),
    )
