"""Seeing who likes one, for credits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib import wallet
from chalicelib.core import clock, db
from chalicelib.core.needs import fetches, updates
from chalicelib.core.settings import settings
from chalicelib.matching.errors import NothingToUnlock
from chalicelib.matching.models import Tally
from chalicelib.matching.service.listing import LOOKS, anybody_waits

UNLOCKS = LOOKS + fetches("tallies") + updates("tallies") + wallet.PAYS


@dataclass(frozen=True)
class Unlocked:
    """Until when the faces are shown."""

    unlocked_until: datetime


def unlock(user_id: str, *, quoted_credits: int) -> Unlocked:
    """Show the faces of those who like a member for a day. While they are shown, it costs nothing.

    Raises NothingToUnlock where nobody waits, PriceChanged and InsufficientCredits.
    """
    return db.settle(lambda: _unlock_once(user_id, quoted_credits))


def _unlock_once(user_id: str, quoted_credits: int) -> Unlocked:
    found = db.fetch(Tally.at(user_id), wallet.wallet_key(user_id))
    tally, at = found[Tally.at(user_id)] or Tally(user_id), clock.now()
    if tally.is_unlocked(at):
        return Unlocked(tally.unlocked_until)
    price = settings().likes_unlock_credits
    if price != quoted_credits:
        raise wallet.PriceChanged(price_credits=price)
    if not anybody_waits(user_id):
        raise NothingToUnlock()

    until = at + timedelta(seconds=settings().likes_unlock_seconds)
    try:
        with db.transaction() as tx:
            wallet.charge(tx, found[wallet.wallet_key(user_id)], user_id, _due(tally, price))
            _extend(tx, tally, until)
    except db.Duplicate as paid:  # from another device at the same moment
        raise db.Stale() from paid
    return Unlocked(until)


def _due(tally: Tally, price: int) -> wallet.Charge:
    """The charge for one more time, under a key of its own."""
    key = f"unlock/{int(tally.unlocks) + 1}"
    return wallet.Charge(
        entry_id=key, credits=price, payee_id=None, reference=key, request=key.encode()
    )


def _extend(tx: db.Transaction, tally: Tally, until: datetime) -> None:
    times = int(tally.unlocks)
    tx.update(
        Tally(tally.user_id),
        Tally.unlocked_until.set(until),
        Tally.unlocks.set(times + 1),
        when=Tally.unlocks == times if times else Tally.unlocks.does_not_exist(),
        otherwise=db.Stale(),
    )
