"""A conversation's history, backwards from the newest and forwards from a seq."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.messaging.test_sending import ask_nothing
from tests.people import Member, match, say

MESSAGES = 12


@pytest.fixture
def told(alice: Member, bob: Member, conversation: str) -> str:
    """A conversation of twelve messages."""
    ask_nothing(alice, bob)
    for number in range(MESSAGES):
        say(alice if number % 2 else bob, conversation)
    return conversation


def pages(member: Member, conversation: str, **query: Any) -> Iterator[list[int]]:
    """The seqs, page by page."""
    cursor = None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = member.get(f"/v1/conversations/{conversation}/messages", **query, **more)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        yield [message["seq"] for message in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            return


def seqs(member: Member, conversation: str, **query: Any) -> list[int]:
    return [seq for page in pages(member, conversation, **query) for seq in page]


def test_the_newest_messages_come_first(alice: Member, told: str) -> None:
    first = next(pages(alice, told, limit=5))

    assert first == [12, 11, 10, 9, 8]
    assert seqs(alice, told, limit=5) == list(range(12, 0, -1))


def test_before_is_exclusive_and_goes_backwards(alice: Member, told: str) -> None:
    assert seqs(alice, told, before=8, limit=3) == [7, 6, 5, 4, 3, 2, 1]
    assert seqs(alice, told, before=1) == []
    assert seqs(alice, told, before=1000, limit=5) == list(range(12, 0, -1))


def test_since_is_exclusive_and_goes_forwards(alice: Member, told: str) -> None:
    assert seqs(alice, told, since=7, limit=3) == [8, 9, 10, 11, 12]
    assert seqs(alice, told, since=12) == []
    assert seqs(alice, told, since=0, limit=5) == list(range(1, 13))


def test_both_members_read_the_same_history(alice: Member, bob: Member, told: str) -> None:
    path = f"/v1/conversations/{told}/messages"

    assert alice.get(path).json()["items"] == bob.get(path).json()["items"]


def test_messages_that_come_meanwhile_disturb_no_page(
    alice: Member, bob: Member, told: str
) -> None:
    reading = pages(alice, told, limit=5)
    seen = next(reading)
    say(bob, told)

    seen += [seq for page in reading for seq in page]

    assert seen == list(range(12, 0, -1))


def test_before_and_since_cannot_stand_together(alice: Member, told: str) -> None:
    refused = alice.get(f"/v1/conversations/{told}/messages", before=5, since=5)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["rule"] == "exclusive"


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 101}, {"before": 0}, {"since": -1}, {"since": "x"}]
)
def test_a_window_that_is_none_is_refused(
    alice: Member, conversation: str, query: dict[str, Any]
) -> None:
    refused = alice.get(f"/v1/conversations/{conversation}/messages", **query)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["at"] == f"$.{next(iter(query))}"


def test_a_cursor_goes_on_with_its_own_list_only(
    alice: Member, bob: Member, told: str, join: Any
) -> None:
    path = f"/v1/conversations/{told}/messages"
    backwards = alice.get(path, limit=2).json()["next_cursor"]
    other = match(alice, join("carol"))

    uses = [
        alice.get(path, since=0, cursor=backwards),
        alice.get(f"/v1/conversations/{other}/messages", cursor=backwards),
        alice.get("/v1/conversations", cursor=backwards),
        alice.get(path, cursor=backwards[:-2] + "xx"),
        alice.get(path, cursor="forged"),
    ]

    for refused in uses:
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_cursor")


def test_a_cursor_goes_on_where_it_was_whatever_bound_stands_beside_it(
    alice: Member, told: str
) -> None:
    path = f"/v1/conversations/{told}/messages"
    cursor = alice.get(path, limit=2).json()["next_cursor"]

    page = alice.get(path, limit=2, before=5, cursor=cursor).json()

    assert [message["seq"] for message in page["items"]] == [10, 9]
