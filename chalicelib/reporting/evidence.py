"""Taking evidence: the profile as others see it, and what was written around the subject.

Photos are named by their ids; `profiles.keep_photos` keeps what was to be seen in them, before.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from chalicelib.messaging import Witnessed
from chalicelib.profiles import Profile

PROFILE, MESSAGES = "profile", "messages"
BYTES_MAX = 100_000
SHOWN = (
    *("display_name", "born", "gender", "seeks", "intent", "bio", "prompts", "languages"),
    *("interests", "photos", "held", "visibility"),
)
"""What of a profile is kept: all that others see, and the day of birth, for who may be too young.

Where somebody lives is not, since no moderator needs it.
"""


def seen(profile: Profile | None, messages: Sequence[Witnessed], subject: str) -> dict[str, str]:
    """What there is to keep now, as far as there is any: JSON, by what it is of.

    The same is always spelled the same.
    """
    contents = dict[str, str]()
    if profile is not None:
        contents[PROFILE] = _json({name: getattr(profile, name) for name in SHOWN})
    if messages:
        contents[MESSAGES] = _json(_fitting(messages, subject))
    return contents


def _fitting(messages: Sequence[Witnessed], subject: str) -> list[Witnessed]:
    """As many as there is room for, the nearest to the subject (or to the end) before others."""
    numbered = list(enumerate(messages))
    middle = next((n for n, each in numbered if each.message_id == subject), len(messages) - 1)
    kept, room_bytes = list[tuple[int, Witnessed]](), BYTES_MAX - 2
    for number, message in sorted(numbered, key=lambda pair: abs(pair[0] - middle)):
        room_bytes -= len(msgspec.json.encode(message)) + 1
        if room_bytes < 0:
            break
        kept.append((number, message))
    return [message for _, message in sorted(kept, key=lambda pair: pair[0])]


def _json(content: Any) -> str:
    return msgspec.json.encode(content, enc_hook=_plain, order="deterministic").decode()


def _plain(part: Any) -> Any:
    """A group of attributes as what it holds."""
    return part.attribute_values
