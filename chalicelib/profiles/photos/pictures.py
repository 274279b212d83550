"""Images themselves: what an upload really is, and what others get of it. Pillow is used only here.

Invariants
- What comes out holds pixels and nothing else: no EXIF, place, comment, profile of colours, second
  image, or bytes behind the image.
- How large an image says that it is, and how often it is walked over, is looked at before any of
  it is decoded.
"""

import io
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from chalicelib.core.settings import settings
from chalicelib.core.telemetry import logger

FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
"""Which of Pillow's readers is asked, by what the member says that it is."""
WALKED_PIXELS_MAX = 10_000_000_000
"""A JPEG's pixels, times its scans: ten seconds at most.

An honest one has ten scans, and in 10 MB some 150 places that only look like one; a dishonest one
has 200,000.
"""
SCAN = b"\xff\xda"
QUALITY = 85
WHITE = (255, 255, 255)
PLAIN = frozenset({"L", "RGB", "RGBA", "CMYK"})
"""Pillow's modes whose images can be made smaller as they are."""
DEEP_GREYS = frozenset({"I", "I;16"})
"""Those of 65,536 greys, of which Pillow's own conversion keeps the darkest 256 apart."""

Image.MAX_IMAGE_PIXELS = settings().photo_pixels_max


class Unfit(Exception):
    """An upload that is refused; `reason` is what the member is told."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Picture:
    """A JPEG, and its size in pixels."""

    jpeg: bytes
    width: int
    height: int


def largest(content: bytes, declared: str) -> Picture:
    """An upload in the largest size that is kept, upright. Raises Unfit with the reason."""
    opened = _opened(content, declared)
    _check_size(*opened.size)
    if declared == "image/jpeg":
        _check_scans(*opened.size, content.count(SCAN))
    try:
        return _picture(_decoded(opened, max(settings().photo_sides)))
    except Exception as failure:
        # A file may be broken in any way, and Pillow's readers raise what comes of it.
        logger.info("an image could not be decoded", exc_info=True)
        raise Unfit("damaged") from failure


def smaller(jpeg: bytes, side: int) -> Picture:
    """One of our own pictures, in a smaller size."""
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
        return _picture(_fitted(picture, side))


def size_of(jpeg: bytes) -> tuple[int, int]:
    """The width and height of one of our own pictures."""
    with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
        return picture.size


def _opened(content: bytes, declared: str) -> Image.Image:
    """The image, of which no pixel is decoded yet."""
    if declared not in FORMATS:
        raise Unfit("wrong_type")
    try:
        return Image.open(io.BytesIO(content), formats=[FORMATS[declared]])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as failure:
        raise Unfit("too_many_pixels") from failure
    except UnidentifiedImageError as failure:
        raise Unfit("wrong_type" if _is_another(content) else "not_an_image") from failure
    except Exception as failure:
        raise Unfit("damaged") from failure


def _is_another(content: bytes) -> bool:
    """Whether it is an image of a type that would have been taken, had that been said."""
    try:
        Image.open(io.BytesIO(content), formats=list(FORMATS.values())).close()
    except Exception:
        return False
    return True


def _check_size(width: int, height: int) -> None:
    if width * height > settings().photo_pixels_max:
        raise Unfit("too_many_pixels")
    if min(width, height) < settings().photo_side_min:
        raise Unfit("too_small")


def _check_scans(width: int, height: int, scans: int) -> None:
    if width * height * scans > WALKED_PIXELS_MAX:
        raise Unfit("too_many_scans")


def _decoded(image: Image.Image, side: int) -> Image.Image:
    """Its pixels, upright, in the colours of screens, no larger than fits a square."""
    image.draft("RGB", (side, side))  # a JPEG is not decoded larger than it is needed
    image.load()
    colours = image.info.get("icc_profile")
    if image.mode in DEEP_GREYS:
        image = image.point(lambda level: level / 256).convert("L")
    if image.mode not in PLAIN:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    turned = ImageOps.exif_transpose(_fitted(image, side))
    return _for_screens(turned, colours)


def _fitted(image: Image.Image, side: int) -> Image.Image:
    image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return image


def _for_screens(image: Image.Image, colours: bytes | None) -> Image.Image:
    """In sRGB, which is what is shown where an image does not say what its colours are."""
    if colours and image.mode in ("RGB", "RGBA", "CMYK"):
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(colours))
            srgb = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, own, srgb, outputMode=mode)
        except (ImageCms.PyCMSError, OSError):
            return image  # its profile is broken; its pixels need not be
        return converted or image
    return image


def _picture(image: Image.Image) -> Picture:
    """As a JPEG of nothing but its pixels, on white where it can be seen through."""
    bare = Image.new("RGB", image.size, WHITE)
    bare.paste(image.convert("RGB"), mask=image.getchannel("A") if image.mode == "RGBA" else None)
    raw = io.BytesIO()
    bare.save(raw, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Picture(raw.getvalue(), *bare.size)
