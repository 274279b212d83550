"""Likes, passes and matches.

Invariants
- What two members think of each other stands in one item, so that two likes at the same moment
  meet there: the second makes the match, whichever it is.
- A match, its two listings and the conversation are written in one transaction, at most once for
  any two members: their ids are made of both members' ids. A match that ended never comes back.
- A like and what it costs, credits or one of the day's likes, land together or not at all; nobody
  is charged twice for liking somebody.
- Whoever cannot be liked is refused alike, for whatever reason, by every verb.
"""
