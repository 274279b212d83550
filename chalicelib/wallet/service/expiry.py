"""Promotional credits that were not used in time."""

from datetime import datetime

from chalicelib.core import db
from chalicelib.wallet.lots import Purse
from chalicelib.wallet.models import Entry, Wallet, unexpired
from chalicelib.wallet.service.wallets import post

HOUSE_ISSUED = "house:issued"


def expire_first(wallet: Wallet, at: datetime) -> None:
    """Let what expired leave a wallet before anything else happens to it.

    So an entry's balance can be spent, and expired credits never merge with good ones. Raises
    db.Stale if there was anything: look at the wallet again.
    """
    if len(unexpired(wallet.lots, at)) < len(wallet.lots):
        _expire(wallet, at)
        raise db.Stale()


def _expire(wallet: Wallet, at: datetime) -> None:
    """Take expired lots out of a wallet, by an entry of their own.

    The entry's key is the number it would have, so that two who see the same expiry post it once.
    Raises db.Stale if the wallet changed since it was read.
    """
    kept = unexpired(wallet.lots, at)
    expired = [lot for lot in wallet.lots if lot not in kept]
    credits = sum(int(lot.credits) for lot in expired)
    entry_id = f"expiry/{int(wallet.entries) + 1}"
    entry = Entry(
        wallet.user_id,
        entry_id,
        kind="expiry",
        amount=-credits,
        legs={f"member:{wallet.user_id}": -credits, HOUSE_ISSUED: credits},
        lots=expired,
        reference=entry_id,
        posted_at=at,
    )
    try:
        with db.transaction() as tx:
            post(tx, wallet, Purse(int(wallet.bought), kept), entry)
    except db.Duplicate:
        raise db.Stale() from None
