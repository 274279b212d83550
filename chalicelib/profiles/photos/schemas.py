"""What photos hear and say."""

from typing import Annotated, Literal, cast

from msgspec import Meta

from chalicelib.core.schema import In, Out, PhotoId
from chalicelib.core.settings import settings
from chalicelib.profiles.models import Photo, Profile
from chalicelib.profiles.photos import HELD, READY, url_of
from chalicelib.profiles.photos.signing import Form

State = Literal["uploading", "ready", "held", "rejected"]


class WantedUpload(In, frozen=True):
    """What the client is going to upload."""

    content_type: Literal["image/jpeg", "image/png", "image/webp"]


class WantedOrder(In, frozen=True):
    """Every photo of the caller's, the one to be shown first at the beginning."""

    photo_ids: Annotated[list[PhotoId], Meta(max_length=20)]


class PhotoView(Out, frozen=True):
    """A photo as others see it: upright, in two sizes, by addresses that hold for a while.

    A client that keeps images should keep them by `photo_id`: the addresses change.
    """

    photo_id: str
    url: str
    small_url: str
    width: int
    height: int

    @classmethod
    def of(cls, user_id: str, photo: Photo) -> "PhotoView":
        return cls(
            photo_id=photo.photo_id,
            url=url_of(user_id, photo, max(settings().photo_sides)),
            small_url=url_of(user_id, photo, min(settings().photo_sides)),
            width=int(photo.width),
            height=int(photo.height),
        )


class OwnPhotoView(Out, frozen=True):
    """One of the caller's own photos.

    An upload is checked within seconds; then it is `ready`, `held` for a moderator, or `rejected`.
    `reason` says why: `not_an_image`, `wrong_type` (an image, of another type than was announced),
    `damaged`, `too_large` (over 10 MB), `too_many_pixels` (over 50 million), `too_many_scans`,
    `too_small` (less than 200 pixels wide or high), or `moderated` (a moderator refused it).
    """

    photo_id: str
    state: State
    reason: str | None
    shown: PhotoView | None

    @classmethod
    def of(cls, user_id: str, photo: Photo) -> "OwnPhotoView":
        return cls(
            photo_id=photo.photo_id,
            state=cast(State, photo.state),
            reason=photo.reason,
            shown=PhotoView.of(user_id, photo) if photo.state in (READY, HELD) else None,
        )


class PhotoList(Out, frozen=True):
    """The caller's photos, in their order."""

    items: list[OwnPhotoView]


class UploadView(Out, frozen=True):
    """Where the photo goes; None where it was checked already, or the time to upload it is over.

    The form is posted to `url` as multipart/form-data: first all `fields`, then the file as `file`.
    """

    photo: OwnPhotoView
    upload: Form | None


def own_photos(profile: Profile) -> list[OwnPhotoView]:
    """A member's photos as they see them themselves."""
    return [OwnPhotoView.of(profile.user_id, photo) for photo in profile.photos]


def shown_photos(profile: Profile) -> list[PhotoView]:
    """A member's photos as others see them: those that are ready."""
    ready = [photo for photo in profile.photos if photo.state == READY]
    return [PhotoView.of(profile.user_id, photo) for photo in ready]
