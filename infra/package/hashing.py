"""Hashes by which a change is noticed: of files in their names, of deployments in their ids."""

import hashlib
from typing import Any

from infra.package.output import rendered

FILE_DIGITS = 16
ID_DIGITS = 10


def digest(content: Any, digits: int) -> str:
    """The first hexadecimal digits of the SHA-256 of what is written of this."""
    return hashlib.sha256(rendered(content)).hexdigest()[:digits]
