"""Who a member is: credentials, sessions, roles.

Invariants
- An address belongs to at most one member, by transaction; whether it is taken is told only to
  whoever can read its mail.
- A registration is finished only by the client that began it, with the code mailed to the address:
  nobody can plant a password in another's account.
- One use of a refresh token that was already rotated, after its grace, ends the whole session.
- A session that ended is gone everywhere: for REST within the authorizer's cache, for sockets with
  the event `SessionEnded`.
"""

from chalicelib.accounts.models import Member
from chalicelib.accounts.service import (
    ADMITS,
    SIGNED_IN,
    admit,
    member_key,
    still_signed_in,
)

__all__ = ["ADMITS", "SIGNED_IN", "Member", "admit", "member_key", "still_signed_in"]
