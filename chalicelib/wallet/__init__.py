"""Credits: who holds how many, why, and what things cost.

Front doors for other features, each inside their own transaction:
`charge` and `waive` (a fact and what it cost), `refund`, `receipt` (what a key already did).

Invariants
- Credits are integers; `available + held = credits − debits`, and none is ever negative.
- An entry is never changed but for `refundable`; its id is the permanent idempotency key of what it
  pays for. Entries of a wallet are numbered without a gap, in the order in which they landed.
- The legs of every entry sum to zero: what members, house and outside world hold is conserved.
- Promotional credits burn before bought ones, soonest expiry first; a refund returns them.
"""

from chalicelib.wallet.errors import InsufficientCredits, PriceChanged
from chalicelib.wallet.models import Entry, Payee, Wallet
from chalicelib.wallet.service.charges import (
    CHARGES,
    PAYS,
    REFUNDS,
    Charge,
    charge,
    receipt,
    refund,
    replayed,
    waive,
)
from chalicelib.wallet.service.grants import GRANTS
from chalicelib.wallet.service.prices import PRICES, Prices, payee_key, prices_of
from chalicelib.wallet.service.wallets import spendable, wallet_key

__all__ = [
    "CHARGES",
    "GRANTS",
    "PAYS",
    "PRICES",
    "REFUNDS",
    "Charge",
    "Entry",
    "InsufficientCredits",
    "Payee",
    "PriceChanged",
    "Prices",
    "Wallet",
    "charge",
    "payee_key",
    "prices_of",
    "receipt",
    "refund",
    "replayed",
    "spendable",
    "waive",
    "wallet_key",
]
