"""EventBridge's schedules, on the stack clock.

A leap over several ticks runs a schedule once, at the time the clock lands on: the ticks in
between would have seen that same time.
"""

import logging
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from infra.functions import Function, Schedule
from infra.local import events
from infra.local.runtime import Runtime
from infra.local.streams import FAILURES

log = logging.getLogger(__name__)

TRIES = 3
"""EventBridge invokes asynchronously, and Lambda then tries a failed event twice more."""
UNITS = {"minute": 60, "hour": 3600, "day": 86400}
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
SEARCH_DAYS = 366 * 5


class Expression(Protocol):
    """When a schedule comes round."""

    def after(self, now: float) -> float:
        """The next time after `now`, in epoch seconds."""


@dataclass(frozen=True)
class Rate:
    """Every so many seconds."""

    seconds: int

    def after(self, now: float) -> float:
        return now + self.seconds


@dataclass(frozen=True)
class Cron:
    """AWS's six fields, as the sets of values they allow; UTC."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    years: frozenset[int]

    def after(self, now: float) -> float:
        first = datetime.fromtimestamp(now, UTC).replace(second=0, microsecond=0)
        start = first + timedelta(minutes=1)
        for offset in range(SEARCH_DAYS):
            day = start.replace(hour=0, minute=0) + timedelta(days=offset)
            if self._has(day):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        at = day.replace(hour=hour, minute=minute)
                        if at >= start:
                            return at.timestamp()
        raise ValueError(f"{self} never comes round within five years")

    def _has(self, day: datetime) -> bool:
        return (
            day.year in self.years
            and day.month in self.months
            and day.day in self.days
            and day.isoweekday() % 7 + 1 in self.weekdays
        )


def parse(expression: str) -> Expression:
    """The meaning of `rate(5 minutes)` or `cron(0 3 * * ? *)`; ValueError for anything else."""
    kind, _, inner = expression.removesuffix(")").partition("(")
    fields = inner.split()
    if kind == "rate" and len(fields) == 2:
        return Rate(int(fields[0]) * UNITS[fields[1].removesuffix("s")])
    if kind == "cron" and len(fields) == 6:
        return Cron(
            _values(fields[0], 0, 59),
            _values(fields[1], 0, 23),
            _values(fields[2], 1, 31),
            _values(fields[3], 1, 12, MONTHS),
            _values(fields[4], 1, 7, WEEKDAYS),
            _values(fields[5], 1970, 2199),
        )
    raise ValueError(f"{expression!r} is neither a rate nor a cron expression")


def _values(field: str, low: int, high: int, names: list[str] | None = None) -> frozenset[int]:
    """The values a field allows: `*`, `?`, `5`, `1-5`, `MON,WED`, `0/15`; not L, W or #."""
    for number, name in enumerate(names or [], start=1):
        field = field.upper().replace(name, str(number))
    values: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start = low if first in "*?" else int(first)
        end = high if first in "*?" or (step and not last) else int(last or first)
        values |= set(range(start, end + 1, int(step or 1)))
    if not values <= set(range(low, high + 1)):
        raise ValueError(f"{field!r} is not within {low} to {high}")
    return frozenset(values)


class SchedulePump:
    """Runs every scheduled function when it is due."""

    name = "schedules"
    polls = True
    batch_size = 1

    def __init__(self, runtime: Runtime) -> None:
        self.wake = threading.Event()
        self._runtime = runtime
        self._state = runtime.state
        self._clock = runtime.clock
        self._schedules = {
            each: parse(each.trigger.expression)
            for each in runtime.functions
            if isinstance(each.trigger, Schedule)
        }
        for function, expression in self._schedules.items():
            if self._state.get(_fact(function)) is None:
                self._plan(function, expression)

    def turn(self) -> int:
        due = [each for each in self._schedules if self._due_at(each) <= self._clock()]
        for function in due:
            self._fire(function)
            self._plan(function, self._schedules[function])
        return len(due)

    def due_in(self) -> float | None:
        if not self._schedules:
            return None
        soonest = min(self._due_at(function) for function in self._schedules)
        return self._clock.real_seconds(soonest - self._clock())

    def _fire(self, function: Function) -> None:
        event = events.tick(function.name, self._clock())
        for attempt in range(TRIES):
            try:
                self._runtime.lambdas.invoke(function, event)
                return
            except Exception as failure:
                log.warning("%s failed", function.name, exc_info=True)
                error = repr(failure)
            self._runtime.pause(attempt)
        kept = {"function": function.name, "at": self._clock(), "error": error, "record": event}
        self._state.append(FAILURES, kept)

    def _plan(self, function: Function, expression: Expression) -> None:
        self._state.put(_fact(function), str(expression.after(self._clock())))

    def _due_at(self, function: Function) -> float:
        return float(self._state.get(_fact(function)) or 0)


def _fact(function: Function) -> str:
    return f"schedule/{function.name}"
