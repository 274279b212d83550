"""Keeping a profile, and its row in the index, in step with what its member does elsewhere."""

from contextlib import suppress

from chalicelib import accounts
from chalicelib.core import db
from chalicelib.core.needs import seldom, updates
from chalicelib.profiles.models import Place, Profile, place_of, row_of
from chalicelib.profiles.service import standing
from chalicelib.profiles.service.changing import KEEPS, today, told_by, write

FOLLOWS_MEMBER = KEEPS
MARKS_ACTIVE = seldom("once a day", updates("profiles", "places"))


def follow_member(user_id: str) -> None:
    """Take a member who was suspended out of the index, or put one who may come back into it.

    It goes by what is so now, and makes a change that was read before it be made anew; so it may
    come again, late, or in another order.
    """
    db.settle(lambda: _follow_once(user_id))


def _follow_once(user_id: str) -> None:
    found = db.fetch(Profile.at(user_id), accounts.member_key(user_id))
    profile, member = found[Profile.at(user_id)], found[accounts.member_key(user_id)]
    if member is None:
        return
    profile = profile or Profile(user_id, born=member.birthdate)
    was, stood = told_by(profile), row_of(profile)
    place = place_of(profile) if member.is_active else None
    profile.area = place.area if place else None
    with db.transaction() as tx:
        write(tx, profile, was)
        standing.move(tx, stood, place)


def is_marked_active(profile: Profile) -> bool:
    """Whether it is noted that the member is here today."""
    return bool(profile.active_day >= today())


def mark_active(profile: Profile) -> None:
    """Note that the member is here today: once a day.

    A note that another writer came before is left to the next occasion.
    """
    if is_marked_active(profile):
        return
    with suppress(db.Stale), db.transaction() as tx:
        mark_active_in(tx, profile)


def mark_active_in(tx: db.Transaction, profile: Profile) -> None:
    """Note within `tx` that the member is here today, with the row by which they are found.

    Raises db.Stale at commit where that row is no longer where the profile says.
    """
    profile.active_day = today()
    tx.update(
        Profile(profile.user_id),
        Profile.active_day.set(profile.active_day),
        when=Profile.present(),
        otherwise=db.Stale(),
    )
    row = row_of(profile)
    if row is not None:
        tx.update(
            row,
            Place.active_day.set(profile.active_day),
            when=Place.user_id == profile.user_id,
            otherwise=db.Stale(),
        )
