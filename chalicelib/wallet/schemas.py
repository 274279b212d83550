"""What the wallet hears and says."""

from datetime import datetime
from typing import Annotated

import msgspec

from chalicelib.core.schema import In, Out
from chalicelib.core.settings import settings
from chalicelib.core.socket import PushEvent, event
from chalicelib.wallet.models import Entry, Lot, Wallet
from chalicelib.wallet.service.prices import Prices
from chalicelib.wallet.service.wallets import good_lots, spendable

Price = Annotated[int, msgspec.Meta(ge=0, le=settings().price_credits_max)]


class LotView(Out, frozen=True):
    """Promotional credits that expire together."""

    source: str
    credits: int
    expires_at: datetime

    @classmethod
    def of(cls, lot: Lot) -> "LotView":
        return cls(source=lot.source, credits=int(lot.credits), expires_at=lot.expires_at)


class WalletView(Out, frozen=True):
    """What a member holds. `version` grows with every change."""

    available_credits: int
    held_credits: int
    bought_credits: int
    lots: list[LotView]
    version: int

    @classmethod
    def of(cls, wallet: Wallet) -> "WalletView":
        return cls(
            available_credits=spendable(wallet),
            held_credits=int(wallet.held),
            bought_credits=int(wallet.bought),
            lots=[LotView.of(lot) for lot in good_lots(wallet)],
            version=int(wallet.version),
        )


class EntryView(Out, frozen=True):
    """A line of the member's statement."""

    entry_id: str
    number: int
    kind: str
    amount_credits: int
    balance_credits: int
    reference: str
    posted_at: datetime

    @classmethod
    def of(cls, entry: Entry) -> "EntryView":
        return cls(
            entry_id=entry.entry_id,
            number=int(entry.number),
            kind=entry.kind,
            amount_credits=int(entry.amount),
            balance_credits=int(entry.balance),
            reference=entry.reference,
            posted_at=entry.posted_at,
        )


class EntryList(Out, frozen=True):
    """A page of the statement, newest first."""

    items: list[EntryView]
    next_cursor: str | None


class SetPrices(In, frozen=True):
    """What to ask for a message, and for a started minute of a call."""

    message_credits: Price
    call_minute_credits: Price


class PricesView(Out, frozen=True):
    """What messages and calls to the member cost others, and what of it the member earns."""

    message_credits: int
    call_minute_credits: int
    free_messages_per_conversation: int
    earner_share_basis_points: int

    @classmethod
    def of(cls, prices: Prices) -> "PricesView":
        return cls(
            message_credits=prices.message_credits,
            call_minute_credits=prices.call_minute_credits,
            free_messages_per_conversation=settings().free_messages_per_conversation,
            earner_share_basis_points=settings().earner_share_basis_points,
        )


@event("wallet.updated")
class WalletUpdated(PushEvent, frozen=True):
    """The wallet changed. Of two, the one with the greater `entry_number` is newer."""

    available_credits: int
    amount_credits: int
    kind: str
    entry_id: str
    entry_number: int
