"""Whom a member blocks: their own list, and what a block does to the two.

Invariants
- A block stands in the blocker's list, between the two (`safety`, which every surface asks) and on
  their conversation, if they have one: in one transaction, as it is lifted in one.
- A message that is on its way lands before a block, or not at all and for nothing.
- Anybody who exists can be blocked, whatever stands between the two already.
"""
