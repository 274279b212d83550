"""Looking at what was uploaded: the one function that knows images.

It is told of each upload at least once, by S3, in any order and by several at a time. The photo's
state on the profile decides what is done. Writes to S3 come before the state that shows them, and
whoever finds that the photo is not shown removes what was written of it, by whomever. A try that
crashes is repeated twice, and then set aside: to tell of it once more does what was not done.
"""

from dataclasses import dataclass

from chalicelib.core.errors import NotFound
from chalicelib.core.needs import finds
from chalicelib.core.settings import settings
from chalicelib.core.telemetry import count, invocation, logger
from chalicelib.profiles.models import Profile
from chalicelib.profiles.photos import (
    HELD,
    READY,
    REJECTED,
    UPLOADING,
    among,
    pictures,
    storing,
)
from chalicelib.profiles.photos.keys import announced_by, photo_key, photo_keys, upload_key
from chalicelib.profiles.service.changing import KEEPS, changed

CHECKS = KEEPS + finds("profiles") + storing.READS + storing.WRITES + storing.REMOVES


@dataclass(frozen=True)
class Verdict:
    """What was found: the size of what is shown, or the reason why nothing is."""

    width: int | None = None
    height: int | None = None
    reason: str | None = None


class _TooLate(Exception):
    """The photo was deleted, or somebody else was faster."""


def check(key: str) -> None:
    """Check an upload, whichever it is; a repetition finds nothing to do."""
    with invocation(door="profiles-check-photo"):
        announced = announced_by(key)
        if announced is None:  # not even a stranger's
            storing.remove(key)
            return
        state = _state(*announced)
        if state == UPLOADING:
            verdict = _looked_at(*announced, key)
            if verdict is None:
                return
            state = _settled(*announced, verdict)
        _tidy(*announced, state)


def _settled(user_id: str, photo_id: str, verdict: Verdict) -> str | None:
    """Let the photo be what was found, unless it is too late for that; its state then."""
    try:
        changed(user_id, lambda profile, _: _tell(profile, photo_id, verdict))
    except (NotFound, _TooLate):
        pass
    else:
        count("PhotosRejected" if verdict.reason else "PhotosReady")
    return _state(user_id, photo_id)


def _tidy(user_id: str, photo_id: str, state: str | None) -> None:
    """Remove the upload; and of a photo that nobody is to see, what anybody wrote who crashed."""
    shown = photo_keys(user_id, photo_id) if state not in (READY, HELD) else []
    storing.remove(upload_key(user_id, photo_id), *shown)


def _looked_at(user_id: str, photo_id: str, key: str) -> Verdict | None:
    """What there is to say of an upload; None where it is gone."""
    try:
        uploaded = storing.upload(key)
        if uploaded is None:
            return None
        picture = pictures.largest(uploaded.content, uploaded.content_type)
    except storing.TooLarge:
        return Verdict(reason="too_large")
    except pictures.Unfit as unfit:
        logger.info("a photo was rejected", reason=unfit.reason)
        return Verdict(reason=unfit.reason)
    return _written(user_id, photo_id, picture)


def _written(user_id: str, photo_id: str, picture: pictures.Picture) -> Verdict:
    """Write all sizes. Whoever writes the largest first decides what the others are made of.

    Two uploads to one form would otherwise leave a photo that is one image large and another small.
    """
    largest, *others = sorted(settings().photo_sides, reverse=True)
    shown = storing.write_first(photo_key(user_id, photo_id, largest), picture.jpeg)
    for side in others:
        smaller = pictures.smaller(shown, side)
        storing.write(photo_key(user_id, photo_id, side), smaller.jpeg)
    width, height = pictures.size_of(shown)
    return Verdict(width, height)


def _tell(profile: Profile, photo_id: str, verdict: Verdict) -> None:
    photo = among(profile, photo_id)
    if photo is None or photo.state != UPLOADING:
        raise _TooLate
    photo.reason = verdict.reason
    photo.width, photo.height = verdict.width, verdict.height
    photo.state = REJECTED if verdict.reason else HELD if settings().photo_review else READY


def _state(user_id: str, photo_id: str) -> str | None:
    """The state of a photo; None for one that nobody announced, or that was deleted."""
    profile = Profile.find(user_id)
    photo = among(profile, photo_id) if profile else None
    return photo.state if photo else None
