"""Keeping photos that reports name."""

from chalicelib.core.settings import settings
from chalicelib.profiles.models import Profile
from chalicelib.profiles.photos import READY, storing
from chalicelib.profiles.photos.keys import evidence_key, photo_key

KEEPS = storing.COPIES


def keep(profile: Profile) -> None:
    """Copy the photos that others see, in their largest size, to where no deletion reaches them.

    A repetition copies the same to the same place. A photo that is being deleted may be gone.
    """
    for photo in profile.photos:
        if photo.state == READY:
            storing.copy(
                photo_key(profile.user_id, photo.photo_id, max(settings().photo_sides)),
                evidence_key(profile.user_id, photo.photo_id),
            )
