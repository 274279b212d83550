"""Words that both documents use: the version, what a feature is, a docstring's sentences."""

import inspect
import re
import sys
from collections.abc import Iterable
from typing import Any

from chalicelib.core.limits import Limit

VERSION = "0.1.0"


def tags(features: Iterable[str]) -> list[dict[str, str]]:
    """Each feature once, described by the first paragraph of its charter."""
    return [{"name": feature} | _charter(feature) for feature in dict.fromkeys(features)]


def sentences(doc: str | None) -> tuple[str, str]:
    """The first sentence of a docstring, and the rest."""
    flowing = re.sub(r"(?<!\n)\n(?!\n)", " ", inspect.cleandoc(doc or ""))
    summary, *rest = re.split(r"(?<=\.)\s+", flowing, maxsplit=1)
    return summary, "".join(rest)


def rate_limit(limit: Limit) -> dict[str, Any]:
    """A rate limit in the documents."""
    return {"knocks": limit.knocks, "seconds": limit.seconds, "by": limit.by}


def _charter(feature: str) -> dict[str, str]:
    charter = getattr(sys.modules.get(f"chalicelib.{feature}"), "__doc__", None) or ""
    paragraph = " ".join(charter.strip().partition("\n\n")[0].split())
    return {"description": paragraph} if paragraph else {}
