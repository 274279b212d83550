"""The verifier: silent on every sound journal, and each of its rules seen to fail."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.wallet import lots
from chalicelib.wallet.models import BOUGHT, Entry, Lot, Wallet
from chalicelib.wallet.verifier import CHECKS, findings

USER = "usr_01jd3v8t2f5w7m0xq9kzr4hnca"
MEMBER = f"member:{USER}"
AT = datetime(2026, 1, 1, tzinfo=UTC)
LATER = AT + timedelta(days=90)

Journal = tuple[Wallet, list[Entry]]


class Bookkeeper:
    """Keeps a wallet and its journal by the ledger's rules, without a database."""

    def __init__(self) -> None:
        self.wallet = Wallet(USER)
        self.entries: list[Entry] = []

    def grant(self, credits: int, source: str = "signup") -> None:
        given = [Lot(source=source, credits=credits, expires_at=LATER)]
        purse = lots.give(self.wallet, given)
        self._post(purse, f"grant/{len(self.entries)}", credits, given, {"house:issued": -credits})

    def spend(self, credits: int) -> None:
        purse, drawn = lots.draw(self.wallet, credits, AT)
        legs = {"earned:usr_b": credits * 4 // 10, "house:revenue": credits - credits * 4 // 10}
        self._post(purse, f"message/cnv_x/{len(self.entries)}", -credits, drawn, legs)
        self.entries[-1].refundable = credits

    def refund(self, charge: Entry, credits: int) -> None:
        given = lots.returned(charge.lots, credits, AT)
        purse = lots.give(self.wallet, given)
        charge.refundable -= credits
        legs = {"house:revenue": -credits}
        self._post(purse, f"refund/{charge.entry_id}/1", credits, given, legs)

    def _post(
        self, purse: lots.Purse, entry_id: str, amount: int, moved: list[Lot], legs: dict[str, int]
    ) -> None:
        wallet = self.wallet
        wallet.available += amount
        wallet.credits += max(0, amount)
        wallet.debits += max(0, -amount)
        wallet.bought, wallet.lots = purse.bought, purse.lots
        wallet.entries += 1
        entry = Entry(
            USER,
            entry_id,
            number=wallet.entries,
            kind=entry_id.partition("/")[0],
            amount=amount,
            balance=wallet.available,
            legs={MEMBER: amount} | legs,
            lots=moved,
            reference=entry_id,
            posted_at=AT,
        )
        self.entries.append(entry)


def journal_of(steps: list[tuple[str, int]]) -> Journal:
    """A sound journal: grants and purchases, charges as far as there is money, some refunded."""
    books = Bookkeeper()
    for verb, credits in steps:
        if verb in ("signup", BOUGHT):
            books.grant(credits, verb)
        elif verb == "spend" and books.wallet.available >= credits:
            books.spend(credits)
        elif verb == "refund":
            charges = [entry for entry in books.entries if (entry.refundable or 0) >= credits]
            refunded = {entry.reference for entry in books.entries if entry.kind == "refund"}
            open_ = [each for each in charges if f"refund/{each.entry_id}/1" not in refunded]
            if open_:
                books.refund(open_[-1], credits)
    return books.wallet, books.entries


verbs = st.sampled_from(["signup", BOUGHT, "spend", "spend", "refund"])
journals = st.lists(st.tuples(verbs, st.integers(1, 30)), min_size=1, max_size=12).map(journal_of)
full_journals = journals.filter(lambda journal: bool(journal[1]))


@pytest.fixture
def journal() -> Journal:
    """A grant, a purchase, two charges, one of them refunded."""
    return journal_of([("signup", 10), (BOUGHT, 20), ("spend", 5), ("spend", 12), ("refund", 12)])


def broken(journal: Journal) -> set[str]:
    """The rules that do not hold."""
    return {finding.check for finding in findings(*journal)}


@given(journals)
def test_a_sound_journal_is_without_findings(journal: Journal) -> None:
    assert findings(*journal) == []


def test_a_wallet_to_which_nothing_ever_happened_is_sound() -> None:
    assert findings(Wallet(USER), []) == []


def test_a_finding_says_which_rule_whose_wallet_and_what(journal: Journal) -> None:
    wallet, entries = journal
    wallet.available += 1

    totals = findings(wallet, entries)[0]

    assert totals.check == "totals"
    assert totals.user_id == USER
    assert totals.detail == "available + held is 26, credits − debits is 25"


@given(
    full_journals,
    st.sampled_from(["available", "held", "credits", "debits", "bought", "entries"]),
    st.integers(-9, 9).filter(bool),
)
def test_no_number_of_a_wallet_can_change_unnoticed(
    journal: Journal, name: str, change: int
) -> None:
    wallet, entries = journal
    setattr(wallet, name, getattr(wallet, name) + change)

    assert broken((wallet, entries))


@given(full_journals, st.data())
def test_no_entry_can_be_lost_or_doubled_unnoticed(journal: Journal, data: st.DataObject) -> None:
    wallet, entries = journal
    index = data.draw(st.integers(0, len(entries) - 1))
    lost = entries[:index] + entries[index + 1 :]
    doubled = [*entries[:index], entries[index], *entries[index:]]

    assert {"fold", "numbers"} <= broken((wallet, lost))
    assert {"fold", "numbers"} <= broken((wallet, doubled))


@given(full_journals, st.data(), st.integers(-9, 9).filter(bool))
def test_no_amount_can_change_unnoticed(journal: Journal, data: st.DataObject, change: int) -> None:
    wallet, entries = journal
    data.draw(st.sampled_from(entries)).amount += change

    assert {"legs", "balances"} <= broken((wallet, entries))


def _hold_from_nowhere(wallet: Wallet, _: list[Entry]) -> None:
    wallet.held = 3


def _owe(wallet: Wallet, _: list[Entry]) -> None:
    wallet.bought = -1


def _owe_in_a_lot(wallet: Wallet, _: list[Entry]) -> None:
    wallet.lots[0].credits = -1


def _forget_a_lot(wallet: Wallet, _: list[Entry]) -> None:
    wallet.lots = []


def _credit_twice(wallet: Wallet, _: list[Entry]) -> None:
    wallet.credits += 20
    wallet.available += 20
    wallet.bought += 20


def _skip_a_number(_: Wallet, entries: list[Entry]) -> None:
    entries[-1].number += 1


def _miscount(wallet: Wallet, _: list[Entry]) -> None:
    wallet.entries += 1


def _make_money(_: Wallet, entries: list[Entry]) -> None:
    entries[2].legs["house:revenue"] += 1


def _book_it_for_another(_: Wallet, entries: list[Entry]) -> None:
    entries[2].legs["member:usr_other"] = entries[2].legs.pop(MEMBER)


def _forget_the_legs(_: Wallet, entries: list[Entry]) -> None:
    entries[0].legs = None


def _misstate_a_balance(_: Wallet, entries: list[Entry]) -> None:
    entries[1].balance -= 1


def _draw_from_nowhere(_: Wallet, entries: list[Entry]) -> None:
    entries[2].lots = []


def _refund_unrecorded(_: Wallet, entries: list[Entry]) -> None:
    entries[3].refundable = 12


def _refund_too_much(_: Wallet, entries: list[Entry]) -> None:
    entries[4].entry_id = f"refund/{entries[2].entry_id}/1"


def _refund_what_was_never_charged(_: Wallet, entries: list[Entry]) -> None:
    entries[4].entry_id = "refund/message/cnv_x/never/1"


DAMAGES = [
    (_hold_from_nowhere, "totals"),
    (_owe, "signs"),
    (_owe_in_a_lot, "signs"),
    (_forget_a_lot, "purse"),
    (_credit_twice, "fold"),
    (_skip_a_number, "numbers"),
    (_miscount, "numbers"),
    (_make_money, "legs"),
    (_book_it_for_another, "legs"),
    (_forget_the_legs, "legs"),
    (_misstate_a_balance, "balances"),
    (_draw_from_nowhere, "lots"),
    (_refund_unrecorded, "refunds"),
    (_refund_too_much, "refunds"),
    (_refund_what_was_never_charged, "refunds"),
]


@pytest.mark.parametrize(("damage", "rule"), DAMAGES)
def test_each_rule_is_seen_to_fail(
    journal: Journal, damage: Callable[[Wallet, list[Entry]], None], rule: str
) -> None:
    assert broken(journal) == set()

    damage(*journal)

    assert rule in broken(journal)


def test_no_rule_is_without_a_case_above() -> None:
    assert {rule for _, rule in DAMAGES} == set(CHECKS)


def test_what_came_from_the_database_is_judged_alike(journal: Journal) -> None:
    wallet, entries = journal
    read_again = Wallet.from_raw_data(wallet.serialize())
    listed = [Entry.from_raw_data(entry.serialize()) for entry in entries]

    assert json.dumps(listed[0].legs) == json.dumps(entries[0].legs)
    assert findings(read_again, listed) == []
