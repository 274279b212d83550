"""Images that members upload, and what is hidden in them."""

import io
import struct
import zlib
from typing import Any

from PIL import Image

RED, GREEN, BLUE = (220, 30, 30), (30, 200, 30), (30, 30, 220)
ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F
NOBODY_KNOWS = "KODAK-OF-ALICE"


def encoded(image: Image.Image, kind: str = "JPEG", **about: Any) -> bytes:
    """An image as a file."""
    raw = io.BytesIO()
    image.save(raw, kind, **about)
    return raw.getvalue()


def decoded(content: bytes) -> Image.Image:
    """A file as an image."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def photo(kind: str = "JPEG", size: tuple[int, int] = (1600, 1200), **about: Any) -> bytes:
    """A photo whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return encoded(image, kind, **about)


def taken_at_home(orientation: int = 1) -> bytes:
    """A photo that tells where and with what it was taken, and how it was held."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = orientation, NOBODY_KNOWS
    exif.get_ifd(GPS).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return photo(exif=exif, comment=b"at " + NOBODY_KNOWS.encode())


def bomb(width: int = 20_000, height: int = 20_000) -> bytes:
    """A PNG of a few kilobytes that says to be huge, and would be."""
    row = b"\0" + b"\0" * ((width + 7) // 8)
    squeezed = zlib.compressobj(9)
    pixels = b"".join(squeezed.compress(row) for _ in range(height)) + squeezed.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_part(*part) for part in parts)


def scans(count: int, size: tuple[int, int] = (8000, 6000)) -> bytes:
    """A JPEG that walks over its pixels so many times more than it needs to."""
    honest = photo(size=size, progressive=True)
    begins = honest.rindex(b"\xff\xda")
    return honest[:-2] + honest[begins:-2] * count + honest[-2:]


def _part(name: bytes, content: bytes) -> bytes:
    checked = name + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="900"><script>alert(1)</script></svg>'
