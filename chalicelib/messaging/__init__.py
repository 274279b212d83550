"""Conversations: messages in one order, receipts, typing, and what was missed.

Front door for other features, inside their transaction: `open_conversation`.

Invariants
- `seq` is dense in each conversation and given by the transaction that writes the message.
- A client's message id is carried out at most once for each sender and conversation, together with
  its charge; a retry is answered with the first message.
- Watermarks never go back. Unread counts derive from them and from `seq`, never from counters.
- Whether two members may still talk is asked of `safety.may_interact` on every surface, and of the
  conversation's own `open` in the transaction that writes.
"""

from chalicelib.core.needs import deletes, updates
from chalicelib.messaging.service.opening import OPENS, open_conversation

__all__ = ["ENDS_TYPING", "MOVES_INBOX", "OPENS", "open_conversation"]

MOVES_INBOX = updates("inbox")
ENDS_TYPING = deletes("typing")
