"""From the rules that a text breaks to what is done with it."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from chalicelib.core import clock

Surface = Literal["message", "bio", "prompt", "name"]
Trust = Literal["new", "known", "trusted"]
Action = Literal["allow", "flag", "hold", "refuse"]

KNOWN_AFTER = timedelta(days=3)
TRUSTED_AFTER = timedelta(days=30)
FIRST_MESSAGE_WEIGHT = 1
"""How much heavier whatever a first message does wrong weighs."""
MARKED_CHARACTERS_MIN = 20
"""Shorter openings are everybody's: "hi, how are you?" says nothing of who repeats it."""
MARK_BYTES = 12


class Bars(NamedTuple):
    """From which weight on something is done; None where it never is."""

    flag: int
    hold: int | None
    refuse: int


BARS: dict[Trust, dict[Surface, Bars]] = {
    "new": {
        "message": Bars(2, None, 4),
        "bio": Bars(2, 3, 6),
        "prompt": Bars(2, 3, 6),
        "name": Bars(9, None, 9),
    },
    "known": {
        "message": Bars(2, None, 6),
        "bio": Bars(3, 4, 8),
        "prompt": Bars(3, 4, 8),
        "name": Bars(9, None, 9),
    },
    "trusted": {
        "message": Bars(3, None, 9),
        "bio": Bars(3, 5, 9),
        "prompt": Bars(3, 5, 9),
        "name": Bars(9, None, 9),
    },
}
"""By how long somebody has been here. The weights are in `table`."""

REPEATED = "repeated_opening"
REPEATS: dict[Trust, tuple[int, int]] = {"new": (2, 4), "known": (4, 8), "trusted": (8, 16)}
"""To how many others the same first message may have gone before it is flagged, and refused."""


class Verdict(NamedTuple):
    """What is to be done with a text, and the ids of the rules it breaks."""

    action: Action
    rules: tuple[str, ...]


def trust_of(joined_at: datetime) -> Trust:
    """How far a member is trusted, by the time since they joined."""
    age = clock.now() - joined_at
    if age < KNOWN_AFTER:
        return "new"
    return "known" if age < TRUSTED_AFTER else "trusted"


def judge(
    text: str,
    *,
    surface: Surface,
    trust: Trust,
    first: bool = False,
    before: Sequence[str] = (),
) -> Verdict:
    """What is to be done with a text.

    first   whether it is its sender's first message to this person
    before  the marks (`mark_of`) of their first messages to others
    """
    from chalicelib.safety.rules.engine import broken

    rules = broken(text)
    weight = sum(rule.weights[surface] for rule in rules)
    if first and weight:
        weight += FIRST_MESSAGE_WEIGHT
    names = [rule.id for rule in rules]
    bars = BARS[trust][surface]
    repeated = _repeated(text, trust, bars, before) if first and before else 0
    if repeated:
        names.append(REPEATED)
    return Verdict(_action(weight + repeated, bars), tuple(names))


def mark_of(text: str) -> str | None:
    """By what a first message is known again, without being kept; None for a short one.

    Only its letters and digits count, so that a smile at its end does not make it another.
    """
    from chalicelib.safety.rules.reading import plain

    bare = "".join(filter(str.isalnum, plain(text)))
    if len(bare) < MARKED_CHARACTERS_MIN:
        return None
    return hashlib.blake2b(bare.encode(), digest_size=MARK_BYTES).hexdigest()


def _repeated(text: str, trust: Trust, bars: Bars, before: Sequence[str]) -> int:
    times = before.count(mark_of(text))
    flagged_from, refused_from = REPEATS[trust]
    if times >= refused_from:
        return bars.refuse
    return bars.flag if times >= flagged_from else 0


def _action(weight: int, bars: Bars) -> Action:
    if weight >= bars.refuse:
        return "refuse"
    if bars.hold is not None and weight >= bars.hold:
        return "hold"
    return "flag" if weight >= bars.flag else "allow"
