"""Photos: uploaded by the member's own client, checked, stripped to their pixels, and shown.

    POST /v1/me/photos → a form, posted to S3 → `checking` → ready · held · rejected

Front door for other views: `url_of` and `schemas.PhotoView`; whoever shows one needs `SHOWS`.
Whoever reports a member lets `witnessing` keep what is seen: a deletion does not ask who reported.

Invariants
- What others see was decoded and encoded by us; what a member uploaded is never shown, and gone
  once it was looked at. Of what is rejected or deleted, nothing stays in S3 but what was reported;
  of a moderator's refusal that was cut off, until it is repeated or the photo makes room.
- An object in S3 belongs to a photo on a profile, or somebody is about to remove it: the check that
  S3's event asks for, tried again and set aside until it is done; for an upload, a rule of S3's.
- The order in which things happen does not matter, nor how often S3 tells of them: the photo's
  state on the profile decides, and it leaves `uploading` once.
"""

from chalicelib.core.needs import objects, seldom
from chalicelib.profiles.models import Photo, Profile
from chalicelib.profiles.photos import signing
from chalicelib.profiles.photos.keys import PHOTOS, photo_key

UPLOADING, READY, HELD, REJECTED = "uploading", "ready", "held", "rejected"
SHOWS = seldom("whoever holds the URL makes the call, as who signed it", objects("Get", PHOTOS))


def url_of(user_id: str, photo: Photo, side: int) -> str:
    """Where a photo that was checked may be loaded for a while, in one of `photo_sides`."""
    return signing.url(photo_key(user_id, photo.photo_id, side))


def among(profile: Profile, photo_id: str) -> Photo | None:
    """One of a profile's photos, or None."""
    return next((photo for photo in profile.photos if photo.photo_id == photo_id), None)
