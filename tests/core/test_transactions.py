"""Writes: all or none, each refusal for its true reason, and contention that ends."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.core import clock, db, ids
from chalicelib.core.errors import Busy, Conflict, PaymentRequired, Pending
from chalicelib.core.idempotency import Remembered
from chalicelib.core.settings import settings
from tests.outages import at_the_wire, cancelling, first, losing, refusing

TRANSACT = "TransactWriteItems"


class TooLate(Conflict):
    """The state is another."""

    code = "too_late"


class NoMoney(PaymentRequired):
    """There is not enough."""

    code = "no_money"


def item(reference: str = "first", key: str | None = None) -> Remembered:
    later = clock.now() + timedelta(hours=1)
    fresh = key or ids.new("test")
    return Remembered(fresh, request="r", reference=reference, expires_at=later)


def kept(reference: str = "first") -> Remembered:
    """An item that stands in its table."""
    stored = item(reference)
    db.put(stored)
    return stored


def land(*puts: tuple[Remembered, Exception]) -> None:
    """Create these, all or none."""
    with db.transaction() as tx:
        for wanted, otherwise in puts:
            tx.put(wanted, otherwise=otherwise)


def there(wanted: Remembered) -> Remembered | None:
    return Remembered.find(wanted.key_id)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waiting takes no time, but the process's clock moves as if it did; here are the pauses."""
    pauses: list[float] = []
    started = clock.monotonic()

    def pause(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    monkeypatch.setattr(clock, "sleep", pause)
    monkeypatch.setattr(clock, "monotonic", lambda: started + sum(pauses))
    return pauses


def test_writes_land_together() -> None:
    one, other = item(), item()

    land((one, db.Duplicate()), (other, db.Duplicate()))

    assert there(one)
    assert there(other)


def test_nothing_lands_where_one_write_is_refused() -> None:
    one, taken = item(), kept()

    with pytest.raises(db.Duplicate):
        land((one, TooLate()), (item("second", taken.key_id), db.Duplicate()))

    assert there(one) is None
    assert there(taken).reference == "first"


def test_nothing_lands_where_the_block_raises() -> None:
    one = item()

    def change_ones_mind() -> None:
        with db.transaction() as tx:
            tx.put(one, otherwise=db.Duplicate())
            raise TooLate()

    with pytest.raises(TooLate):
        change_ones_mind()

    assert there(one) is None


def test_a_transaction_of_nothing_asks_nothing(meter: Any) -> None:
    with meter.watch() as calls, db.transaction():
        pass

    assert calls == []


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_of_several_reasons_a_duplicate_is_told_before_state_and_state_before_funds(
    order: tuple[int, ...],
) -> None:
    duplicate, stale, poor = kept(), kept(), kept()
    otherwise = Remembered.reference == "another"
    change = Remembered.reference.set("changed")

    def commit(wanted: set[int]) -> None:
        with db.transaction() as tx:
            for number in [each for each in order if each in wanted]:
                if number == 0:
                    tx.put(item("again", duplicate.key_id), otherwise=db.Duplicate())
                elif number == 1:
                    tx.update(stale, change, when=otherwise, otherwise=TooLate())
                else:
                    tx.update(poor, change, when=otherwise, otherwise=NoMoney())

    def refusal(wanted: set[int]) -> type[BaseException]:
        with pytest.raises((db.Duplicate, TooLate, NoMoney)) as refused:
            commit(wanted)
        return refused.type

    assert refusal({0, 1, 2}) is db.Duplicate
    assert refusal({0, 2}) is db.Duplicate
    assert refusal({1, 2}) is TooLate
    assert refusal({2}) is NoMoney


def test_whoever_loses_a_transaction_is_handed_the_item_they_lost_to() -> None:
    winner = kept("winner")

    with pytest.raises(db.Duplicate) as lost:
        land((item(), TooLate()), (item("loser", winner.key_id), db.Duplicate()))

    assert lost.value.found.reference == "winner"


@pytest.mark.parametrize("verb", [db.update, db.delete])
def test_whoever_loses_a_single_write_is_handed_the_item_they_lost_to(verb: Any) -> None:
    winner = kept("winner")
    change = (Remembered.reference.set("loser"),) if verb is db.update else ()

    with pytest.raises(db.Stale) as lost:
        verb(winner, *change, when=Remembered.reference == "loser", otherwise=db.Stale())

    assert lost.value.found.reference == "winner"


def test_whoever_meets_nothing_is_handed_nothing() -> None:
    with pytest.raises(db.Stale) as lost:
        db.delete(item(), when=Remembered.present(), otherwise=db.Stale())

    assert lost.value.found is None


def test_who_was_overtaken_looks_again_and_decides_again() -> None:
    shared, looks = kept("0"), itertools.count()

    def add_one() -> str:
        seen = there(shared).reference
        if next(looks) == 0:  # somebody else gets in between
            db.update(shared, Remembered.reference.set("10"))
        db.update(
            shared,
            Remembered.reference.set(str(int(seen) + 1)),
            when=Remembered.reference == seen,
            otherwise=db.Stale(),
        )
        return str(int(seen) + 1)

    assert db.settle(add_one) == "11"
    assert there(shared).reference == "11"


def test_who_is_overtaken_for_ever_is_told_that_we_are_busy(hurried: list[float]) -> None:
    def never() -> None:
        raise db.Stale()

    with pytest.raises(Busy):
        db.settle(never)

    assert settings().transaction_budget_seconds <= sum(hurried) < 7


def test_a_conflict_that_passes_is_never_noticed(hurried: list[float]) -> None:
    one = item()
    conflict = cancelling("None", "TransactionConflict")

    with at_the_wire(TRANSACT, first(3, conflict)) as requests:
        land((one, db.Duplicate()), (item(), db.Duplicate()))

    assert there(one)
    assert len(requests) == 4
    assert len(hurried) == 3


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError"])
def test_a_conflict_that_persists_is_busy_within_the_time_of_one_request(
    hurried: list[float], reason: str
) -> None:
    one = item()

    with at_the_wire(TRANSACT, cancelling(reason)) as requests, pytest.raises(Busy) as refused:
        land((one, db.Duplicate()))

    assert refused.value.retry_after_seconds >= 1
    assert len(requests) > 10
    assert settings().transaction_budget_seconds <= sum(hurried) < 7
    assert there(one) is None


def test_a_failed_condition_beside_a_conflict_is_a_refusal(hurried: list[float]) -> None:
    mixed = cancelling("TransactionConflict", "ConditionalCheckFailed")

    with at_the_wire(TRANSACT, mixed) as requests, pytest.raises(TooLate):
        land((item(), db.Duplicate()), (item(), TooLate()))

    assert len(requests) == 1
    assert hurried == []


def test_a_single_write_waits_out_throttling(hurried: list[float]) -> None:
    one = kept()
    throttled = refusing("ProvisionedThroughputExceededException")

    with at_the_wire("UpdateItem", first(9, throttled)):
        db.update(one, Remembered.reference.set("second"))

    assert there(one).reference == "second"
    assert hurried


def test_a_write_whose_answer_is_lost_is_pending_and_its_repetition_finds_it(
    hurried: list[float],
) -> None:
    one = item()

    with at_the_wire(TRANSACT, losing), pytest.raises(Pending):
        land((one, db.Duplicate()))

    with pytest.raises(db.Duplicate) as again:
        land((one, db.Duplicate()))
    assert again.value.found.key_id == one.key_id


def test_one_lost_answer_is_made_good_without_writing_twice(hurried: list[float]) -> None:
    one = item()

    with at_the_wire(TRANSACT, first(1, losing)) as requests:
        land((one, db.Duplicate()))

    assert len(requests) == 2
    assert there(one)


def test_a_read_without_an_answer_is_only_busy(hurried: list[float]) -> None:
    one = kept()

    with at_the_wire("BatchGetItem", losing), pytest.raises(Busy):
        db.fetch(Remembered.at(one.key_id))


def test_a_fault_of_ours_is_neither_hidden_nor_repeated(hurried: list[float]) -> None:
    wrong = refusing("ValidationException")

    with at_the_wire(TRANSACT, wrong) as requests, pytest.raises(ClientError, match="Validation"):
        land((item(), db.Duplicate()))

    assert len(requests) == 1
