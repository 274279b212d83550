"""Where somebody stands in the index: the row by which they are found, within a transaction.

Every verb here only adds to `tx`, which is to write the profile as well.
"""

from chalicelib.core import db
from chalicelib.core.needs import deletes, fetches, seldom, updates
from chalicelib.profiles.models import Cell, Place

STANDS = (
    updates("places")
    + seldom("only somebody who was to be found before is taken out", deletes("places"))
    + seldom("only somebody who comes to an area looks whether it is known", fetches("cells"))
    + seldom("only the first member of a part of an area is noted", updates("cells"))
)
COUNTED = frozenset({"area", "ring", "shown", "shown_week"})
"""What is not the profile's to say: the key, and how often its member was shown."""


def move(tx: db.Transaction, before: Place | None, after: Place | None) -> None:
    """From one row to another; the same row is brought up to date."""
    if before is not None and (after is None or before.area != after.area):
        leave(tx, before)
    if after is not None:
        stand(tx, after, is_known=before is not None and before.area == after.area)


def leave(tx: db.Transaction, place: Place) -> None:
    """Take a row out; nothing happens where it is gone already."""
    tx.delete(
        Place(place.area, place.ring),
        when=Place.absent() | (Place.user_id == place.user_id),
        otherwise=db.Stale(),
    )


def stand(tx: db.Transaction, place: Place, *, is_known: bool = False) -> None:
    """Write a row. `is_known` is whether its member stands in that area already."""
    tx.update(
        Place(place.area, place.ring),
        *(
            attribute.remove() if value is None else attribute.set(value)
            for name, attribute in Place.get_attributes().items()
            if name not in COUNTED
            for value in (getattr(place, name),)
        ),
        when=Place.absent() | (Place.user_id == place.user_id),
        otherwise=db.Stale(),
    )
    if not is_known:
        _populate(tx, place)


def _populate(tx: db.Transaction, place: Place) -> None:
    """Note that somebody lives in this part of an area.

    Read first, since concurrent transactions on one item cancel each other even when they say the
    same.
    """
    area, _, part = place.area.partition("#")
    cell = db.fetch(Cell.at(area))[Cell.at(area)]
    if cell is None or part not in (cell.populated or ()):
        tx.update(Cell(area), Cell.populated.add({part}))
