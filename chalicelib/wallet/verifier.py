"""Proof that a wallet is what its journal says: pure rules over a wallet and its entries.

Both must have been read at one version of the wallet. Nothing here reads, writes or mends: a
finding is mended by a new entry, and only by somebody who knows why it came to be.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from chalicelib.wallet.models import Entry, Wallet


@dataclass(frozen=True)
class Finding:
    """One rule that does not hold.

    check    which rule, by a name that stays
    user_id  in whose wallet or conversation
    detail   what was found, in words and numbers
    """

    check: str
    user_id: str
    detail: str


Details = Iterator[str]
Check = Callable[[Wallet, Sequence[Entry]], Details]


def findings(wallet: Wallet, entries: Sequence[Entry]) -> list[Finding]:
    """Every rule that does not hold. `entries` are all numbered entries, in that order."""
    return [
        Finding(name, wallet.user_id, detail)
        for name, check in CHECKS.items()
        for detail in check(wallet, entries)
    ]


def _totals(wallet: Wallet, _: Sequence[Entry]) -> Details:
    holds, moved = wallet.available + wallet.held, wallet.credits - wallet.debits
    if holds != moved:
        yield f"available + held is {holds}, credits − debits is {moved}"


def _signs(wallet: Wallet, _: Sequence[Entry]) -> Details:
    amounts = {
        name: getattr(wallet, name) for name in ("available", "held", "credits", "debits", "bought")
    }
    amounts |= {f"lot {number}": lot.credits for number, lot in enumerate(wallet.lots, start=1)}
    for name, amount in amounts.items():
        if amount < 0:
            yield f"{name} is {amount}"


def _purse(wallet: Wallet, _: Sequence[Entry]) -> Details:
    parts = wallet.bought + sum(lot.credits for lot in wallet.lots)
    if parts != wallet.available:
        yield f"bought and the lots are {parts}, available is {wallet.available}"


def _fold(wallet: Wallet, entries: Sequence[Entry]) -> Details:
    amounts = [entry.amount for entry in entries]
    credits = sum(amount for amount in amounts if amount > 0)
    folded = {
        "credits": (wallet.credits, credits),
        "debits": (wallet.debits, credits - sum(amounts)),
        "available + held": (wallet.available + wallet.held, sum(amounts)),
    }
    for name, (told, counted) in folded.items():
        if told != counted:
            yield f"{name} is {told}, the entries make it {counted}"


def _numbers(wallet: Wallet, entries: Sequence[Entry]) -> Details:
    for expected, entry in enumerate(entries, start=1):
        if entry.number != expected:
            yield f"{entry.entry_id} is number {entry.number}, not {expected}"
            break
    if wallet.entries != len(entries):
        yield f"the wallet counts {wallet.entries} entries, there are {len(entries)}"


def _legs(wallet: Wallet, entries: Sequence[Entry]) -> Details:
    for entry in entries:
        legs = entry.legs or {}
        if sum(legs.values()) != 0:
            yield f"the legs of {entry.entry_id} sum to {sum(legs.values())}"
        own = legs.get(f"member:{wallet.user_id}", 0)
        if own != entry.amount:
            yield f"the member's leg of {entry.entry_id} is {own}, its amount {entry.amount}"


def _balances(_: Wallet, entries: Sequence[Entry]) -> Details:
    running = accumulate(entry.amount for entry in entries)
    for entry, balance in zip(entries, running, strict=True):
        if entry.balance != balance:
            yield f"{entry.entry_id} leaves {entry.balance}, the entries so far make it {balance}"


def _lots(_: Wallet, entries: Sequence[Entry]) -> Details:
    for entry in entries:
        moved = sum(lot.credits for lot in entry.lots or ())
        if moved != abs(entry.amount):
            yield f"the lots of {entry.entry_id} are {moved}, its amount {entry.amount}"


def _refunds(_: Wallet, entries: Sequence[Entry]) -> Details:
    """A refund's id is `refund/`, the id of the charge it gives back, and a number."""
    given: Counter[str] = Counter()
    for entry in entries:
        if entry.kind == "refund":
            given[entry.entry_id.removeprefix("refund/").rpartition("/")[0]] += int(entry.amount)
    for entry in entries:
        back = given.pop(entry.entry_id, 0)
        left, told = -int(entry.amount) - back, entry.refundable
        if (back or told is not None) and (left < 0 or told != left):
            yield f"{entry.entry_id}: {back} given back, {told} left to give, not {left}"
    for unknown in given:
        yield f"{unknown} was refunded and never charged"


CHECKS: dict[str, Check] = {
    "totals": _totals,
    "signs": _signs,
    "purse": _purse,
    "fold": _fold,
    "numbers": _numbers,
    "legs": _legs,
    "balances": _balances,
    "lots": _lots,
    "refunds": _refunds,
}
"""Every rule, by the name that its findings carry."""
