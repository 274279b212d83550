"""Photos: uploaded as a browser does it, checked, stripped of what they tell, shown, deleted."""

import io
from typing import Any

import httpx
from PIL import Image

from infra.demo.devices import Device, eventually
from infra.demo.scene import Scene
from infra.demo.telling import must, must_be

PHOTOS, PROFILE = "/v1/me/photos", "/v1/me/profile"
GPS, CAMERA, LATITUDE = 0x8825, 0x010F, 2
TAKEN_WITH = "Camera-of-Olivia"
TOO_LARGE_BYTES = 10 * 1024 * 1024 + 1
TOLD = {
    "display_name": "Olivia",
    "gender": "woman",
    "seeks": ["man"],
    "place": {"latitude": 38.722252, "longitude": -9.139337},
}

Json = dict[str, Any]


def play(scene: Scene) -> None:
    """Olivia, who lives far from the others, shows herself; Bob looks on."""
    olivia, bob = scene.town.join("Olivia"), scene.lovers.other
    olivia.call("PATCH", PROFILE, json=TOLD)
    first = _upload(scene, olivia)
    _strip(scene, bob, olivia)
    _lie(scene, olivia)
    _refuse_at_the_door(scene, olivia)
    second = _add(olivia, _at_home((800, 600)))
    _order(scene, bob, olivia, [second["photo_id"], first["photo_id"]])
    _delete(scene, bob, olivia, first)


def _upload(scene: Scene, olivia: Device) -> Json:
    announced = olivia.post(PHOTOS, {"content_type": "image/jpeg"})
    must_be("its state before the upload", announced["photo"]["state"], "uploading")
    status = _send(announced["upload"], _at_home((1600, 1200))).status_code
    must_be("what S3 answers to the form", status, 204)
    scene.tell.saw("Olivia gets a form, and posts a photo by it straight to S3")
    photo = _checked(olivia, announced["photo"]["photo_id"])
    must_be("its state", (photo["state"], photo["reason"]), ("ready", None))
    scene.tell.saw("S3 tells the function that knows images: the photo is ready")
    return photo


def _strip(scene: Scene, bob: Device, olivia: Device) -> None:
    sent = _at_home((1600, 1200))
    must(TAKEN_WITH.encode() in sent, "the demo's photo says nothing that could be taken out")
    (seen,) = _seen(bob, olivia)
    sizes = []
    for address in (seen["url"], seen["small_url"]):
        content = _load(address).content
        with Image.open(io.BytesIO(content)) as picture:
            sizes.append(picture.size)
            must_be(
                "what EXIF tells", (dict(picture.getexif()), "exif" in picture.info), ({}, False)
            )
        must(TAKEN_WITH.encode() not in content, "the camera's name can be read in it")
    must_be("the sizes that Bob loads", sizes, [(1080, 810), (320, 240)])
    scene.tell.saw("Bob loads it in two sizes: where and with what it was taken is gone")


def _lie(scene: Scene, olivia: Device) -> None:
    drawing = io.BytesIO()
    Image.new("RGB", (400, 400), "green").save(drawing, "PNG")
    for content, reason in ((drawing.getvalue(), "wrong_type"), (b"<svg/>", "not_an_image")):
        photo = _add(olivia, content)
        must_be("what came of it", (photo["state"], photo["reason"]), ("rejected", reason))
        must_be("what others would load", photo["shown"], None)
        olivia.call("DELETE", f"{PHOTOS}/{photo['photo_id']}", status=204)
    scene.tell.saw("a PNG and an SVG that say they are a JPEG are rejected, each with its reason")


def _refuse_at_the_door(scene: Scene, olivia: Device) -> None:
    announced = olivia.post(PHOTOS, {"content_type": "image/jpeg"})
    for content, code in ((b"", "EntityTooSmall"), (bytes(TOO_LARGE_BYTES), "EntityTooLarge")):
        answer = _send(announced["upload"], content)
        must_be("what S3 answers", (answer.status_code, code in answer.text), (400, True))
    olivia.call("DELETE", f"{PHOTOS}/{announced['photo']['photo_id']}", status=204)
    scene.tell.saw("nothing at all, and 10 MB and a byte, are refused by S3 itself")


def _order(scene: Scene, bob: Device, olivia: Device, wanted: list[str]) -> None:
    items = olivia.call("PUT", f"{PHOTOS}/order", json={"photo_ids": wanted})["items"]
    must_be("her order", [each["photo_id"] for each in items], wanted)
    must_be("Bob's order", [each["photo_id"] for each in _seen(bob, olivia)], wanted)
    scene.tell.saw("a second photo goes to the front, for Bob too")


def _delete(scene: Scene, bob: Device, olivia: Device, photo: Json) -> None:
    address = photo["shown"]["url"]
    about = {"user_id": olivia.user_id, "photo_id": photo["photo_id"], "reason": "fake"}
    must_be("what was reported", bob.post("/v1/reports", about)["subject"], photo["photo_id"])
    for _ in range(2):
        olivia.call("DELETE", f"{PHOTOS}/{photo['photo_id']}", status=204)
    must_be("what is left at its address", _load(address).status_code, 404)
    left = [each["photo_id"] for each in _seen(bob, olivia)]
    must(photo["photo_id"] not in left and len(left) == 1, f"Bob sees {left}")
    scene.tell.saw("deleted, the photo is gone for all but those who look into Bob's report of it")


def _add(olivia: Device, content: bytes) -> Json:
    """Upload whatever it is as a JPEG, and wait until it was checked."""
    announced = olivia.post(PHOTOS, {"content_type": "image/jpeg"})
    must_be("what S3 answers", _send(announced["upload"], content).status_code, 204)
    return _checked(olivia, announced["photo"]["photo_id"])


def _checked(olivia: Device, photo_id: str) -> Json:
    """The photo as its owner sees it, once it was checked."""

    def look() -> Json:
        photos = olivia.get(PROFILE)["photos"]
        return next(each for each in photos if each["photo_id"] == photo_id)

    return eventually("the photo", look, lambda seen: seen["state"] != "uploading")


def _seen(bob: Device, olivia: Device) -> list[Json]:
    """Her photos as he sees them."""
    photos: list[Json] = bob.get(f"/v1/profiles/{olivia.user_id}")["photos"]
    return photos


def _send(form: Json, content: bytes) -> httpx.Response:
    """Post a form, as a browser does."""
    file = ("photo.jpg", content, form["fields"]["Content-Type"])
    return httpx.post(form["url"], data=form["fields"], files={"file": file})


def _load(address: str) -> httpx.Response:
    """Load an image, as a browser does: without any token."""
    return httpx.get(address)


def _at_home(size: tuple[int, int]) -> bytes:
    """A photo that tells where and with what it was taken."""
    exif = Image.Exif()
    exif[CAMERA] = TAKEN_WITH
    exif.get_ifd(GPS)[LATITUDE] = (38.0, 43.0, 20.0)
    raw = io.BytesIO()
    Image.new("RGB", size, "maroon").save(raw, "JPEG", exif=exif)
    return raw.getvalue()
