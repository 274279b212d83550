"""Charging for a fact inside the transaction that records it, and giving back."""

from dataclasses import dataclass

from chalicelib.core import clock, db, keys
from chalicelib.core.errors import IdempotencyConflict
from chalicelib.core.needs import fetches, finds, updates
from chalicelib.core.settings import settings
from chalicelib.wallet import lots
from chalicelib.wallet.errors import InsufficientCredits
from chalicelib.wallet.models import Entry, Wallet
from chalicelib.wallet.service.expiry import expire_first
from chalicelib.wallet.service.wallets import POSTS, post, spendable

PAYS = fetches("wallets") + POSTS + keys.SIGNS
CHARGES = PAYS + finds("entries")
REFUNDS = fetches("wallets") + finds("entries") + updates("entries") + POSTS
HOUSE_REVENUE = "house:revenue"
BASIS_POINTS = 10_000


@dataclass(frozen=True, kw_only=True)
class Charge:
    """What one fact costs, and whom it pays.

    entry_id   "<kind>/<natural key>", derived from an id the client made
    payee_id   who earns a share of it; None where it is for Pairly alone
    reference  the id of the fact
    request    the request's bytes: the same entry id with another request is refused
    """

    entry_id: str
    credits: int
    payee_id: str | None
    reference: str
    request: bytes

    @property
    def kind(self) -> str:
        """The first part of the entry's id."""
        return self.entry_id.partition("/")[0]


def charge(tx: db.Transaction, wallet: Wallet | None, user_id: str, due: Charge) -> None:
    """Take credits from a wallet as it was read, with the fact that `tx` records.

    Raises InsufficientCredits at once, and db.Stale when lots had to be expired first; at commit
    db.Duplicate if this was charged before, db.Stale if the wallet changed since it was read.
    """
    at = clock.now()
    purse = wallet or Wallet(user_id)
    expire_first(purse, at)
    available = spendable(purse, at)
    if available < due.credits:
        raise InsufficientCredits(needed_credits=due.credits, available_credits=available)

    after, drawn = lots.draw(purse, due.credits, at)
    share = _share(due)
    entry = Entry(
        user_id,
        due.entry_id,
        kind=due.kind,
        amount=-due.credits,
        legs=_legs(user_id, -due.credits, due.payee_id, share),
        lots=drawn,
        payee_id=due.payee_id,
        share=share,
        reference=due.reference,
        request=keys.fingerprint(due.request),
        refundable=due.credits,
        posted_at=at,
    )
    post(tx, purse, after, entry)


def _share(due: Charge) -> int:
    """What of a charge its payee earns."""
    if due.payee_id is None:
        return 0
    return due.credits * settings().earner_share_basis_points // BASIS_POINTS


def _legs(user_id: str, amount: int, payee_id: str | None, share: int) -> dict[str, int]:
    """What the member, whoever earns, and the house gain; they sum to zero."""
    earned = {} if payee_id is None else {f"earned:{payee_id}": share}
    return {f"member:{user_id}": amount} | earned | {HOUSE_REVENUE: -amount - share}


def waive(tx: db.Transaction, user_id: str, due: Charge) -> None:
    """Record that a fact cost nothing, under the same key as if it had.

    So a retry is recognised whether the first try was free or not. Raises db.Duplicate at commit.
    """
    receipt_of_nothing = Entry(
        user_id,
        due.entry_id,
        kind=due.kind,
        amount=0,
        reference=due.reference,
        request=keys.fingerprint(due.request),
        posted_at=clock.now(),
    )
    tx.put(receipt_of_nothing, otherwise=db.Duplicate())


def receipt(user_id: str, entry_id: str) -> Entry | None:
    """What was done under a key, if anything. None does not prove that nothing still will be."""
    return Entry.find(user_id, entry_id)


def replayed(entry: Entry, request: bytes) -> str:
    """What the same request did before: its reference. Raises IdempotencyConflict for another."""
    if keys.same(entry.request, request) is False:
        raise IdempotencyConflict()
    return str(entry.reference)


def refund(tx: db.Transaction, wallet: Wallet | None, original: Entry, credits: int) -> None:
    """Give back part of a charge, once: `tx` records why.

    The credits return to the lots they came from and the shares are taken back. Raises db.Stale at
    once when lots had to be expired first, and at commit if the charge was refunded meanwhile or
    the wallet changed.
    """
    at = clock.now()
    user_id = original.user_id
    purse = wallet or Wallet(user_id)
    expire_first(purse, at)
    share = int(original.share) * credits // -int(original.amount)
    given = lots.returned(original.lots, credits, at)
    entry = Entry(
        user_id,
        f"refund/{original.entry_id}/1",
        kind="refund",
        amount=credits,
        legs=_legs(user_id, credits, original.payee_id, -share),
        lots=given,
        payee_id=original.payee_id,
        share=-share,
        reference=original.reference,
        posted_at=at,
    )
    post(tx, purse, lots.give(purse, given), entry, posted=db.Stale())
    tx.update(
        Entry(user_id, original.entry_id),
        Entry.refundable.add(-credits),
        when=Entry.refundable >= credits,
        otherwise=db.Stale(),
    )
