"""The likes that wait for a member, and their matches: newest first, a page at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import profiles, safety
from chalicelib.core import clock, cursors, db, ids
from chalicelib.core.needs import finds, queries
from chalicelib.core.pages import After, filled
from chalicelib.core.schema import Page
from chalicelib.matching.models import Liking, Match, Tally
from chalicelib.matching.service.allowing import likes_left
from chalicelib.matching.service.deciding import JUDGES, may_decide

LOOKS = queries("likes/received") + JUDGES
LISTS_LIKES = LOOKS + finds("tallies") + cursors.PAGES
LISTS_MATCHES = queries("matches") + safety.JUDGES + cursors.PAGES

COUNTED_MAX = 30
JUDGED_TOGETHER = 30


@dataclass(frozen=True)
class Waiting:
    """Likes that wait for a member's answer.

    count           how many, at most COUNTED_MAX; None on any page but the first
    likings         those of this page; none while the faces are hidden
    unlocked_until  until when they are shown, or None
    likes_left      how many of the day's likes the member has
    """

    count: int | None
    likings: list[Liking]
    unlocked_until: datetime | None
    likes_left: int
    next_cursor: str | None


def likes_received(user_id: str, page: Page) -> Waiting:
    """How many likes wait for a member, and, while the faces are unlocked, a page of them.

    Somebody whom the member could not like back is neither listed nor counted.
    """
    scope, is_first = f"likes/{user_id}", page.cursor is None
    after = cursors.unseal(page.cursor, scope)
    tally, at = Tally.find(user_id) or Tally(user_id), clock.now()
    left = likes_left(tally, at)
    if not tally.is_unlocked(at):
        return Waiting(_count(user_id) if is_first else None, [], None, left, None)

    wanted = max(page.limit, COUNTED_MAX) if is_first else page.limit
    seen, after = _received(user_id, wanted, after)
    count = min(len(seen), COUNTED_MAX) if is_first else None
    if len(seen) > page.limit:
        after = _place_of(seen[page.limit - 1])
    next_cursor = cursors.seal(after, scope)
    return Waiting(count, seen[: page.limit], tally.unlocked_until, left, next_cursor)


def anybody_waits(user_id: str) -> bool:
    """Whether there is anybody to see: whoever is counted is."""
    return _count(user_id) > 0


def _count(user_id: str) -> int:
    seen, _ = _received(user_id, COUNTED_MAX, None)
    return len(seen)


def _received(user_id: str, limit: int, after: After) -> tuple[list[Liking], After]:
    """So many of the likes that the member may answer, newest first."""

    def read(limit: int, after: After) -> tuple[list[Liking], After]:
        return db.page(
            Liking.received.query(
                user_id, scan_index_forward=False, limit=limit, last_evaluated_key=after
            )
        )

    def see(likings: Sequence[Liking]) -> list[Liking]:
        return [each for some in _together(likings) for each in _answerable(user_id, some)]

    return filled(limit, after, read, see)


def _place_of(liking: Liking) -> dict[str, Any]:
    """The key from which the list goes on after this one."""
    item = liking.serialize()
    return {name: item[name] for name in ("received_by", "liked_at", "pair_id")}


def _answerable(user_id: str, likings: Sequence[Liking]) -> Iterator[Liking]:
    """Those of the likings to which the member may reply in kind, in one round trip."""
    others = {each.pair_id: ids.other_of(each.pair_id, user_id) for each in likings}
    keys = [key for each in others.values() for key in safety.keys_between(user_id, each)]
    found = db.fetch(*keys, eventual=map(profiles.profile_key, others.values()))
    return (each for each in likings if may_decide(found, user_id, others[each.pair_id]))


def _together(likings: Sequence[Liking]) -> Iterator[Sequence[Liking]]:
    """As many as are read in one round trip."""
    for start in range(0, len(likings), JUDGED_TOGETHER):
        yield likings[start : start + JUDGED_TOGETHER]


def matches_of(user_id: str, page: Page) -> tuple[list[Match], str | None]:
    """A page of a member's matches, newest first, and the next page's cursor."""
    scope = f"matches/{user_id}"

    def read(limit: int, after: After) -> tuple[list[Match], After]:
        return db.page(
            Match.query(
                user_id,
                scan_index_forward=False,
                consistent_read=True,
                limit=limit,
                last_evaluated_key=after,
            )
        )

    def see(matches: Sequence[Match]) -> list[Match]:
        shown = safety.interacting(user_id, [match.other_id for match in matches])
        return [match for match in matches if match.other_id in shown]

    matches, after = filled(page.limit, cursors.unseal(page.cursor, scope), read, see)
    return matches, cursors.seal(after, scope)
