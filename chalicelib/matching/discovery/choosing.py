"""Who is looked at for a page, and where it stands once it is known who may be shown.

A few more are looked at than a page has, so that one who must not be shown leaves no gap.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from chalicelib.matching.discovery.standing import Standing, Waiting, packed

SPARE = 2
ADMIRERS_A_PAGE = 2
"""Of those who like the viewer, where that is no secret."""


class Outcome(Enum):
    """What came of looking at somebody."""

    SHOWN = auto()
    NOT_YET = auto()
    """They fit only once more wishes are relaxed."""
    BY_ROW = auto()
    """They are found in the index as everybody is, and not because they like the viewer."""
    REFUSED = auto()


@dataclass(frozen=True)
class Finalists:
    """Who is looked at: some who like the viewer, by their number, and the first of the pool."""

    admirers: list[tuple[int, Waiting]]
    others: list[Waiting]

    @property
    def everybody(self) -> list[Waiting]:
        """Those who like the viewer first."""
        return [who for _, who in self.admirers] + self.others


def finalists(standing: Standing, limit: int, *, admirers: int = ADMIRERS_A_PAGE) -> Finalists:
    """Whom to look at for a page of so many; once nobody else is to come, at all who like them."""
    pool = standing.waiting
    left = limit - len(pool) if standing.is_through else 0
    chosen = standing.untried()[: min(limit, max(admirers, left))]
    return Finalists(chosen, pool[: limit + SPARE - len(chosen)])


def chosen(
    standing: Standing, looked_at: Finalists, outcomes: Mapping[str, Outcome], limit: int
) -> Standing:
    """Where it stands with that page; whoever did not fit on it waits for the next one."""
    fit = [who for who in looked_at.everybody if outcomes[who.user_id] is Outcome.SHOWN]
    page, surplus = fit[:limit], fit[limit:]
    refused = {user_id for user_id, each in outcomes.items() if each is Outcome.REFUSED}
    met = standing.numbers_of({who.user_id for who in page} | refused)
    return standing.but(
        page=packed(page),
        before=b"" if page else standing.page or standing.before,
        pool=packed(surplus + standing.waiting[len(looked_at.others) :]),
        met=bytes(sorted({*standing.met, *met})),
        tried=looked_at.admirers[-1][0] + 1 if looked_at.admirers else standing.tried,
        shown=standing.shown + len(page),
    )
