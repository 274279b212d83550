"""What profiles hear and say."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.core import clock, schema
from chalicelib.core.errors import Invalid
from chalicelib.core.schema import In, Out
from chalicelib.profiles.models import Profile, Wants
from chalicelib.profiles.photos.schemas import (
    OwnPhotoView,
    PhotoView,
    own_photos,
    shown_photos,
)
from chalicelib.profiles.words import Gender, Intent, Interest, Language, Prompt, Visibility

NAME = (
    rf"\A(?=[{schema.BLANK}]*[^{schema.BLANK}])"
    r"[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]*\Z"
)
"""On one line, and without what turns the direction of the text around it."""

Name = Annotated[str, Meta(pattern=NAME, max_length=40)]
Bio = Annotated[str, Meta(pattern=schema.SOMETHING_ON_ANY_LINES, max_length=500)]
Said = Annotated[str, Meta(pattern=schema.SOMETHING_ON_ANY_LINES, max_length=200)]
Age = Annotated[int, Meta(ge=18, le=99)]
Distance = Annotated[int, Meta(ge=5, le=200)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]


class PlaceIn(In, frozen=True):
    """Where the device is, in degrees. It is blurred at once, and never kept."""

    latitude: Latitude
    longitude: Longitude


class AnswerIn(In, frozen=True):
    """What the member says to a prompt."""

    prompt: Prompt
    answer: Said


class ChangeProfile(In, frozen=True):
    """What is to change. What is left out stays as it is; null removes it."""

    display_name: Name | UnsetType | None = UNSET
    gender: Gender | UnsetType | None = UNSET
    seeks: Annotated[list[Gender], Meta(min_length=1, max_length=3)] | UnsetType | None = UNSET
    intent: Intent | UnsetType | None = UNSET
    bio: Bio | UnsetType | None = UNSET
    prompts: Annotated[list[AnswerIn], Meta(max_length=3)] | UnsetType | None = UNSET
    languages: Annotated[list[Language], Meta(max_length=8)] | UnsetType | None = UNSET
    interests: Annotated[list[Interest], Meta(max_length=10)] | UnsetType | None = UNSET
    place: PlaceIn | UnsetType | None = UNSET
    visibility: Visibility | UnsetType = UNSET

    def __post_init__(self) -> None:
        _refuse_repetition(self, "seeks", "languages", "interests")

    def given(self) -> dict[str, Any]:
        """The fields that are there, by name."""
        return _given(self)


class ChangePreferences(In, frozen=True):
    """What is to change. What is left out stays as it is; null takes a wish back.

    An empty list means any.
    """

    ages_min: Age | UnsetType | None = UNSET
    ages_max: Age | UnsetType | None = UNSET
    intents: Annotated[list[Intent], Meta(max_length=4)] | UnsetType | None = UNSET
    languages: Annotated[list[Language], Meta(max_length=8)] | UnsetType | None = UNSET
    distance_km: Distance | UnsetType | None = UNSET

    def __post_init__(self) -> None:
        _refuse_repetition(self, "intents", "languages")

    def given(self) -> dict[str, Any]:
        """The fields that are there, by name."""
        return _given(self)


def _refuse_repetition(change: In, *names: str) -> None:
    """Raise Invalid for the first of these lists in which something stands twice."""
    for name in names:
        listed = getattr(change, name)
        if listed and len(set(listed)) < len(listed):
            raise Invalid(at=f"$.{name}", rule="unique", message="has the same twice")


def _given(change: In) -> dict[str, Any]:
    fields = msgspec.structs.asdict(change)
    return {name: value for name, value in fields.items() if value is not UNSET}


class AnswerView(Out, frozen=True):
    """What a member says to a prompt."""

    prompt: str
    answer: str


class ProfileView(Out, frozen=True):
    """The caller's own profile. `held`: its texts wait for a moderator."""

    user_id: str
    display_name: str | None
    age: int
    gender: str | None
    seeks: list[str]
    intent: str | None
    bio: str | None
    prompts: list[AnswerView]
    languages: list[str]
    interests: list[str]
    photos: list[OwnPhotoView]
    has_place: bool
    visibility: str
    held: bool
    completeness: int

    @classmethod
    def of(cls, profile: Profile) -> "ProfileView":
        return cls(
            **_told(profile),
            bio=profile.bio,
            prompts=answers_of(profile),
            seeks=sorted(profile.seeks or ()),
            photos=own_photos(profile),
            has_place=profile.cell is not None,
            visibility=profile.visibility,
            held=bool(profile.held),
            completeness=int(profile.completeness),
        )


class CardView(Out, frozen=True):
    """What others see of a member."""

    user_id: str
    display_name: str | None
    age: int
    gender: str | None
    intent: str | None
    bio: str | None
    prompts: list[AnswerView]
    languages: list[str]
    interests: list[str]
    photos: list[PhotoView]

    @classmethod
    def of(cls, profile: Profile) -> "CardView":
        shown = not profile.held
        return cls(
            **_told(profile),
            bio=profile.bio if shown else None,
            prompts=answers_of(profile) if shown else [],
            photos=shown_photos(profile),
        )


class PreferencesView(Out, frozen=True):
    """Whom the caller wants to meet. Empty lists mean any."""

    ages_min: int
    ages_max: int
    intents: list[str]
    languages: list[str]
    distance_km: int

    @classmethod
    def of(cls, wants: Wants) -> "PreferencesView":
        return cls(
            ages_min=int(wants.ages_min),
            ages_max=int(wants.ages_max),
            intents=sorted(wants.intents or ()),
            languages=sorted(wants.languages or ()),
            distance_km=int(wants.distance_km),
        )


def _told(profile: Profile) -> dict[str, Any]:
    """What both views have in common."""
    return {
        "user_id": profile.user_id,
        "display_name": profile.display_name,
        "age": clock.age_on(profile.born, clock.now().date()),
        "gender": profile.gender,
        "intent": profile.intent,
        "languages": sorted(profile.languages or ()),
        "interests": sorted(profile.interests or ()),
    }


def answers_of(profile: Profile) -> list[AnswerView]:
    """What a member says to prompts."""
    return [AnswerView(prompt=each.prompt, answer=each.answer) for each in profile.prompts]
