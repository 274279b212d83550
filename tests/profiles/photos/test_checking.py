"""Whatever is uploaded, what is shown is an image of our own or nothing, and nothing else stays."""

import io
import struct
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from PIL import Image, ImageCms

from chalicelib.core import db
from chalicelib.core.settings import settings
from chalicelib.profiles.photos import checking, storing
from infra.local.stack import Stack
from tests.people import Member, at_once
from tests.profiles.photos.conftest import Album, load, send
from tests.profiles.photos.images import (
    BLUE,
    GREEN,
    NOBODY_KNOWS,
    RED,
    SVG,
    bomb,
    decoded,
    encoded,
    photo,
    scans,
    taken_at_home,
)
from tests.profiles.photos.meanwhile import tell


def near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    """Whether it is that colour, but for what JPEG loses."""
    return all(abs(one - other) < 12 for one, other in zip(pixel, colour, strict=True))


def shown(seen: dict[str, Any]) -> bytes:
    assert seen["state"] == "ready", seen
    return load(seen["shown"]["url"]).content


@pytest.mark.parametrize(
    ("content", "said", "reason"),
    [
        (b"no image at all", "image/jpeg", "not_an_image"),
        (SVG, "image/png", "not_an_image"),
        (SVG, "image/jpeg", "not_an_image"),
        (b"%PDF-1.7 " + photo(), "image/jpeg", "not_an_image"),
        (encoded(Image.new("RGB", (900, 900)), "GIF"), "image/png", "not_an_image"),
        (encoded(Image.new("RGB", (900, 900)), "TIFF"), "image/jpeg", "not_an_image"),
        (photo("PNG"), "image/jpeg", "wrong_type"),
        (photo("JPEG"), "image/webp", "wrong_type"),
        (photo("JPEG")[:9000], "image/jpeg", "damaged"),
        (photo("PNG")[:2000], "image/png", "damaged"),
        (photo("WEBP")[:300], "image/webp", "damaged"),
        (photo("JPEG")[:40], "image/jpeg", "damaged"),
        (bomb(), "image/png", "too_many_pixels"),
        (bomb(200, 300_000), "image/png", "too_many_pixels"),
        (scans(250), "image/jpeg", "too_many_scans"),
        (photo(size=(199, 900)), "image/jpeg", "too_small"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_what_is_not_what_it_says_is_rejected_and_nothing_of_it_stays(
    album: Album, content: bytes, said: str, reason: str
) -> None:
    seen = album.add(content, said)

    assert (seen["state"], seen["reason"], seen["shown"]) == ("rejected", reason, None)
    assert album.kept == []


def test_a_bomb_is_rejected_before_it_goes_off(album: Album) -> None:
    """Its 400 million pixels would need 50 MB as they are, and 1.2 GB as colours."""
    content = bomb()
    assert len(content) < 100_000

    assert album.add(content, "image/png")["reason"] == "too_many_pixels"


def test_a_jpeg_of_many_scans_is_shown_while_they_are_not_too_many(album: Album) -> None:
    assert album.add(scans(20))["state"] == "ready"


def test_more_than_was_allowed_is_rejected_unread(album: Album, stack: Stack) -> None:
    """S3's policy forbids it; should it ever come another way, it is not decoded."""
    photo_id = album.announce()["photo"]["photo_id"]
    key = f"uploads/{album.member.user_id}/{photo_id}"
    content = photo() + b"\0" * settings().photo_bytes_max
    stack.buckets.put(settings().photos_bucket, key, content, content_type="image/jpeg")

    stack.settle()

    assert album.photo(photo_id)["reason"] == "too_large"
    assert album.kept == []


def test_an_empty_upload_is_rejected(album: Album, stack: Stack) -> None:
    """S3's policy forbids it too."""
    photo_id = album.announce()["photo"]["photo_id"]
    key = f"uploads/{album.member.user_id}/{photo_id}"
    stack.buckets.put(settings().photos_bucket, key, b"", content_type="image/jpeg")

    stack.settle()

    assert album.photo(photo_id)["reason"] == "not_an_image"
    assert album.kept == []


def test_where_and_with_what_a_photo_was_taken_is_not_told(album: Album) -> None:
    content = taken_at_home()
    assert NOBODY_KNOWS.encode() in content

    picture = shown(album.add(content))

    assert NOBODY_KNOWS.encode() not in picture
    assert b"Exif" not in picture
    assert dict(decoded(picture).getexif()) == {}
    assert decoded(picture).info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"} | {
        "progressive",
        "progression",
    }


@pytest.mark.parametrize(
    ("orientation", "top_left", "size"),
    [
        (1, RED, (1080, 810)),
        (2, BLUE, (1080, 810)),
        (3, BLUE, (1080, 810)),
        (4, RED, (1080, 810)),
        (5, RED, (810, 1080)),
        (6, RED, (810, 1080)),
        (7, BLUE, (810, 1080)),
        (8, BLUE, (810, 1080)),
    ],
)
def test_a_photo_is_shown_upright_however_the_phone_was_held(
    album: Album, orientation: int, top_left: tuple[int, int, int], size: tuple[int, int]
) -> None:
    seen = album.add(taken_at_home(orientation))

    picture = decoded(shown(seen))
    assert picture.size == size == (seen["shown"]["width"], seen["shown"]["height"])
    assert near(picture.getpixel((10, 10)), top_left)
    small = decoded(load(seen["shown"]["small_url"]).content)
    assert near(small.getpixel((3, 3)), top_left)


def test_what_is_hidden_behind_an_image_is_not_passed_on(album: Album) -> None:
    hidden = io.BytesIO()
    with zipfile.ZipFile(hidden, "w") as archive:
        archive.writestr("page.html", "<script>alert(1)</script>")
    polyglot = photo() + hidden.getvalue()

    picture = shown(album.add(polyglot))

    assert not zipfile.is_zipfile(io.BytesIO(picture))
    assert b"page.html" not in picture


def test_what_can_be_seen_through_stands_on_white(album: Album) -> None:
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    image.paste((*GREEN, 255), (0, 0, 200, 400))

    picture = decoded(shown(album.add(encoded(image, "PNG"), "image/png")))

    assert near(picture.getpixel((50, 200)), GREEN)
    assert near(picture.getpixel((350, 200)), (255, 255, 255))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16"])
def test_every_kind_of_png_can_be_shown(album: Album, mode: str) -> None:
    content = encoded(Image.new(mode, (300, 300)), "PNG")

    assert decoded(shown(album.add(content, "image/png"))).mode == "RGB"


def test_a_png_of_65536_greys_keeps_its_greys(album: Album) -> None:
    row = struct.pack("<300H", *[20_000] * 150, *[50_000] * 150)
    greys = Image.frombytes("I;16", (300, 300), row * 300)

    seen = decoded(shown(album.add(encoded(greys, "PNG"), "image/png")))

    dark, bright = seen.getpixel((30, 150)), seen.getpixel((270, 150))
    assert dark == pytest.approx((78, 78, 78), abs=3)
    assert bright == pytest.approx((195, 195, 195), abs=3)


def test_a_photo_of_a_printer_is_shown_in_the_colours_of_a_screen(album: Album) -> None:
    content = encoded(Image.new("CMYK", (300, 300), (0, 255, 255, 0)))

    assert near(decoded(shown(album.add(content))).getpixel((5, 5)), (254, 0, 0))


def test_colours_are_those_that_were_meant_and_their_profile_is_not_passed_on(album: Album) -> None:
    """In this profile red means blue, and the other way round."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"?").replace(b"bXYZ", b"rXYZ").replace(b"?", b"bXYZ")

    picture = decoded(shown(album.add(photo(icc_profile=swapped))))

    assert "icc_profile" not in picture.info
    red, _, blue = picture.getpixel((10, 10))  # type: ignore[misc]
    assert blue > 3 * red


def test_a_broken_profile_of_colours_does_not_matter(album: Album) -> None:
    assert album.add(photo(icc_profile=b"broken"))["state"] == "ready"


def test_being_told_again_and_again_changes_nothing(album: Album, stack: Stack) -> None:
    photo_id = album.add(photo())["photo_id"]
    before, kept = album.photo(photo_id), album.kept
    for _ in range(3):
        tell(album, photo_id)

    assert album.photo(photo_id) == before
    assert album.kept == kept


def test_whoever_crashed_before_the_upload_was_removed_removes_it_later(
    album: Album, stack: Stack
) -> None:
    photo_id = album.add(photo())["photo_id"]
    kept = album.kept
    key = f"uploads/{album.member.user_id}/{photo_id}"
    stack.buckets.put(settings().photos_bucket, key, b"left behind", content_type="image/jpeg")

    stack.settle()

    assert (album.photo(photo_id)["state"], album.kept) == ("ready", kept)


def test_a_second_upload_to_a_form_is_not_shown(album: Album, stack: Stack) -> None:
    announced = album.announce()
    send(announced["upload"], photo())
    stack.settle()
    shown_first = shown(album.photo(announced["photo"]["photo_id"]))

    send(announced["upload"], encoded(Image.new("RGB", (800, 800), GREEN)))
    stack.settle()

    assert shown(album.photo(announced["photo"]["photo_id"])) == shown_first
    assert not [key for key in album.kept if key.startswith("uploads/")]


def test_sizes_are_of_one_image_also_where_somebody_crashed_between_them(
    album: Album, stack: Stack
) -> None:
    """A first check wrote the large size and died; another upload to the form came then."""
    announced = album.announce()
    photo_id = announced["photo"]["photo_id"]
    large = f"photos/{album.member.user_id}/{photo_id}/1080.jpeg"
    green = encoded(Image.new("RGB", (1080, 500), GREEN))
    stack.buckets.put(settings().photos_bucket, large, green, content_type="image/jpeg")

    send(announced["upload"], photo())
    stack.settle()

    seen = album.photo(photo_id)["shown"]
    assert (seen["width"], seen["height"]) == (1080, 500)
    assert near(decoded(load(seen["small_url"]).content).getpixel((5, 5)), GREEN)


def test_an_upload_that_nobody_announced_is_removed(album: Album, stack: Stack) -> None:
    stranger = f"uploads/{album.member.user_id}/pho_01jd3v00000000000000000000"
    odd = f"uploads/{album.member.user_id}/../../etc"
    for key in (stranger, odd):
        stack.buckets.put(settings().photos_bucket, key, photo(), content_type="image/jpeg")
    assert album.kept == sorted([stranger, odd])

    stack.settle()

    assert album.kept == []


def test_an_upload_whose_check_fails_is_tried_again_and_then_set_aside(
    album: Album, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def fail(key: str) -> None:
        tries.append(key)
        raise RuntimeError("no luck today")

    with monkeypatch.context() as patched:
        patched.setattr("chalicelib.profiles.photos.checking.check", fail)
        photo_id = album.upload(photo())
        stack.settle()
        stack.clock.advance(59)
        stack.settle()
        assert len(tries) == 1
        stack.clock.advance(1)
        stack.settle()
        assert len(tries) == 2
    stack.clock.advance(120)
    stack.settle()

    assert album.photo(photo_id)["state"] == "ready"


class Crash(BaseException):
    """The function dies here."""


@pytest.mark.parametrize("step", range(6))
@pytest.mark.parametrize(
    ("content", "left"), [(photo(), 2), (b"no image at all", 0)], ids=["an image", "none"]
)
@pytest.mark.parametrize("then", ["nothing", "a deletion"])
def test_a_check_that_dies_anywhere_leaves_what_the_next_one_finishes(
    album: Album,
    monkeypatch: pytest.MonkeyPatch,
    step: int,
    content: bytes,
    left: int,
    then: str,
) -> None:
    """It dies after so many of its calls; the photo may be deleted before it is told again."""
    photo_id = album.upload(content)
    with monkeypatch.context() as patched, suppress(Crash):
        _die_after(patched, step)
        tell(album, photo_id)
    if then == "a deletion":
        assert album.member.delete(f"/v1/me/photos/{photo_id}").status_code == 204

    tell(album, photo_id)

    assert len(album.kept) == (left if then == "nothing" else 0), album.kept
    states = [each["state"] for each in album.photos]
    assert states == ([] if then == "a deletion" else ["ready" if left else "rejected"])


def _die_after(patched: pytest.MonkeyPatch, calls: int) -> None:
    """Let the check die once it has made so many calls that change something, or read S3."""
    made: list[str] = []

    def dying(real: Any) -> Any:
        def call(*args: Any, **words: Any) -> Any:
            if len(made) == calls:
                raise Crash
            made.append(real.__name__)
            return real(*args, **words)

        return call

    for name in ("upload", "write_first", "write", "remove"):
        patched.setattr(storing, name, dying(getattr(storing, name)))
    patched.setattr(db.Transaction, "commit", dying(db.Transaction.commit))


def test_what_a_check_wrote_of_a_photo_that_another_upload_spoilt_is_removed(
    album: Album, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first upload's check dies when all is written; the form is used again, for no image."""
    announced = album.announce()
    send(announced["upload"], photo())
    with monkeypatch.context() as patched, suppress(Crash):
        _die_after(patched, 3)
        tell(album, announced["photo"]["photo_id"])
    assert len([key for key in album.kept if key.startswith("photos/")]) == 2
    send(announced["upload"], b"no image at all")

    stack.settle()

    assert album.photo(announced["photo"]["photo_id"])["state"] == "rejected"
    assert album.kept == []


def test_many_who_are_told_of_one_upload_agree(album: Album) -> None:
    photo_id = album.upload(photo())

    at_once(*[lambda: tell(album, photo_id)] * 4)

    seen = album.photo(photo_id)
    assert (seen["state"], len(album.kept)) == ("ready", 2)
    assert decoded(load(seen["shown"]["url"]).content).size == (1080, 810)


def test_photos_wait_for_a_moderator_where_the_stage_says_so(
    album: Album, bob: Member, monkeypatch: pytest.MonkeyPatch, stack: Stack
) -> None:
    album.member.patch("/v1/me/profile", {"display_name": "Alice"})
    reviewing = type("Reviewing", (), {"photo_review": True, "photo_sides": (1080, 320)})
    photo_id = album.upload(photo())
    with monkeypatch.context() as patched:
        patched.setattr(checking, "settings", reviewing)
        stack.settle()

    seen = album.photo(photo_id)
    assert seen["state"] == "held"
    assert decoded(load(seen["shown"]["url"]).content).size == (1080, 810)
    assert bob.get(f"/v1/profiles/{album.member.user_id}").json()["photos"] == []
