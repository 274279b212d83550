"""How often somebody was shown this week, so that nobody is shown all the time.

Counted by sample: of each page one card, in turn, is counted for the whole page. That is one write
unit a page where counting each card would be ten, and over a week it comes to the same; counting
decisions instead, by a reaction, would be a write and a message for each.
"""

from collections.abc import Sequence

from chalicelib import profiles
from chalicelib.core import db
from chalicelib.core.needs import seldom, updates

COUNTS_SHOWN = seldom("a page that was short of round trips is not counted", updates("places"))


def count_shown(people: Sequence[profiles.Profile], *, week: int, turn: int) -> None:
    """Count a page of these people."""
    if not people:
        return
    place = profiles.row_of(people[turn % len(people)])
    if place is None:
        return
    shown, shown_week = profiles.Place.shown, profiles.Place.shown_week
    try:
        db.update(place, shown.add(len(people)), when=shown_week == week, otherwise=db.Stale())
    except db.Stale:
        _count_first(place, len(people), week)


def _count_first(place: profiles.Place, count: int, week: int) -> None:
    """Begin a week, provided that the row is still there."""
    shown, shown_week = profiles.Place.shown, profiles.Place.shown_week
    try:
        db.update(
            place,
            shown.set(count),
            shown_week.set(week),
            when=profiles.Place.present(),
            otherwise=db.Stale(),
        )
    except db.Stale:
        return
