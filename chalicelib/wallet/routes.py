"""The wallet over HTTP."""

from chalicelib.core.access import Caller, Permission
from chalicelib.core.errors import InvalidCursor
from chalicelib.core.http import Api
from chalicelib.core.schema import Page
from chalicelib.wallet.schemas import (
    EntryList,
    EntryView,
    PricesView,
    SetPrices,
    WalletView,
)
from chalicelib.wallet.service import prices, wallets
from chalicelib.wallet.service.prices import Prices

api = Api("wallet", prefix="/v1/wallet")
me = Api("wallet", prefix="/v1/me")
apis = [api, me]


@api.get("", access=Permission.MEMBER, needs=wallets.SHOWS)
def show(caller: Caller) -> WalletView:
    """What the caller can spend now."""
    return WalletView.of(wallets.wallet_of(caller.user_id))


@api.get("/entries", access=Permission.MEMBER, needs=wallets.LISTS, raises=(InvalidCursor,))
def entries(caller: Caller, page: Page) -> EntryList:
    """The caller's statement, newest first."""
    listed, next_cursor = wallets.entries_of(caller.user_id, page)
    return EntryList(items=[EntryView.of(entry) for entry in listed], next_cursor=next_cursor)


@api.get("/prices", access=Permission.MEMBER, needs=prices.SHOWS)
def show_prices(caller: Caller) -> PricesView:
    """What a message and a call minute to the caller cost."""
    return PricesView.of(prices.own_prices(caller.user_id))


@me.put("/prices", access=Permission.MEMBER, needs=prices.SETS)
def set_prices(caller: Caller, wanted: SetPrices) -> PricesView:
    """Ask for these prices from now on; what was quoted before is refused and quoted anew."""
    asked = Prices(wanted.message_credits, wanted.call_minute_credits)
    return PricesView.of(prices.set_prices(caller.user_id, asked))
