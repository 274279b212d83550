"""Refusals of photos."""

from dataclasses import dataclass

from chalicelib.core.errors import Conflict


@dataclass(eq=False)
class TooManyPhotos(Conflict):
    """There is no room for another photo; delete one first."""

    code = "too_many_photos"
    photos_max: int


class PhotosChanged(Conflict):
    """These are not the photos that there are now."""

    code = "photos_changed"
