"""The only source of time, so that a test, a demo or a replay can play it faster.

Instants are aware UTC datetimes inside the code and RFC 3339 with milliseconds on the wire.
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_source: Callable[[], float] = time.time


def use(source: Callable[[], float]) -> None:
    """Read the time from `source`, which returns seconds since the epoch."""
    global _source  # noqa: PLW0603  the one seam
    _source = source


def timestamp() -> float:
    """Seconds since the epoch."""
    return _source()


def now() -> datetime:
    """This instant, to the millisecond: what is stored and sent is what was compared."""
    return instant(int(_source() * 1000))


def instant(millis: int) -> datetime:
    """The UTC instant so many milliseconds after the epoch."""
    return datetime.fromtimestamp(millis // 1000, UTC) + timedelta(milliseconds=millis % 1000)


def millis(at: datetime) -> int:
    """Milliseconds since the epoch, exactly."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def day_of(at: datetime) -> int:
    """Days since the epoch, in UTC."""
    return (at - EPOCH).days


def first_moment_of(day: int) -> datetime:
    """When a day begins, which is so many days after the epoch."""
    return EPOCH + timedelta(days=day)


def monotonic() -> float:
    """Seconds on a clock that never jumps, for time budgets; it is not the time of day."""
    return time.monotonic()


def sleep(seconds: float) -> None:
    """Wait in real time, between two tries."""
    time.sleep(seconds)


def age_on(birthdate: date, day: date) -> int:
    """Whole years lived on `day`; one born on 29 February comes of age on 1 March."""
    had_birthday = (day.month, day.day) >= (birthdate.month, birthdate.day)
    return day.year - birthdate.year - (0 if had_birthday else 1)
