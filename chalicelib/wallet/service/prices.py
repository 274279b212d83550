"""What a message or a call minute to a member costs."""

from dataclasses import dataclass

from chalicelib.core import db
from chalicelib.core.needs import fetches, finds, updates
from chalicelib.core.settings import settings
from chalicelib.wallet.models import Payee

PRICES = fetches("payees")
SHOWS = finds("payees")
SETS = updates("payees")


@dataclass(frozen=True)
class Prices:
    """Whole credits."""

    message_credits: int
    call_minute_credits: int


def payee_key(user_id: str) -> db.Key[Payee]:
    """Where a member's prices stand, for other features' own reads."""
    return Payee.at(user_id)


def prices_of(payee: Payee | None) -> Prices:
    """A member's own prices, or the default for each they did not set."""
    message = payee.message_credits if payee else None
    minute = payee.call_minute_credits if payee else None
    return Prices(
        message_credits=settings().price_message_credits if message is None else int(message),
        call_minute_credits=settings().price_call_minute_credits if minute is None else int(minute),
    )


def set_prices(user_id: str, wanted: Prices) -> Prices:
    """Ask for these prices from now on."""
    payee = db.update(
        Payee(user_id),
        Payee.message_credits.set(wanted.message_credits),
        Payee.call_minute_credits.set(wanted.call_minute_credits),
    )
    return prices_of(payee)


def own_prices(user_id: str) -> Prices:
    """What messages and calls to this member cost."""
    return prices_of(Payee.find(user_id))
