"""Changing one's own profile, and with it the row by which one is found."""

from collections.abc import Callable
from typing import Any, cast

from pynamodb.expressions.condition import Condition

from chalicelib import accounts
from chalicelib.core import clock, db, keys
from chalicelib.core.errors import NotFound
from chalicelib.core.needs import seldom, updates
from chalicelib.core.schema import normalised
from chalicelib.profiles import places
from chalicelib.profiles.errors import AgesSwapped, PromptTwice
from chalicelib.profiles.models import (
    WAITS,
    Answer,
    Profile,
    Wants,
    has_photo,
    is_held,
    place_of,
    row_of,
)
from chalicelib.profiles.service import standing, texts
from chalicelib.profiles.service.showing import READS

KEEPS = READS + updates("profiles") + standing.STANDS
CHANGES = KEEPS + seldom("only a place is displaced by a key", keys.SIGNS)

Edit = Callable[[Profile, accounts.Member], None]
Also = Callable[[db.Transaction], None]
"""Writes that are to land with the profile, or not at all."""


def change_profile(user_id: str, given: dict[str, Any]) -> Profile:
    """Change what is given and leave the rest; None removes. A repetition changes nothing.

    Raises TextRefused, PromptTwice.
    """
    asked = [answer.prompt for answer in given.get("prompts") or ()]
    for place, prompt in enumerate(asked):
        if prompt in asked[:place]:
            raise PromptTwice(prompt=prompt)

    def edit(profile: Profile, member: accounts.Member) -> None:
        before = texts.hidden_of(profile)
        for name, value in given.items():
            _set(profile, name, value)
        texts.judge(profile, given, member, before)

    return changed(user_id, edit)


def change_preferences(user_id: str, given: dict[str, Any]) -> Wants:
    """Change what is given and leave the rest; None takes a wish back. Raises AgesSwapped."""

    def edit(profile: Profile, _: accounts.Member) -> None:
        for name, value in given.items():
            wish = getattr(Wants(), name) if value is None else value
            setattr(profile.wants, name, set(wish) or None if isinstance(wish, list) else wish)
        if profile.wants.ages_min > profile.wants.ages_max:
            raise AgesSwapped()

    return changed(user_id, edit).wants


def _set(profile: Profile, name: str, value: Any) -> None:
    match name, value:
        case "place", None:
            profile.cell = None
        case "place", point:
            profile.cell = places.cell_of(
                profile.user_id, point.latitude, point.longitude, kept=profile.cell
            )
        case "prompts", answers:
            profile.prompts = [
                Answer(prompt=each.prompt, answer=normalised(each.answer)) for each in answers or ()
            ]
        case _, list():
            setattr(profile, name, set(value) or None)
        case (("display_name" | "bio"), str()):
            setattr(profile, name, normalised(value).strip())
        case _:
            setattr(profile, name, value)


def changed(user_id: str, edit: Edit, also: Also | None = None, *, is_here: bool = True) -> Profile:
    """Let `edit` change the profile, once more whenever another writer got in between.

    Where it changes nothing, nothing is written. What it raises leaves everything as it was.
    `is_here` is whether it shows that the member is here today.
    """
    return db.settle(lambda: _change_once(user_id, edit, also, is_here=is_here))


def _change_once(user_id: str, edit: Edit, also: Also | None, *, is_here: bool) -> Profile:
    found = db.fetch(Profile.at(user_id), accounts.member_key(user_id))
    member = found[accounts.member_key(user_id)]
    if member is None:
        raise NotFound()
    profile = found[Profile.at(user_id)] or Profile(user_id, born=member.birthdate)
    was, stood = told_by(profile), row_of(profile)
    edit(profile, member)
    if told_by(profile) == was and also is None:
        return profile

    profile.completeness = completeness_of(profile)
    profile.active_day = today() if is_here else profile.active_day
    profile.updated_at = clock.now()
    _line_up(profile)
    place = place_of(profile) if member.is_active else None
    profile.area = place.area if place else None
    with db.transaction() as tx:
        write(tx, profile, was)
        standing.move(tx, stood, place)
        if also is not None:
            also(tx)
    return profile


def _line_up(profile: Profile) -> None:
    """Let it wait for a moderator, or no longer. A change of what waits keeps its turn."""
    if not is_held(profile):
        profile.waits = profile.waits_since = None
    elif profile.waits is None:
        profile.waits, profile.waits_since = WAITS, clock.now()


def write(tx: db.Transaction, profile: Profile, was: dict[str, Any]) -> None:
    """What differs from before, provided that nobody changed the profile since it was read."""
    before = int(profile.version)
    profile.version = before + 1
    told, known = told_by(profile), was if before else {"user_id": profile.user_id}
    tx.update(
        Profile(profile.user_id),
        *(
            attribute.set(getattr(profile, name)) if name in told else attribute.remove()
            for name, attribute in Profile.get_attributes().items()
            if told.get(name) != known.get(name)
        ),
        when=_as_read(before, was) if before else Profile.absent(),
        otherwise=db.Stale(),
    )


def _as_read(version: int, was: dict[str, Any]) -> Condition:
    """Nobody changed it since; that its member is here is noted without a new version."""
    same: Condition = Profile.version == version
    return cast(Condition, same & (Profile.active_day == was["active_day"]))


def told_by(profile: Profile) -> dict[str, Any]:
    """Everything that it says, as plain values that can be compared."""
    values = profile.attribute_values.items()
    return {name: _plain(value) for name, value in values if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, db.Part):
        values = value.attribute_values.items()
        return {name: _plain(each) for name, each in values if each is not None}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return frozenset(value) if isinstance(value, set) else value


def today() -> int:
    return clock.day_of(clock.now())


def completeness_of(profile: Profile) -> int:
    """How much there is to see, in per cent."""
    told = (
        profile.display_name, profile.gender, profile.seeks, profile.intent, profile.bio,
        profile.prompts, profile.languages, profile.interests, profile.cell, has_photo(profile),
    )  # fmt: skip
    return 100 * sum(bool(each) for each in told) // len(told)
