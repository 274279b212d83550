"""Likes and matches.

Invariants
- What two members think of each other stands in one item, so that two likes at the same moment
  meet there: the second makes the match, whichever it is.
- A match, its two listings and the conversation are written in one transaction, at most once for
  any two members: their ids are made of both members' ids.
"""
