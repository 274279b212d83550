"""What the journal tells."""

from collections.abc import Iterator

from chalicelib.core import changes
from chalicelib.wallet.models import Entry


class EntryPosted(changes.Event, frozen=True):
    """A wallet's credits changed."""

    user_id: str
    entry_id: str
    kind: str
    number: int
    amount: int
    balance: int


@changes.of(Entry, on=("INSERT",), tells=(EntryPosted,))
def entry_changed(before: Entry | None, after: Entry | None) -> Iterator[changes.Event]:
    if before is None and after is not None and after.number is not None:
        yield EntryPosted(
            user_id=after.user_id,
            entry_id=after.entry_id,
            kind=after.kind,
            number=int(after.number),
            amount=int(after.amount),
            balance=int(after.balance),
        )
