"""What others see of a member: profile, wishes, and roughly where they are.

Front door for other features: `profile_key` and `visible_to` around their own read, `card_of` for
what is shown (whoever shows it needs `SHOWS_PHOTOS`), the index (`Place`, `Cell`, `areas_near`,
`distance_km`) for who looks for people, `mark_active` for where a member is seen to be here
(whoever sees it needs `MARKS_ACTIVE`), `keep_photos` for who takes evidence (`KEEPS_PHOTOS`).

Invariants
- A birthdate is never shown, an exact place never kept: see `places`.
- A member who is to be found has exactly one row in the index, written in the transaction of the
  profile; whoever is not, has none. A suspension takes the row out, its end puts it back.
- Every change is made to the version that was read, so that two devices never undo each other.
"""

from chalicelib.profiles.geohash import encode
from chalicelib.profiles.models import (
    COHORT_YEARS,
    SHARDS,
    Cell,
    Place,
    Profile,
    place_of,
    ring_of,
    row_of,
)
from chalicelib.profiles.photos import SHOWS as SHOWS_PHOTOS
from chalicelib.profiles.photos.witnessing import KEEPS as KEEPS_PHOTOS
from chalicelib.profiles.photos.witnessing import keep as keep_photos
from chalicelib.profiles.places import areas_near, distance_km
from chalicelib.profiles.schemas import CardView
from chalicelib.profiles.service.changing import completeness_of
from chalicelib.profiles.service.following import (
    FOLLOWS_MEMBER,
    MARKS_ACTIVE,
    is_marked_active,
    mark_active,
    mark_active_in,
)
from chalicelib.profiles.service.showing import profile_key, visible_to
from chalicelib.profiles.words import INTERESTS

card_of = CardView.of

__all__ = [
    "COHORT_YEARS",
    "FOLLOWS_MEMBER",
    "INTERESTS",
    "KEEPS_PHOTOS",
    "MARKS_ACTIVE",
    "SHARDS",
    "SHOWS_PHOTOS",
    "CardView",
    "Cell",
    "Place",
    "Profile",
    "areas_near",
    "card_of",
    "completeness_of",
    "distance_km",
    "encode",
    "is_marked_active",
    "keep_photos",
    "mark_active",
    "mark_active_in",
    "place_of",
    "profile_key",
    "ring_of",
    "row_of",
    "visible_to",
]
