"""Conversations: messages in one order, receipts, typing, and what was missed.

Front door for other features, inside their transaction: `open_conversation`, `close_conversation`,
and `bar_conversation` and `unbar_conversation` of one that was found at `conversation_key`.

Invariants
- `seq` is dense in each conversation and given by the transaction that writes the message.
- A client's message id is carried out at most once for each sender and conversation, together with
  its charge; a retry is answered with the first message.
- Watermarks never go back. Unread counts derive from them and from `seq`, never from counters.
- Whether two members may still talk is asked of `safety.may_interact` on every surface. The
  transaction that sends asks the conversation itself, whether it is `open` and barred by nobody: a
  block or the end of a match comes before a message or after it, and never between.
"""

from chalicelib.core.needs import deletes, updates
from chalicelib.messaging.service.opening import (
    BARS,
    CLOSES,
    OPENS,
    bar_conversation,
    close_conversation,
    conversation_key,
    open_conversation,
    unbar_conversation,
)
from chalicelib.messaging.service.witnessing import WITNESSES, Witnessed, witness

__all__ = [
    "BARS",
    "CLOSES",
    "ENDS_TYPING",
    "MOVES_INBOX",
    "OPENS",
    "WITNESSES",
    "Witnessed",
    "bar_conversation",
    "close_conversation",
    "conversation_key",
    "open_conversation",
    "unbar_conversation",
    "witness",
]

MOVES_INBOX = updates("inbox")
ENDS_TYPING = deletes("typing")
