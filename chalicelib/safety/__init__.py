"""Who may have to do with whom: the one policy that every surface asks.

Invariant: two members between whom a block stands, from either side, are to each other as if the
other did not exist; whoever is refused learns no more than "not found".
"""

from chalicelib.safety.service import JUDGES, may_interact, pair_key

__all__ = ["JUDGES", "may_interact", "pair_key"]
