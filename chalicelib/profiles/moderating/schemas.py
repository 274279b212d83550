"""What moderating hears and says."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.core.errors import Invalid
from chalicelib.core.schema import In, Out, PhotoId
from chalicelib.profiles.models import Profile
from chalicelib.profiles.moderating.service import Decision, Verdict
from chalicelib.profiles.photos import HELD
from chalicelib.profiles.photos.schemas import PhotoView
from chalicelib.profiles.schemas import AnswerView, answers_of

Version = Annotated[int, Meta(ge=1, le=1_000_000_000)]


class PhotoVerdict(In, frozen=True):
    """What becomes of a photo."""

    photo_id: PhotoId
    verdict: Verdict


class WantedDecision(In, frozen=True):
    """What becomes of what the moderator saw. `version` is the one that the list told.

    `texts` is of the bio and all answers together; refused, they are removed.
    """

    version: Version
    texts: Verdict | None = None
    photos: Annotated[list[PhotoVerdict], Meta(max_length=20)] = msgspec.field(default_factory=list)

    def __post_init__(self) -> None:
        if len({each.photo_id for each in self.photos}) < len(self.photos):
            raise Invalid(at="$.photos", rule="unique", message="has the same twice")

    def to(self) -> Decision:
        """The decision."""
        return Decision(
            version=self.version,
            texts=self.texts,
            photos={each.photo_id: each.verdict for each in self.photos},
        )


class HeldTextsView(Out, frozen=True):
    """Texts as their owner wrote them. Others see the name all the time."""

    display_name: str | None
    bio: str | None
    prompts: list[AnswerView]


class HeldView(Out, frozen=True):
    """What waits of one member.

    `texts` is null where only photos wait. `flags` names the rules that the texts break.
    """

    user_id: str
    version: int
    waits_since: datetime
    texts: HeldTextsView | None
    flags: list[str]
    photos: list[PhotoView]

    @classmethod
    def of(cls, profile: Profile) -> "HeldView":
        return cls(
            user_id=profile.user_id,
            version=int(profile.version),
            waits_since=profile.waits_since,
            texts=_texts(profile) if profile.held else None,
            flags=sorted(profile.flags or ()),
            photos=[
                PhotoView.of(profile.user_id, photo)
                for photo in profile.photos
                if photo.state == HELD
            ],
        )


class HeldList(Out, frozen=True):
    """A page of those of whom something waits, the longest waiting first."""

    items: list[HeldView]
    next_cursor: str | None


class DecidedView(Out, frozen=True):
    """The profile after a decision; `waits` is whether something else of it still does."""

    user_id: str
    version: int
    waits: bool

    @classmethod
    def of(cls, profile: Profile) -> "DecidedView":
        return cls(
            user_id=profile.user_id,
            version=int(profile.version),
            waits=profile.waits is not None,
        )


def _texts(profile: Profile) -> HeldTextsView:
    return HeldTextsView(
        display_name=profile.display_name, bio=profile.bio, prompts=answers_of(profile)
    )
