"""The policy."""

from chalicelib.core import db, ids
from chalicelib.core.needs import fetches
from chalicelib.safety.models import Pair

JUDGES = fetches("pairs")


def pair_key(one: str, other: str) -> db.Key[Pair]:
    """Where the two members' row stands, for a feature's own read."""
    return Pair.at(ids.pair_of(one, other))


def may_interact(pair: Pair | None) -> bool:
    """Whether two members may see, like, write to or call each other, from what stands between."""
    return pair is None or (not pair.blocked_by and pair.closed_at is None)
