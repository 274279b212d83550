"""What a member does with their photos."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from chalicelib import accounts
from chalicelib.core import clock, db, ids
from chalicelib.core.errors import NotFound
from chalicelib.core.idempotency import REMEMBERS, Once
from chalicelib.core.needs import objects, seldom
from chalicelib.core.settings import settings
from chalicelib.profiles.models import Photo, Profile
from chalicelib.profiles.photos import REJECTED, SHOWS, UPLOADING, among, signing, storing
from chalicelib.profiles.photos.errors import PhotosChanged, TooManyPhotos
from chalicelib.profiles.photos.keys import UPLOADS, photo_keys, upload_key
from chalicelib.profiles.service.changing import KEEPS, changed
from chalicelib.profiles.service.showing import own_profile

CHECKED = timedelta(minutes=10)
"""What was uploaded while its form held is checked by then, though two tries failed."""
STARTS = (
    KEEPS
    + REMEMBERS
    + SHOWS
    + seldom("only a check that crashed leaves something of what is over", storing.REMOVES)
    + seldom("whoever holds the form makes the call, as who signed it", objects("Put", UPLOADS))
)
ORDERS = KEEPS + SHOWS
REMOVES = KEEPS + storing.REMOVES


class _Done(Exception):
    """The profile says already what it should say."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self.profile = profile


class _Announced(Exception):
    """The request was carried out before."""

    def __init__(self, photo_id: str) -> None:
        super().__init__()
        self.photo_id = photo_id


def start(
    user_id: str, content_type: str, *, idempotency_key: str | None
) -> tuple[Photo, signing.Form | None]:
    """Announce a photo, and let the member's client upload it. Raises TooManyPhotos.

    A repetition is answered with the same photo, and with a form while it may be uploaded; or by
    NotFound, where it was deleted meanwhile, or made room for another.
    """
    once = Once(user_id, "photos", idempotency_key, content_type.encode())
    photo_id = ids.new("pho")
    over: list[Photo] = []

    def edit(profile: Profile, _: accounts.Member) -> None:
        nonlocal over
        if once.keys() and (done := once.done(db.fetch(*once.keys()))):
            raise _Announced(done)
        if among(profile, photo_id):  # by a try whose answer was lost
            raise _Done(profile)
        over = [photo for photo in profile.photos if _is_over(photo)]
        kept = [photo for photo in profile.photos if photo not in over]
        if len(kept) >= settings().photos_max:
            raise TooManyPhotos(photos_max=settings().photos_max)
        profile.photos = [*kept, Photo(photo_id=photo_id, state=UPLOADING)]

    try:
        profile = changed(user_id, edit, lambda tx: once.remember(tx, reference=photo_id))
    except _Done as already:
        profile = already.profile
    except _Announced as already:
        # The profile was read before the record was, and may be older than it.
        photo_id, profile = already.photo_id, own_profile(user_id)
    _forget(profile, over)
    photo = among(profile, photo_id)
    if photo is None:
        raise NotFound()
    return photo, _form(user_id, photo, content_type) if _may_be_uploaded(photo) else None


def order(user_id: str, photo_ids: Sequence[str]) -> Profile:
    """Put the photos into this order. A repetition changes nothing. Raises PhotosChanged."""

    def edit(profile: Profile, _: accounts.Member) -> None:
        by_id = {photo.photo_id: photo for photo in profile.photos}
        if sorted(by_id) != sorted(photo_ids):
            raise PhotosChanged()
        if list(by_id) == list(photo_ids):
            raise _Done(profile)
        profile.photos = [by_id[photo_id] for photo_id in photo_ids]

    try:
        return changed(user_id, edit)
    except _Done as already:
        return already.profile


def remove(user_id: str, photo_id: str) -> None:
    """Delete a photo for good; nothing happens where there is none.

    What S3 holds of it goes before its name does: whoever crashes in between leaves a photo that is
    still there to be deleted. It goes anew with each look at the profile, so that a check which
    was faster than the deletion leaves nothing. What a report keeps of it, stays: see `witnessing`.
    """

    def edit(profile: Profile, _: accounts.Member) -> None:
        storing.remove(upload_key(user_id, photo_id), *photo_keys(user_id, photo_id))
        if among(profile, photo_id) is None:
            raise _Done(profile)
        profile.photos = [photo for photo in profile.photos if photo.photo_id != photo_id]

    with suppress(_Done):
        changed(user_id, edit)


def _may_be_uploaded(photo: Photo) -> bool:
    """Whether its form still holds. A later one would be for a photo that may make room."""
    return photo.state == UPLOADING and clock.now() < _ends_at(photo)


def _is_over(photo: Photo) -> bool:
    """Whether nothing more will come of it: nobody uploaded it, or it was rejected a while ago."""
    return photo.state in (UPLOADING, REJECTED) and clock.now() >= _ends_at(photo) + CHECKED


def _ends_at(photo: Photo) -> datetime:
    """Until when it may be uploaded."""
    return ids.made_at(photo.photo_id) + timedelta(seconds=settings().photo_upload_seconds)


def _forget(profile: Profile, over: Sequence[Photo]) -> None:
    """Remove what is left of photos that made room, unless they are still on the profile."""
    gone = [photo.photo_id for photo in over if among(profile, photo.photo_id) is None]
    keys = [
        key
        for photo_id in gone
        for key in (upload_key(profile.user_id, photo_id), *photo_keys(profile.user_id, photo_id))
    ]
    if keys:
        storing.remove(*keys)


def _form(user_id: str, photo: Photo, content_type: str) -> signing.Form:
    return signing.form(
        upload_key(user_id, photo.photo_id),
        content_type=content_type,
        bytes_max=settings().photo_bytes_max,
        expires_at=_ends_at(photo),
    )
