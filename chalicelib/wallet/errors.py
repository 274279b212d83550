"""Why a payment is refused."""

from dataclasses import dataclass

from chalicelib.core.errors import Conflict, PaymentRequired


@dataclass(eq=False)
class InsufficientCredits(PaymentRequired):
    """The wallet holds fewer credits than this costs."""

    code = "insufficient_credits"
    needed_credits: int
    available_credits: int


@dataclass(eq=False)
class PriceChanged(Conflict):
    """The price is not the one you were quoted; look at it and ask again."""

    code = "price_changed"
    price_credits: int
