"""What waits for a moderator: texts that the rules held back, and photos where they are reviewed.

    GET /v1/admin/held → the longest waiting first → POST /v1/admin/held/{user_id} → shown or gone

Invariants
- A profile is in the list exactly while others do not see something of it that they might: it
  comes and goes in the write that holds or settles it (`service.changing`).
- What is decided on is what the moderator saw. Whatever was changed meanwhile is not decided on.
- Suspended members are listed as well: what is decided holds when they come back.
"""
