"""Who may have to do with whom: the one policy that every surface asks.

Front door: `keys_between` and `may_interact` around a feature's own read, `interacting` for a list;
within another feature's transaction `bar`, `unbar`, `close` and `show`. What may be written is in
`rules`.

Invariant: two members between whom a block stands, from either side, are to each other as if the
other did not exist; whoever is refused learns no more than "not found".
"""

from chalicelib.safety.errors import TextRefused
from chalicelib.safety.service.openings import REMEMBERS_OPENINGS, Opening
from chalicelib.safety.service.policy import (
    JUDGES,
    MARKS_PAIRS,
    bar,
    close,
    interacting,
    is_shown,
    keys_between,
    may_interact,
    pair_key,
    show,
    unbar,
)
from chalicelib.safety.service.telling import TELLS, tell

__all__ = [
    "JUDGES",
    "MARKS_PAIRS",
    "REMEMBERS_OPENINGS",
    "TELLS",
    "Opening",
    "TextRefused",
    "bar",
    "close",
    "interacting",
    "is_shown",
    "keys_between",
    "may_interact",
    "pair_key",
    "show",
    "tell",
    "unbar",
]
