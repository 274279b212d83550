"""Ids: they sort by time, carry their kind, and two members' key is the same from either side."""

import os
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core import clock, ids
from infra.local.stack import Stack

ulids = st.from_regex(rf"\A{ids.ULID_PATTERN}\Z")
members = ulids.map(lambda ulid: f"usr_{ulid}")


def test_an_id_is_its_kind_and_a_ulid() -> None:
    made = ids.new("usr")

    assert re.fullmatch(rf"usr_{ids.ULID_PATTERN}", made)
    assert len(made) == 30


def test_ids_of_one_moment_differ() -> None:
    assert len({ids.new("usr") for _ in range(1000)}) == 1000


@settings(max_examples=100, database=None, deadline=None)
@given(millis=st.lists(st.integers(0, 2**45), min_size=2, max_size=5))
def test_ids_sort_by_the_time_at_which_they_were_made(stack: Stack, millis: list[int]) -> None:
    made = []
    try:
        for each in sorted(set(millis)):
            clock.use(lambda at=each: at / 1000)
            made.append(ids.new("msg"))
    finally:
        clock.use(stack.clock)

    assert made == sorted(made)


@settings(max_examples=100, database=None, deadline=None)
@given(one=members, other=members)
def test_a_pair_has_one_key_from_either_side_and_tells_who_they_are(one: str, other: str) -> None:
    pair = ids.pair_of(one, other)

    assert pair == ids.pair_of(other, one)
    assert len(pair) == 52
    for pair_id in (pair, f"cnv_{pair}", f"msg_{pair}"):
        assert ids.members_of(pair_id) == tuple(sorted((one, other)))
        assert ids.other_of(pair_id, one) == other
        assert ids.other_of(pair_id, other) == one


@settings(max_examples=100, database=None, deadline=None)
@given(one=members, other=members, third=members)
def test_no_two_pairs_share_a_key(one: str, other: str, third: str) -> None:
    same = {one, other} == {one, third}

    assert (ids.pair_of(one, other) == ids.pair_of(one, third)) is same


def test_a_code_has_its_digits_also_when_it_starts_with_noughts() -> None:
    try:
        ids.use(lambda size: bytes(size - 1) + b"\x07")
        assert ids.digits(6) == "000007"
    finally:
        ids.use(os.urandom)


def test_jitter_stays_below_its_ceiling() -> None:
    waits = [ids.jitter(0.4) for _ in range(1000)]

    assert all(0 <= wait < 0.4 for wait in waits)
    assert len(set(waits)) > 900
