"""Who a member is: credentials, sessions, roles.

Invariants
- An address belongs to at most one member, by transaction; whether it is taken is told only to
  whoever can read its mail.
- A registration is finished only by the client that began it, with the code mailed to the address:
  nobody can plant a password in another's account.
- One use of a refresh token that was already rotated, after its grace, ends the whole session.
- A session that ended is gone everywhere: for REST within the authorizer's cache, for sockets with
  the event `SessionEnded`. So is a member who is suspended, with `MemberSuspended`.

Front door for other features: `Member` and `member_key`. The verbs of signing in are in `service`,
which costs a start 40 ms, and most functions only ask whether somebody exists.
"""

from chalicelib.accounts.models import Member, member_key
from chalicelib.core.needs import finds, seldom

__all__ = ["ASKS_WHO_IS_SUSPENDED", "Member", "member_key"]

ASKS_WHO_IS_SUSPENDED = seldom("only staff suspends a member", finds("members"))
