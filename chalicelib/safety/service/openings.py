"""How a member addresses strangers: whether it is the same to all of them."""

from datetime import timedelta

from chalicelib.core import clock, db
from chalicelib.core.needs import finds, seldom, updates
from chalicelib.safety.models import Openings

REMEMBERS_OPENINGS = seldom(
    "only a long first message to somebody is remembered", finds("openings") + updates("openings")
)
MARKS_MAX = 50
KEPT = timedelta(days=7)


class Opening:
    """A first message that is about to be sent, and the marks of those before it."""

    def __init__(self, user_id: str, mark: str) -> None:
        self._user_id, self._mark = user_id, mark
        self._kept = Openings.find(user_id)

    @property
    def before(self) -> list[str]:
        """The marks of the member's first messages to others, the oldest first."""
        if self._kept is None or self._kept.expires_at <= clock.now():
            return []
        return list(self._kept.marks)

    def remember(self, tx: db.Transaction) -> None:
        """Keep this one's mark too; raises db.Stale at commit if another was kept meanwhile."""
        unchanged = Openings.absent()
        if self._kept is not None:
            unchanged = Openings.marks == list(self._kept.marks)
        tx.update(
            Openings(self._user_id),
            Openings.marks.set([*self.before, self._mark][-MARKS_MAX:]),
            Openings.expires_at.set(clock.now() + KEPT),
            when=unchanged,
            otherwise=db.Stale(),
        )
