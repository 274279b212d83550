"""Which credits burn first and where they return: rules over any wallet."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.wallet import lots
from chalicelib.wallet.models import BOUGHT, Lot, Wallet, unexpired

NOW = datetime(2030, 6, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LOTS_MAX = 8

instants = st.integers(-20, 60).map(lambda days: NOW + days * DAY)
future = st.integers(1, 60).map(lambda days: NOW + days * DAY)
sources = st.sampled_from(["signup", "birthday", "sorry"])
credits_of_a_lot = st.integers(1, 100)


def lot(source: str, credits: int, expires_at: datetime) -> Lot:
    return Lot(source=source, credits=credits, expires_at=expires_at)


def wallet(bought: int, held: list[Lot]) -> Wallet:
    return Wallet("usr_somebody", bought=bought, lots=held)


any_lot = st.builds(lot, sources, credits_of_a_lot, instants)
good_lot = st.builds(lot, sources, credits_of_a_lot, future)


def no_twins(held: list[Lot]) -> list[Lot]:
    """As `give` leaves them: one lot for each source and day."""
    return list({(each.source, each.expires_at): each for each in held}.values())


any_wallet = st.builds(
    wallet,
    st.integers(0, 200),
    st.lists(any_lot, max_size=LOTS_MAX).map(no_twins),
)
good_wallet = st.builds(
    wallet,
    st.integers(0, 200),
    st.lists(good_lot, max_size=LOTS_MAX).map(no_twins),
)

few = settings(max_examples=60, derandomize=True, deadline=None)


def spendable(of: Wallet | lots.Purse) -> int:
    return int(of.bought) + total(unexpired(of.lots, NOW))


def total(held: list[Lot]) -> int:
    return sum(int(each.credits) for each in held)


def facts(held: list[Lot]) -> set[tuple[str, int, datetime]]:
    return {(each.source, int(each.credits), each.expires_at) for each in held}


@few
@given(any_wallet, st.data())
def test_a_price_takes_exactly_that_many_credits(purse: Wallet, data: st.DataObject) -> None:
    price = data.draw(st.integers(0, spendable(purse)))

    after, drawn = lots.draw(purse, price, NOW)

    assert total(drawn) == price
    assert spendable(after) == spendable(purse) - price
    assert after.bought >= 0
    assert all(each.credits > 0 for each in after.lots + drawn)


@few
@given(any_wallet, st.data())
def test_expired_credits_pay_for_nothing(purse: Wallet, data: st.DataObject) -> None:
    price = data.draw(st.integers(0, spendable(purse)))

    after, drawn = lots.draw(purse, price, NOW)

    assert all(each.expires_at > NOW for each in drawn)
    expired = {fact for fact in facts(purse.lots) if fact[2] <= NOW}
    assert expired <= facts(after.lots)


@few
@given(any_wallet, st.data())
def test_what_expires_soonest_burns_first_and_bought_credits_last(
    purse: Wallet, data: st.DataObject
) -> None:
    price = data.draw(st.integers(0, spendable(purse)))

    after, drawn = lots.draw(purse, price, NOW)

    assert [each.expires_at for each in drawn] == sorted(each.expires_at for each in drawn)
    left = unexpired(after.lots, NOW)
    if left and drawn:
        assert drawn[-1].expires_at <= min(each.expires_at for each in left)
    if any(each.source == BOUGHT for each in drawn):
        assert left == []
        assert drawn[-1].source == BOUGHT


@few
@given(good_wallet, st.data())
def test_a_full_refund_leaves_the_wallet_as_it_was(purse: Wallet, data: st.DataObject) -> None:
    price = data.draw(st.integers(0, spendable(purse)))
    after, drawn = lots.draw(purse, price, NOW)

    back = lots.returned(drawn, price, NOW)
    restored = lots.give(wallet(after.bought, after.lots), back)

    assert restored.bought == purse.bought
    assert facts(restored.lots) == facts(purse.lots)


@few
@given(good_wallet, st.data())
def test_a_refund_in_two_parts_is_as_good_as_one(purse: Wallet, data: st.DataObject) -> None:
    price = data.draw(st.integers(0, spendable(purse)))
    part = data.draw(st.integers(0, price))
    _, drawn = lots.draw(purse, price, NOW)

    back = lots.returned(drawn, part, NOW)

    assert total(back) == part
    assert all(each.credits > 0 for each in back)
    assert [each.expires_at for each in back] == sorted(
        (each.expires_at for each in back), reverse=True
    )


@few
@given(st.lists(any_lot, min_size=1, max_size=5), st.data())
def test_a_refund_reopens_what_expired_for_a_week_and_moves_nothing_else(
    drawn: list[Lot], data: st.DataObject
) -> None:
    back = lots.returned(drawn, total(drawn), NOW)

    for once, again in zip(reversed(drawn), back, strict=True):
        assert again.source == once.source
        good = once.expires_at > NOW
        assert again.expires_at == (once.expires_at if good else NOW + 7 * DAY)


@few
@given(good_wallet, st.lists(good_lot, max_size=12))
def test_whatever_is_given_a_wallet_has_at_most_eight_lots_and_loses_nothing(
    purse: Wallet, gifts: list[Lot]
) -> None:
    after = lots.give(purse, gifts)

    assert len(after.lots) <= LOTS_MAX
    assert spendable(after) == spendable(purse) + total(gifts)
    assert after.bought == purse.bought


@few
@given(good_wallet, st.lists(good_lot, max_size=12))
def test_nobody_loses_a_day_by_the_merging_of_lots(purse: Wallet, gifts: list[Lot]) -> None:
    after = lots.give(purse, gifts)

    for day in range(61):
        at = NOW + day * DAY
        before = total(unexpired(purse.lots + gifts, at))
        assert total(unexpired(after.lots, at)) >= before


@few
@given(good_wallet, st.integers(1, 50))
def test_bought_credits_are_given_to_what_never_expires(purse: Wallet, credits: int) -> None:
    after = lots.give(purse, [lot(BOUGHT, credits, lots.NEVER)])

    assert after.bought == purse.bought + credits
    assert facts(after.lots) == facts(purse.lots)


@pytest.mark.parametrize(("same_day", "expected"), [(True, 1), (False, 2)])
def test_gifts_of_one_source_that_expire_on_one_day_are_one_lot(
    same_day: bool, expected: int
) -> None:
    morning = datetime(2030, 7, 1, 1, tzinfo=UTC)
    later = morning + (timedelta(hours=20) if same_day else DAY)
    purse = wallet(0, [lot("birthday", 5, morning)])

    after = lots.give(purse, [lot("birthday", 7, later)])

    assert len(after.lots) == expected
    assert total(after.lots) == 12
