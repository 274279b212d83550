"""The last look at whoever is about to be shown: what stands between the two is read now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib import profiles, safety
from chalicelib.core import db, ids
from chalicelib.core.needs import fetches
from chalicelib.matching.discovery.choosing import Outcome
from chalicelib.matching.discovery.fitting import level_of, relaxed_to_fit
from chalicelib.matching.discovery.gathering import Viewer
from chalicelib.matching.discovery.people import person_of
from chalicelib.matching.discovery.ranking import Sight
from chalicelib.matching.discovery.standing import Waiting
from chalicelib.matching.models import Liking

JUDGES = safety.JUDGES + fetches("likes", "profiles") + profiles.SHOWS_PHOTOS


@dataclass(frozen=True)
class Card:
    """Somebody who may be shown to the viewer."""

    profile: profiles.Profile
    sight: Sight
    relaxed: tuple[str, ...]


@dataclass(frozen=True)
class Judge:
    """What was found between a viewer and some others."""

    viewer: Viewer
    level: int
    at: datetime
    found: db.Found

    def judge(self, who: Waiting) -> Card | Outcome:
        """The card, or why there is none."""
        viewer_id, found = self.viewer.person.user_id, self.found
        profile = found[profiles.profile_key(who.user_id)]
        liking = found[_liking_key(viewer_id, who.user_id)]
        if not safety.may_interact(found, viewer_id, who.user_id):
            return Outcome.REFUSED
        if liking is not None and liking.decided_by(viewer_id, self.at):
            return Outcome.REFUSED
        if profile is None or not profiles.visible_to(found, viewer_id, profile):
            return Outcome.REFUSED
        is_liked = liking is not None and liking.liked_by(who.user_id) is not None
        return self._fitting(profile, who, is_liked=is_liked)

    def _fitting(
        self, profile: profiles.Profile, who: Waiting, *, is_liked: bool
    ) -> Card | Outcome:
        other = person_of(profile, exposure=who.exposure / 100)
        if other is None:
            return Outcome.REFUSED
        relaxed = relaxed_to_fit(self.viewer.person, other, self.viewer.day)
        if relaxed is None:
            return Outcome.REFUSED
        if level_of(relaxed) > self.level:
            return Outcome.NOT_YET
        return Card(profile, self.viewer.sight(other, is_liked=is_liked), relaxed)


def look_at(viewer: Viewer, people: Sequence[Waiting], *, level: int, at: datetime) -> Judge:
    """Read what a verdict on these people needs, in one round trip."""
    viewer_id = viewer.person.user_id
    keys: list[db.Key[Any]] = []
    for who in people:
        keys += safety.keys_between(viewer_id, who.user_id)
        keys.append(_liking_key(viewer_id, who.user_id))
    seen = [profiles.profile_key(who.user_id) for who in people]
    return Judge(viewer, level, at, db.fetch(*keys, eventual=seen))


def still_undecided(viewer_id: str, people: Sequence[Waiting], at: datetime) -> list[Waiting]:
    """Those whom the viewer has not decided on since; may be a second late, `look_at` is not."""
    keys = {who: _liking_key(viewer_id, who.user_id) for who in people}
    found = db.fetch(eventual=keys.values())
    likings = {who: found[key] for who, key in keys.items()}
    return [
        who for who, liking in likings.items() if not liking or not liking.decided_by(viewer_id, at)
    ]


def _liking_key(one: str, other: str) -> db.Key[Liking]:
    return Liking.at(ids.pair_of(one, other))
