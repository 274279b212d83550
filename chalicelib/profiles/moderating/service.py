"""Who waits for a moderator, and what moderators decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from chalicelib import accounts
from chalicelib.core import cursors, db
from chalicelib.core.needs import fetches, queries, seldom
from chalicelib.core.schema import Page
from chalicelib.core.telemetry import logger
from chalicelib.profiles.models import WAITS, Photo, Profile
from chalicelib.profiles.moderating.errors import ChangedMeanwhile, OwnProfile
from chalicelib.profiles.photos import HELD, READY, REJECTED, among, storing
from chalicelib.profiles.photos.keys import photo_keys, upload_key
from chalicelib.profiles.service.changing import KEEPS, changed

LISTS = queries("profiles/waiting") + fetches("profiles") + cursors.PAGES
DECIDES = KEEPS + seldom("only a stage that reviews photos refuses any", storing.REMOVES)
MODERATED = "moderated"
"""Why a photo was rejected that a moderator refused."""

Verdict = Literal["show", "refuse"]


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a moderator says of what they saw.

    version  of the profile that they saw
    texts    None where nothing is said of them
    photos   by their ids
    """

    version: int
    texts: Verdict | None
    photos: Mapping[str, Verdict]


def waiting(page: Page) -> tuple[list[Profile], str | None]:
    """A page of the profiles that wait, as they are now, and the next cursor.

    The index is a moment behind: what was settled in that moment makes the page shorter.
    """
    scope = "held"
    rows, after = db.page(
        Profile.waiting.query(
            WAITS, limit=page.limit, last_evaluated_key=cursors.unseal(page.cursor, scope)
        )
    )
    found = db.fetch(*(Profile.at(row.user_id) for row in rows))
    profiles = [found[Profile.at(row.user_id)] for row in rows]
    return [each for each in profiles if each and each.waits], cursors.seal(after, scope)


def decide(moderator_id: str, user_id: str, decision: Decision) -> Profile:
    """Show or refuse what was seen, all of it or nothing. A repetition changes nothing.

    Refused texts are removed, refused photos rejected. What S3 holds of these goes afterwards, and
    anew with each repetition: to remove it before would leave a photo without its images wherever
    the decision then comes too late. Nobody is told the address of what a crash leaves in between,
    and it goes when the photo makes room for another.

    Raises OwnProfile, ChangedMeanwhile, NotFound.
    """

    def edit(profile: Profile, _: accounts.Member) -> None:
        if _stands(profile, decision):
            return
        if profile.version != decision.version:
            raise ChangedMeanwhile()
        _apply(profile, decision)

    if moderator_id == user_id:
        raise OwnProfile()
    profile = changed(user_id, edit, is_here=False)
    logger.info(
        "a moderator decided",
        moderator_id=moderator_id,
        user_id=user_id,
        texts=decision.texts,
        photos=dict(decision.photos),
    )
    refused = [photo_id for photo_id, verdict in decision.photos.items() if verdict == "refuse"]
    for photo_id in refused:
        storing.remove(upload_key(user_id, photo_id), *photo_keys(user_id, photo_id))
    return profile


def _stands(profile: Profile, decision: Decision) -> bool:
    """Whether all that was decided is so already."""
    return _texts_stand(profile, decision.texts) and all(
        _photo_stands(among(profile, photo_id), verdict)
        for photo_id, verdict in decision.photos.items()
    )


def _texts_stand(profile: Profile, verdict: Verdict | None) -> bool:
    if verdict is None:
        return True
    is_there = profile.bio is not None or bool(profile.prompts)
    return not profile.held and is_there == (verdict == "show")


def _photo_stands(photo: Photo | None, verdict: Verdict) -> bool:
    """One that its member deleted meanwhile is as gone as one that was refused."""
    if verdict == "show":
        return photo is not None and photo.state == READY
    return photo is None or (photo.state, photo.reason) == (REJECTED, MODERATED)


def _apply(profile: Profile, decision: Decision) -> None:
    """Raises ChangedMeanwhile for whatever does not wait, unless it is so already."""
    if not _texts_stand(profile, decision.texts):
        if not profile.held:
            raise ChangedMeanwhile()
        profile.held = False
        if decision.texts == "refuse":
            profile.bio, profile.prompts, profile.flags = None, [], None
    for photo_id, verdict in decision.photos.items():
        photo = among(profile, photo_id)
        if _photo_stands(photo, verdict):
            continue
        if photo is None or photo.state != HELD:
            raise ChangedMeanwhile()
        photo.state = READY if verdict == "show" else REJECTED
        photo.reason = None if verdict == "show" else MODERATED
