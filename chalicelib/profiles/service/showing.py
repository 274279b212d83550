"""What a member sees of themselves and of others."""

from chalicelib import accounts, safety
from chalicelib.core import db
from chalicelib.core.errors import NotFound
from chalicelib.core.needs import fetches
from chalicelib.profiles.models import INCOGNITO, PAUSED, Profile

READS = fetches("profiles", "members")
SHOWS = READS + safety.JUDGES


def profile_key(user_id: str) -> db.Key[Profile]:
    """Where a profile stands, for other features' own reads."""
    return Profile.at(user_id)


def own_profile(user_id: str) -> Profile:
    """The member's own profile; an empty one where nothing was told yet. Raises NotFound."""
    found = db.fetch(Profile.at(user_id), accounts.member_key(user_id))
    member = found[accounts.member_key(user_id)]
    if member is None:
        raise NotFound()
    return found[Profile.at(user_id)] or Profile(user_id, born=member.birthdate)


def profile_seen_by(viewer_id: str, user_id: str) -> Profile:
    """A profile that the viewer may see; their own, too, once it has a name.

    Raises NotFound, the same for nobody, for somebody under a block, and for who does not show.
    """
    found = db.fetch(Profile.at(user_id), *safety.keys_between(viewer_id, user_id))
    profile = found[Profile.at(user_id)]
    if profile is None or profile.display_name is None:
        raise NotFound()
    if viewer_id == user_id:
        return profile
    if not safety.may_interact(found, viewer_id, user_id):
        raise NotFound()
    if not visible_to(found, viewer_id, profile):
        raise NotFound()
    return profile


def visible_to(found: db.Found, viewer_id: str, profile: Profile) -> bool:
    """Whether the profile shows itself to the viewer, from `safety.keys_between` as found.

    Incognito, to those whom the member liked; paused, to those with whom the liking is mutual.
    """
    owner_id = profile.user_id
    if profile.visibility == INCOGNITO:
        return safety.is_shown(found, viewer_id, owner_id)
    if profile.visibility == PAUSED:
        return safety.is_shown(found, viewer_id, owner_id) and safety.is_shown(
            found, owner_id, viewer_id
        )
    return True
