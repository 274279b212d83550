"""What each operation may ask of DynamoDB, at most.

Writes and round trips are the ledger's design; reads are what its one round trip brings. Whatever
is between two members reads what stands between them and the other's account, or both accounts
where the caller is known only by a socket. Index units are a message's place in the statement, and
a row's place in a list sorted by activity. A report keeps the forty messages around it, which here
are of 400 characters each.
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
    "like": Budget(3, 5, 9, 1),
    "match": Budget(3, 5, 19, 3),
    "super like": Budget(3, 5, 11, 2),
    "pass": Budget(3, 4, 7),
    "rewind": Budget(3, 5, 6),
    "unmatch": Budget(2, 3, 10),
    "profile begun": Budget(4, 3, 7),
    "profile changed": Budget(3, 2, 5),
    "text of a profile changed": Budget(3, 2, 5),
    "profile moved": Budget(4, 3, 9),
    "wishes changed": Budget(3, 2, 5),
    "own profile": Budget(1, 2),
    "profile of another": Budget(1, 3),
    "report": Budget(4, 9, 53),
    "report of a message": Budget(4, 9, 53),
    "report again": Budget(4, 9, 3),
    "block": Budget(3, 3, 7),
    "unblock": Budget(2, 2, 6),
    "wallet": Budget(1, 1),
    "entries page of 50": Budget(1, 3),
    "inbox page of 20": Budget(2, 101),
    "likes counted": Budget(3, 77),
    "likes unlocked": Budget(5, 78, 7, 1),
    "likes page of 20": Budget(3, 77),
    "matches page of 20": Budget(2, 41),
    "history page of 50": Budget(2, 6.5),
    "history page of 50, its one query": Budget(1, 3.5),
    "history since a seq": Budget(2, 6.5),
    "quote": Budget(1, 5),
    "ticket": Budget(2, 0, 2),
    "connect": Budget(4, 4, 5),
    "hello": Budget(1, 1),
    "disconnect": Budget(2, 1, 4),
    "typing ended": Budget(1, 0, 1),
    "first message to somebody": Budget(3, 10, 8),
    "free message": Budget(2, 9, 6),
    "paid message": Budget(2, 9, 8, 1),
    "inbox rows of both moved": Budget(2, 0, 2, 4),
    "message told to both": Budget(1, 5),
    "balance told": Budget(1, 1),
    "delete with refund": Budget(3, 11, 8, 3),
    "delivered": Budget(4, 9, 1),
    "read": Budget(4, 9, 1),
    "typing started": Budget(3, 6, 1),
    "typing stopped": Budget(3, 6, 1),
    "sync of one conversation": Budget(5, 9, 1),
}
"""By the names that the walk gives them."""
