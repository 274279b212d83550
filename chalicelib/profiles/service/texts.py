"""What a member writes about themselves, held against the rules."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from chalicelib import accounts, safety
from chalicelib.profiles.models import Profile

if TYPE_CHECKING:
    from chalicelib.safety.rules import Surface

HIDDEN = frozenset({"bio", "prompts"})
"""What can be held back from others; a name cannot."""

Hidden = tuple[str | None, list[tuple[str, str]]]
"""A bio, and the answers to prompts."""


def hidden_of(profile: Profile) -> Hidden:
    """The texts that can be held back, as they are now."""
    return profile.bio, [(each.prompt, each.answer) for each in profile.prompts]


def judge(profile: Profile, given: dict[str, Any], member: accounts.Member, before: Hidden) -> None:
    """Refuse a text that is given, or hold all texts back. Raises TextRefused.

    With another bio or answer than `before` all of them are looked at anew, so that whoever takes
    out what was held is shown again; the same ones stay as a moderator left them. Which rules they
    break is noted for moderators, held back or not.
    """
    if not given.keys() & {"display_name", *HIDDEN}:
        return
    from chalicelib.safety import rules  # and with it an engine, which most changes do not need

    trust, is_held, flags = rules.trust_of(member.created_at), False, set[str]()
    for name, surface, text in _texts(profile):
        verdict = rules.judge(text, surface=surface, trust=trust)
        if verdict.action == "refuse" and name in given:
            raise safety.TextRefused(rules=list(verdict.rules))
        if name in HIDDEN and verdict.action != "allow":
            is_held = is_held or verdict.action != "flag"
            flags.update(verdict.rules)
    if hidden_of(profile) != before:
        profile.held, profile.flags = is_held, flags or None


def _texts(profile: Profile) -> Iterator[tuple[str, "Surface", str]]:
    """Every text: the field in which it stands, what it is to the rules, and itself."""
    if profile.display_name:
        yield "display_name", "name", profile.display_name
    if profile.bio:
        yield "bio", "bio", profile.bio
    for answer in profile.prompts:
        yield "prompts", "prompt", answer.answer
