"""Photos over HTTP."""

from http import HTTPStatus

from chalicelib.core.access import Caller, Permission
from chalicelib.core.errors import IdempotencyConflict, NotFound
from chalicelib.core.http import Api
from chalicelib.core.limits import Limit
from chalicelib.core.schema import PhotoId
from chalicelib.core.signature import Request
from chalicelib.profiles.photos import service
from chalicelib.profiles.photos.errors import PhotosChanged, TooManyPhotos
from chalicelib.profiles.photos.schemas import (
    OwnPhotoView,
    PhotoList,
    UploadView,
    WantedOrder,
    WantedUpload,
    own_photos,
)

photos = Api("profiles", prefix="/v1/me/photos")
apis: list[Api] = [photos]


@photos.post(
    access=Permission.MEMBER,
    limit=Limit(knocks=60, seconds=3600, by="account"),
    needs=service.STARTS,
    status=HTTPStatus.CREATED,
    raises=(TooManyPhotos, IdempotencyConflict, NotFound),
)
def start_upload(caller: Caller, wanted: WantedUpload, request: Request) -> UploadView:
    """Announce a photo, and get the form by which a browser or an app uploads it.

    With an idempotency key it is safe to repeat. What is uploaded is checked; the profile tells
    what came of it.
    """
    photo, form = service.start(
        caller.user_id, wanted.content_type, idempotency_key=request.idempotency_key
    )
    return UploadView(photo=OwnPhotoView.of(caller.user_id, photo), upload=form)


@photos.put(
    "/order", access=Permission.MEMBER, needs=service.ORDERS, raises=(PhotosChanged, NotFound)
)
def order_photos(caller: Caller, wanted: WantedOrder) -> PhotoList:
    """Put the caller's photos into an order. Safe to repeat."""
    profile = service.order(caller.user_id, wanted.photo_ids)
    return PhotoList(items=own_photos(profile))


@photos.delete(
    "/{photo_id}",
    access=Permission.MEMBER,
    needs=service.REMOVES,
    status=HTTPStatus.NO_CONTENT,
)
def delete_photo(caller: Caller, photo_id: PhotoId) -> None:
    """Delete a photo for good; nothing happens where there is none."""
    service.remove(caller.user_id, photo_id)
