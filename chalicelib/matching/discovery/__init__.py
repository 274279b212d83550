"""Whom a member may meet next.

A *lap* goes once through everybody within the member's wishes; where it stands is kept, so that the
next page begins there, on whatever device. People are found by area: a cell, a gender, five years
of birth and a shard. Within a lap areas lie outwards from the member, and each is gone through
from a place on the ring that is the member's own, so that no row is everybody's first.

Invariants
- Nobody is shown whom the member could not like: not themselves, nobody decided on, blocked from
  either side, paused, suspended, gone, or outside of either one's wishes.
- In one lap everybody who fits is shown, and shown once; who likes the member since, once more.
- Only the member's own wishes are ever relaxed, only when they have led to too few people, and each
  card says which; the other's wishes never are.
- That somebody likes the member is told only while such faces are unlocked, and until then changes
  nothing of when, where or how often they are shown; but who is incognito is shown for it alone.
"""
