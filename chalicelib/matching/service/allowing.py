"""The day's likes.

They are counted on an item of the member's own, in the transaction of the like itself. A request
that is refused or repeated writes nothing, and so costs nothing; two at the same moment cannot both
take the last one; and no like of others ever waits for this item.
"""

from datetime import datetime
from math import ceil

from pynamodb.expressions.update import Action

from chalicelib.core import clock, db
from chalicelib.core.needs import fetches, updates
from chalicelib.core.settings import settings
from chalicelib.matching.errors import LikesSpent
from chalicelib.matching.models import Tally

ALLOWS = fetches("tallies") + updates("tallies")


def likes_left(tally: Tally, at: datetime) -> int:
    """How many of the day's likes a member has."""
    used = int(tally.likes) if tally.day == clock.day_of(at) else 0
    return max(0, settings().likes_per_day - used)


def use_like(tx: db.Transaction, tally: Tally, at: datetime) -> None:
    """Take one of the day's likes within `tx`, from the tally as it was read.

    Raises LikesSpent at once where none is left, and db.Stale at commit if the last one went, or
    the day changed, meanwhile.
    """
    today = clock.day_of(at)
    if tally.day is None or tally.day < today:
        counted = Tally.day.does_not_exist() if tally.day is None else Tally.day == tally.day
        actions: list[Action] = [Tally.day.set(today), Tally.likes.set(1)]
    else:
        if tally.likes >= settings().likes_per_day:
            raise LikesSpent(retry_after_seconds=_seconds_left(at))
        counted = (Tally.day == tally.day) & (Tally.likes < settings().likes_per_day)
        actions = [Tally.likes.add(1)]
    tx.update(Tally(tally.user_id), *actions, when=counted, otherwise=db.Stale())


def _seconds_left(at: datetime) -> int:
    """Until the next day begins."""
    tomorrow = clock.first_moment_of(clock.day_of(at) + 1)
    return ceil((tomorrow - at).total_seconds())
