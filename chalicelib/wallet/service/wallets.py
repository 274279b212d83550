"""Wallets: what they hold, and how an entry changes them."""

from datetime import datetime

from chalicelib.core import clock, cursors, db
from chalicelib.core.needs import finds, puts, queries, updates
from chalicelib.core.schema import Page
from chalicelib.wallet.lots import Purse
from chalicelib.wallet.models import Entry, Lot, Wallet, unexpired

SHOWS = finds("wallets")
LISTS = queries("entries/by_number") + cursors.PAGES
POSTS = puts("entries") + updates("wallets")


def wallet_key(user_id: str) -> db.Key[Wallet]:
    """Where a wallet stands, for other features' own reads."""
    return Wallet.at(user_id)


def wallet_of(user_id: str) -> Wallet:
    """A member's wallet; an empty one where nothing ever happened."""
    return Wallet.find(user_id) or Wallet(user_id)


def spendable(wallet: Wallet | None, at: datetime | None = None) -> int:
    """Credits that can be spent: expired lots no longer count, though no entry says so yet."""
    if wallet is None:
        return 0
    return int(wallet.bought) + sum(int(lot.credits) for lot in good_lots(wallet, at))


def good_lots(wallet: Wallet, at: datetime | None = None) -> list[Lot]:
    """The promotional lots that have not expired."""
    return unexpired(wallet.lots, at or clock.now())


def entries_of(user_id: str, page: Page) -> tuple[list[Entry], str | None]:
    """A page of a wallet's journal, newest first, and the cursor of the next."""
    scope = f"entries/{user_id}"
    entries, after = db.page(
        Entry.by_number.query(
            user_id,
            scan_index_forward=False,
            consistent_read=True,
            limit=page.limit,
            last_evaluated_key=cursors.unseal(page.cursor, scope),
        )
    )
    return entries, cursors.seal(after, scope)


def post(
    tx: db.Transaction, wallet: Wallet, purse: Purse, entry: Entry, *, posted: db.Lost | None = None
) -> None:
    """Add an entry and what it does to the wallet, provided that the wallet is as it was read.

    Raises `posted` at commit if the entry exists (db.Duplicate unless told otherwise), db.Stale if
    the wallet changed.
    """
    amount = int(entry.amount)
    entry.number = int(wallet.entries) + 1
    entry.balance = int(wallet.available) + amount
    if wallet.version:
        unchanged = (Wallet.version == wallet.version) & (Wallet.available >= max(0, -amount))
    else:
        unchanged = Wallet.absent()
    tx.put(entry, otherwise=posted or db.Duplicate())
    tx.update(
        Wallet(wallet.user_id),
        Wallet.available.set(int(wallet.available) + amount),
        Wallet.held.set(int(wallet.held)),
        Wallet.credits.set(int(wallet.credits) + max(0, amount)),
        Wallet.debits.set(int(wallet.debits) + max(0, -amount)),
        Wallet.bought.set(purse.bought),
        Wallet.lots.set(purse.lots),
        Wallet.entries.set(int(entry.number)),
        Wallet.version.set(int(wallet.version) + 1),
        when=unchanged,
        otherwise=db.Stale(),
    )
