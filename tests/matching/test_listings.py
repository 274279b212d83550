"""Likes that wait for an answer, and matches: newest first, a page at a time."""

from typing import Any

from infra.local.stack import Stack
from tests.people import Member, match


def pages(member: Member, path: str, limit: int) -> list[list[str]]:
    """The other members' ids, page by page."""
    seen, cursor = [], None
    while not seen or cursor:
        query = {"limit": limit} | ({"cursor": cursor} if cursor else {})
        page = member.get(path, **query).json()
        seen.append([item["user_id"] for item in page["items"]])
        cursor = page["next_cursor"]
    return seen


def test_likes_received_are_listed_newest_first(alice: Member, join: Any, stack: Stack) -> None:
    admirers = [join(f"admirer{number}") for number in range(5)]
    for admirer in admirers:
        admirer.post("/v1/likes", {"user_id": alice.user_id})
        stack.clock.advance(1)

    listed = pages(alice, "/v1/likes", 2)

    newest_first = [admirer.user_id for admirer in reversed(admirers)]
    assert [user_id for page in listed for user_id in page] == newest_first
    assert [len(page) for page in listed[:2]] == [2, 2]


def test_a_like_that_was_answered_is_not_listed(alice: Member, bob: Member, join: Any) -> None:
    carol = join("carol")
    bob.post("/v1/likes", {"user_id": alice.user_id})
    carol.post("/v1/likes", {"user_id": alice.user_id})

    alice.post("/v1/likes", {"user_id": bob.user_id})

    assert pages(alice, "/v1/likes", 20) == [[carol.user_id]]
    assert pages(bob, "/v1/likes", 20) == [[]]


def test_nobody_is_listed_for_a_like_of_their_own(alice: Member, bob: Member) -> None:
    alice.post("/v1/likes", {"user_id": bob.user_id})

    assert pages(alice, "/v1/likes", 20) == [[]]


def test_matches_are_listed_newest_first(alice: Member, join: Any, stack: Stack) -> None:
    others = [join(f"other{number}") for number in range(5)]
    for other in others:
        match(alice, other)
        stack.clock.advance(1)

    listed = pages(alice, "/v1/matches", 2)

    newest_first = [other.user_id for other in reversed(others)]
    assert [user_id for page in listed for user_id in page] == newest_first
    assert [len(page) for page in listed[:2]] == [2, 2]


def test_a_list_is_nobody_elses(alice: Member, bob: Member, join: Any) -> None:
    for name in ("carol", "dora"):
        other = join(name)
        match(alice, other)
        join(name).post("/v1/likes", {"user_id": alice.user_id})

    for path in ("/v1/matches", "/v1/likes"):
        cursor = alice.get(path, limit=1).json()["next_cursor"]
        refused = bob.get(path, limit=1, cursor=cursor)
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_cursor")
        assert bob.get(path).json()["items"] == []


def test_a_cursor_of_one_list_is_of_no_use_in_another(alice: Member, join: Any) -> None:
    for name in ("carol", "dora"):
        match(alice, join(name))
    cursor = alice.get("/v1/matches", limit=1).json()["next_cursor"]

    refused = alice.get("/v1/likes", limit=1, cursor=cursor)

    assert refused.json()["code"] == "invalid_cursor"
