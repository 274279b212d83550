"""Cursors: opaque, tamper-evident, and good for one list of one member only."""

import base64
import string
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.core import cursors
from chalicelib.core.errors import InvalidCursor
from tests.people import Member, chat, match
from tests.problems import code_of

ALPHABET = string.ascii_letters + string.digits + "-_"
SCOPE = "matches/usr_alice"

keys = st.dictionaries(
    st.text(max_size=20),
    st.fixed_dictionaries({"S": st.text(max_size=60)}) | st.fixed_dictionaries({"N": st.text()}),
    max_size=4,
)
scopes = st.text(max_size=60)


@settings(max_examples=50, database=None, deadline=None)
@given(after=keys, scope=scopes)
def test_a_cursor_leads_back_to_where_the_page_ended(after: dict[str, Any], scope: str) -> None:
    cursor = cursors.seal(after, scope)

    assert cursors.unseal(cursor, scope) == after
    assert cursor is not None
    assert set(cursor) <= set(ALPHABET)


def test_a_cursor_cannot_be_read() -> None:
    cursor = cursors.seal({"user_id": {"S": "usr_mallory"}}, SCOPE) or ""

    sealed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))

    assert b"mallory" not in sealed
    assert b"user_id" not in sealed


def test_cursors_of_different_places_or_lists_share_no_stream() -> None:
    def hidden(place: str, scope: str) -> bytes:
        cursor = cursors.seal({"place": {"S": place}}, scope) or ""
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[-24:]

    one = hidden("0" * 30, SCOPE)
    assert hidden("0" * 30, SCOPE) == one  # the same page, asked for again
    for other in (hidden("0" * 29 + "1", SCOPE), hidden("0" * 30, "matches/usr_bob")):
        assert other[:20] != one[:20]


def test_the_end_of_a_list_has_no_cursor_and_its_start_needs_none() -> None:
    assert cursors.seal(None, SCOPE) is None
    assert cursors.unseal(None, SCOPE) is None


@settings(max_examples=50, database=None, deadline=None)
@given(after=keys, one=scopes, other=scopes)
def test_a_cursor_opens_no_other_list(after: dict[str, Any], one: str, other: str) -> None:
    cursor = cursors.seal(after, one)

    if one != other:
        with pytest.raises(InvalidCursor):
            cursors.unseal(cursor, other)


@pytest.mark.parametrize("length", [0, 1, 2])
def test_a_cursor_with_any_one_character_changed_is_refused(length: int) -> None:
    after = {"user_id": {"S": "x" * length}}
    cursor = cursors.seal(after, SCOPE) or ""

    for place, was in enumerate(cursor):
        for wrong in set(ALPHABET) - {was}:
            with pytest.raises(InvalidCursor):
                cursors.unseal(cursor[:place] + wrong + cursor[place + 1 :], SCOPE)


def test_a_cursor_cut_short_or_made_longer_is_refused() -> None:
    cursor = cursors.seal({"user_id": {"S": "alice"}}, SCOPE) or ""

    for wrong in [*(cursor[:end] for end in range(len(cursor))), cursor + "A", cursor + "AAAA"]:
        with pytest.raises(InvalidCursor):
            cursors.unseal(wrong, SCOPE)


@settings(max_examples=100, database=None, deadline=None)
@given(made_up=st.text(ALPHABET, min_size=1, max_size=200) | st.text(max_size=50))
def test_a_cursor_made_up_by_a_client_is_refused(made_up: str) -> None:
    with pytest.raises(InvalidCursor):
        cursors.unseal(made_up, SCOPE)


def test_nobody_can_use_the_cursor_of_another_member_or_of_another_list(
    alice: Member, bob: Member, conversation: str
) -> None:
    chat(alice, bob, conversation_id=conversation, messages=4)
    path = f"/v1/conversations/{conversation}/messages"
    cursor = alice.get(path, limit=2).json()["next_cursor"]

    wrong = [
        bob.get(path, limit=2, cursor=cursor),
        alice.get(path, limit=2, cursor=cursor, since=1),
        alice.get("/v1/wallet/entries", cursor=cursor),
        alice.get("/v1/likes", cursor=cursor),
        alice.get("/v1/matches", cursor=cursor),
        alice.get("/v1/conversations", cursor=cursor),
    ]

    assert [code_of(each) for each in wrong] == [(400, "invalid_cursor")] * len(wrong)
    assert [each["seq"] for each in alice.get(path, limit=2, cursor=cursor).json()["items"]] == [
        2,
        1,
    ]


def test_a_page_goes_on_where_the_cursor_says_whatever_range_is_asked_for_with_it(
    alice: Member, bob: Member, conversation: str
) -> None:
    chat(alice, bob, conversation_id=conversation, messages=6)
    path = f"/v1/conversations/{conversation}/messages"
    backwards = alice.get(path, limit=2, before=6).json()["next_cursor"]
    forwards = alice.get(path, limit=2, since=1).json()["next_cursor"]

    def seqs(**query: Any) -> list[int]:
        return [each["seq"] for each in alice.get(path, limit=2, **query).json()["items"]]

    assert seqs(before=6, cursor=backwards) == seqs(before=2, cursor=backwards) == [3, 2]
    assert seqs(since=1, cursor=forwards) == seqs(since=5, cursor=forwards) == [4, 5]


def test_whoever_follows_the_cursors_sees_each_match_once(alice: Member, join: Any) -> None:
    others = [join("friend") for _ in range(5)]
    for other in others:
        match(alice, other)

    seen, query = list[str](), dict[str, Any]()
    while True:
        page = alice.get("/v1/matches", limit=2, **query).json()
        seen += [each["user_id"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        query = {"cursor": page["next_cursor"]}

    assert sorted(seen) == sorted(other.user_id for other in others)
