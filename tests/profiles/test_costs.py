"""What profiles ask of DynamoDB, by the engine's own figures."""

from collections.abc import Callable
from typing import Any

import pytest

from infra.local.stack import Stack
from infra.metering import Call, Meter, total
from tests import people
from tests.people import Member
from tests.profiles.telling import MUNICH, PREFERENCES, TOLD, changed, kept, seen, suspend

COUNT, READ, WRITE = "UpdateItem", "BatchGetItem", "TransactWriteItems"
"""A change is counted first, which is a unit and a round trip."""
FULL = {
    "bio": "x" * 500,
    "prompts": [
        {"prompt": each, "answer": "x" * 200}
        for each in ("a_perfect_sunday", "best_trip_ever", "i_geek_out_on")
    ],
}
Asked = Callable[[str, Callable[[], Any]], list[Call]]


@pytest.fixture
def asked(meter: Meter, stack: Stack) -> Asked:
    """What one function asks of DynamoDB while something is done."""

    def asked_by(function: str, act: Callable[[], Any]) -> list[Call]:
        with meter.watch() as calls:
            act()
        stack.settle()
        return [call for call in calls if call.function == function]

    return asked_by


def operations(calls: list[Call]) -> list[str]:
    return [call.operation for call in calls]


def test_looking_at_oneself_or_another_is_one_round_trip(
    alice: Member, bob: Member, asked: Asked
) -> None:
    changed(alice, **TOLD)

    own = asked("profiles-own", lambda: alice.get("/v1/me/profile"))
    wishes = asked("profiles-preferences", lambda: alice.get(PREFERENCES))
    card = asked("profiles-show", lambda: seen(bob, alice))

    assert [operations(calls) for calls in (own, wishes, card)] == [[READ]] * 3
    assert total(own).read_units <= 2
    assert total(card).read_units <= 3


def test_a_change_is_three_round_trips_of_five_units(alice: Member, asked: Asked) -> None:
    changed(alice, **TOLD)

    told = asked("profiles-change", lambda: changed(alice, intent="friends"))
    wished = asked("profiles-change-preferences", lambda: changed(alice, PREFERENCES, ages_max=50))

    for calls in (told, wished):
        assert operations(calls) == [COUNT, READ, WRITE]
        assert total(calls).write_units <= 5


def test_a_change_of_somebody_who_hides_is_three_units(alice: Member, asked: Asked) -> None:
    changed(alice, **TOLD, visibility="paused")

    calls = asked("profiles-change", lambda: changed(alice, intent="friends"))

    assert operations(calls) == [COUNT, READ, WRITE]
    assert total(calls).write_units <= 3


def test_a_change_that_changes_nothing_writes_nothing_of_it(alice: Member, asked: Asked) -> None:
    changed(alice, **TOLD)

    calls = asked("profiles-change", lambda: changed(alice, **TOLD))

    assert operations(calls) == [COUNT, READ]


def test_who_moves_pays_for_both_places(alice: Member, bob: Member, asked: Asked) -> None:
    changed(bob, **TOLD | {"place": MUNICH})
    changed(alice, **TOLD)

    first = asked("profiles-change", lambda: changed(alice, place=MUNICH))

    assert operations(first) == [COUNT, READ, READ, WRITE]
    assert total(first).write_units <= 9


def test_the_longest_profile_costs_two_units_more_and_its_row_none(
    alice: Member, asked: Asked
) -> None:
    changed(alice, **TOLD)
    changed(alice, **FULL)

    calls = asked("profiles-change", lambda: changed(alice, intent="friends"))

    assert total(calls).write_units <= 7


def test_only_the_write_that_holds_a_text_and_the_one_that_settles_it_cost_the_index(
    alice: Member, bob: Member, asked: Asked
) -> None:
    moderator = people.appoint(bob, "moderator")
    changed(alice, **TOLD)
    path, link = f"/v1/admin/held/{alice.user_id}", "More at www.bread-by-alice"

    held = asked("profiles-change", lambda: changed(alice, bio=link))
    other = asked("profiles-change", lambda: changed(alice, bio=f"{link}!"))
    wanted = {"version": int(kept(alice).version), "texts": "show"}
    shown = asked("profiles-decide-held", lambda: moderator.post(path, wanted))
    again = asked("profiles-decide-held", lambda: moderator.post(path, wanted))

    assert operations(held) == operations(other) == [COUNT, READ, WRITE]
    assert operations(shown) == [READ, WRITE]
    assert operations(again) == [READ]
    assert [total(calls).index_units for calls in (held, other, shown)] == [1, 0, 1]
    assert total(other).write_units <= 5
    assert total(held).write_units <= 5
    assert total(shown).write_units <= 4


def test_a_page_of_those_who_wait_is_one_query_and_one_read_of_their_profiles(
    alice: Member, bob: Member, join: Any, asked: Asked
) -> None:
    moderator = people.appoint(bob, "moderator")
    for member in (alice, *(join("somebody") for _ in range(4))):
        changed(member, **TOLD | FULL | {"bio": "More at www.bread-by-alice"})

    page = asked("profiles-list-held", lambda: moderator.get("/v1/admin/held", limit=5))

    assert operations(page) == ["Query", READ]
    assert total(page).read_units <= 0.5 + 5


def test_a_suspension_is_two_round_trips_of_four_units(alice: Member, asked: Asked) -> None:
    changed(alice, **TOLD)

    calls = asked("profiles-follow-member", lambda: suspend(alice))

    assert operations(calls) == [READ, WRITE]
    assert total(calls).write_units <= 4
