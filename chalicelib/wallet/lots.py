"""Which credits burn first, and where they return: pure rules over a wallet's lots."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.core.settings import settings
from chalicelib.wallet.models import BOUGHT, Lot, Wallet

REOPENED = timedelta(days=7)
"""How long a lot that expired meanwhile is good again after a refund."""

NEVER = datetime.fromisoformat("9999-12-31T00:00:00+00:00")


@dataclass(frozen=True)
class Purse:
    """A wallet's spendable credits after something: what is bought, and the lots."""

    bought: int
    lots: list[Lot]


def draw(wallet: Wallet, credits: int, at: datetime) -> tuple[Purse, list[Lot]]:
    """Take credits: promotional before bought, soonest expiry first. Returns what was drawn too.

    The wallet must hold that many unexpired credits; expired lots are left alone.
    """
    drawn, kept, wanted = [], [], credits
    for lot in sorted(wallet.lots, key=lambda lot: (lot.expires_at, lot.source)):
        taken = min(wanted, int(lot.credits)) if lot.expires_at > at else 0
        wanted -= taken
        if taken:
            drawn.append(_part(lot, taken))
        if taken < lot.credits:
            kept.append(_part(lot, int(lot.credits) - taken))
    if wanted:
        drawn.append(Lot(source=BOUGHT, credits=wanted, expires_at=NEVER))
    return Purse(int(wallet.bought) - wanted, kept), drawn


def give(wallet: Wallet, given: list[Lot]) -> Purse:
    """Put credits in; a lot of the same source and expiry day grows instead of a new one."""
    bought, lots = int(wallet.bought), list(wallet.lots)
    for gift in given:
        if gift.source == BOUGHT:
            bought += int(gift.credits)
            continue
        twin = next((lot for lot in lots if _same(lot, gift)), None)
        if twin is None:
            lots.append(_part(gift, int(gift.credits)))
        else:
            lots[lots.index(twin)] = _part(twin, int(twin.credits + gift.credits))
    return Purse(bought, _at_most(lots, settings().lots_max))


def returned(drawn: list[Lot], credits: int, at: datetime) -> list[Lot]:
    """Where a refund of `credits` goes: back to the lots it came from, the last drawn first.

    A lot that expired meanwhile is reopened for a week.
    """
    back, wanted = [], credits
    for lot in reversed(drawn):
        part = min(wanted, int(lot.credits))
        wanted -= part
        if part:
            expires_at = lot.expires_at if lot.expires_at > at else at + REOPENED
            back.append(Lot(source=lot.source, credits=part, expires_at=expires_at))
    return back


def _same(one: Lot, other: Lot) -> bool:
    return bool(one.source == other.source and one.expires_at.date() == other.expires_at.date())


def _part(lot: Lot, credits: int) -> Lot:
    return Lot(source=lot.source, credits=credits, expires_at=lot.expires_at)


def _at_most(lots: list[Lot], count: int) -> list[Lot]:
    """Merge the two that expire last until there is room: nobody loses a day by it."""
    lots = sorted(lots, key=lambda lot: (lot.expires_at, lot.source))
    while len(lots) > count:
        last, before = lots.pop(), lots.pop()
        merged = int(last.credits + before.credits)
        lots.append(Lot(source=last.source, credits=merged, expires_at=last.expires_at))
    return lots
