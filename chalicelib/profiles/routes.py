"""Profiles over HTTP."""

from chalicelib.core.access import Caller, Permission
from chalicelib.core.errors import NotFound
from chalicelib.core.http import Api
from chalicelib.core.limits import Limit
from chalicelib.core.schema import UserId
from chalicelib.profiles.errors import AgesSwapped, PromptTwice
from chalicelib.profiles.moderating import routes as moderating
from chalicelib.profiles.photos import SHOWS
from chalicelib.profiles.photos import routes as photos
from chalicelib.profiles.schemas import (
    CardView,
    ChangePreferences,
    ChangeProfile,
    PreferencesView,
    ProfileView,
)
from chalicelib.profiles.service import changing, showing
from chalicelib.safety import TextRefused

me = Api("profiles", prefix="/v1/me")
profiles = Api("profiles", prefix="/v1/profiles")
apis = [me, profiles, *photos.apis, *moderating.apis]

CHANGES_AN_HOUR = Limit(knocks=120, seconds=3600, by="account")
"""For an app that saves each field as it is left, and tells where it is whenever it is opened."""


@me.get("/profile", access=Permission.MEMBER, needs=showing.READS + SHOWS)
def own(caller: Caller) -> ProfileView:
    """The caller's own profile."""
    return ProfileView.of(showing.own_profile(caller.user_id))


@me.patch(
    "/profile",
    access=Permission.MEMBER,
    needs=changing.CHANGES + SHOWS,
    limit=CHANGES_AN_HOUR,
    raises=(TextRefused, PromptTwice),
)
def change(caller: Caller, wanted: ChangeProfile) -> ProfileView:
    """Change what is given and leave the rest; null removes. Safe to repeat."""
    return ProfileView.of(changing.change_profile(caller.user_id, wanted.given()))


@me.get("/preferences", access=Permission.MEMBER, needs=showing.READS)
def preferences(caller: Caller) -> PreferencesView:
    """Whom the caller wants to meet."""
    return PreferencesView.of(showing.own_profile(caller.user_id).wants)


@me.patch(
    "/preferences",
    access=Permission.MEMBER,
    needs=changing.KEEPS,
    limit=CHANGES_AN_HOUR,
    raises=(AgesSwapped,),
)
def change_preferences(caller: Caller, wanted: ChangePreferences) -> PreferencesView:
    """Change what is given and leave the rest. Safe to repeat."""
    return PreferencesView.of(changing.change_preferences(caller.user_id, wanted.given()))


@profiles.get(
    "/{user_id}", access=Permission.MEMBER, needs=showing.SHOWS + SHOWS, raises=(NotFound,)
)
def show(caller: Caller, user_id: UserId) -> CardView:
    """What the caller may see of a member."""
    return CardView.of(showing.profile_seen_by(caller.user_id, user_id))
