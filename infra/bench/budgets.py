"""What each operation may ask of DynamoDB, at most.

Writes and round trips are the ledger's design; reads are what its one round trip brings. Index
units are a message's place in the statement, and a row's place in a list sorted by activity.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """Round trips before the reply, and capacity units."""

    round_trips: int
    read_units: float = 0
    write_units: float = 0
    index_units: float = 0


BUDGETS = {
    "register": Budget(4, 1, 3),
    "verify": Budget(3, 0, 10),
    "sign-up credits": Budget(2, 1, 4, 1),
    "login": Budget(5, 2, 3),
    "refresh": Budget(3, 2, 2),
    "authorizer": Budget(1, 2),
    "like": Budget(3, 3, 3, 1),
    "match": Budget(3, 3, 13, 3),
    "wallet": Budget(1, 1),
    "entries page of 50": Budget(1, 3),
    "inbox page of 20": Budget(2, 81),
    "likes page of 20": Budget(2, 21),
    "matches page of 20": Budget(2, 21),
    "history page of 50": Budget(2, 5.5),
    "history page of 50, its one query": Budget(1, 3.5),
    "history since a seq": Budget(2, 5.5),
    "quote": Budget(1, 4),
    "ticket": Budget(2, 0, 2),
    "connect": Budget(4, 4, 5),
    "hello": Budget(1, 1),
    "disconnect": Budget(2, 1, 4),
    "typing ended": Budget(1, 0, 1),
    "free message": Budget(2, 7, 6),
    "paid message": Budget(2, 7, 8, 1),
    "inbox rows of both moved": Budget(2, 0, 2, 4),
    "message told to both": Budget(1, 2),
    "balance told": Budget(1, 1),
    "delete with refund": Budget(3, 9, 8, 3),
    "delivered": Budget(4, 7, 1),
    "read": Budget(4, 7, 1),
    "typing started": Budget(3, 4, 1),
    "typing stopped": Budget(3, 4, 1),
    "sync of one conversation": Budget(5, 7, 1),
}
"""By the names that the walk gives them."""
