"""How often one may knock: fixed windows, counted in DynamoDB at one write unit each.

A window that is full refuses without writing. DynamoDB removes windows once they are over.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Literal

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core import clock, db
from chalicelib.core.errors import TooManyRequests
from chalicelib.core.needs import updates

COUNTS = updates("windows")


class Window(db.Record, table="windows"):
    """How often one subject knocked in one stretch of time.

    window_id   partition key, "<door>/<subject>/<number of the stretch>"
    knocks      how often
    expires_at  DynamoDB may delete it then
    """

    window_id = UnicodeAttribute(hash_key=True)
    knocks = NumberAttribute()
    expires_at = db.ExpiryAttribute()


@dataclass(frozen=True, kw_only=True)
class Limit:
    """At most `knocks` in each stretch of `seconds`, for each account or each address."""

    knocks: int
    seconds: int
    by: Literal["account", "address"]

    def admit(self, door: str, subject: str) -> None:
        """Count one knock, or raise TooManyRequests with the time until the next stretch."""
        elapsed = clock.timestamp()
        stretch = int(elapsed // self.seconds)
        ends = (stretch + 1) * self.seconds
        window = Window(f"{door}/{subject}/{stretch}")
        db.update(
            window,
            Window.knocks.add(1),
            Window.expires_at.set(clock.now() + timedelta(seconds=2 * self.seconds)),
            when=Window.absent() | (Window.knocks < self.knocks),
            otherwise=TooManyRequests(retry_after_seconds=ceil(ends - elapsed)),
        )
