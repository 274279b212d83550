"""Super likes: credits for one like, exactly once; and the daily allowance of the others."""

from typing import Any

from chalicelib.core import ids
from chalicelib.wallet.models import Entry
from infra.local.stack import Stack
from tests.matching.deeds import (
    LIKES_PER_DAY,
    like,
    matches,
    spent_on,
    superlike,
    suspend,
    use_likes,
    waiting,
)
from tests.people import Member, at_once

DAY_SECONDS = 24 * 3600


def test_a_super_like_costs_what_was_quoted(alice: Member, bob: Member) -> None:
    liked = superlike(alice, bob.user_id)

    assert liked.status_code == 201
    assert (liked.json()["super"], liked.json()["match_id"]) == (True, None)
    assert alice.credits == 40
    assert spent_on(alice) == ["superlike"]
    assert waiting(bob) == 1


def test_nobody_earns_from_a_super_like(alice: Member, bob: Member) -> None:
    superlike(alice, bob.user_id)

    entry = Entry.find(alice.user_id, f"superlike/{bob.user_id}")

    assert entry is not None
    assert entry.legs == {f"member:{alice.user_id}": -10, "house:revenue": 10}
    assert (entry.payee_id, entry.share) == (None, 0)


def test_a_repeated_super_like_costs_nothing_more(alice: Member, bob: Member, stack: Stack) -> None:
    first = superlike(alice, bob.user_id)
    stack.clock.advance(5)
    again = superlike(alice, bob.user_id)

    assert again.json() == first.json()
    assert like(alice, bob.user_id).json() == first.json()
    assert alice.credits == 40


def test_super_likes_at_the_same_moment_cost_once(alice: Member, bob: Member) -> None:
    answers = at_once(*[lambda: superlike(alice, bob.user_id)] * 4)

    assert {answer.status_code for answer in answers} == {201}
    assert alice.credits == 40


def test_a_super_like_that_meets_a_like_makes_the_match_and_costs(
    alice: Member, bob: Member
) -> None:
    like(bob, alice.user_id)
    liked = superlike(alice, bob.user_id)

    assert liked.json()["match_id"] == matches(bob)[0]["match_id"]
    assert alice.credits == 40


def test_a_like_that_waits_can_become_a_super_like(alice: Member, bob: Member) -> None:
    first = like(alice, bob.user_id).json()
    raised = superlike(alice, bob.user_id).json()

    assert raised == first | {"super": True}
    assert alice.credits == 40
    assert waiting(bob) == 1


def test_there_is_nothing_to_pay_for_once_they_have_matched(
    alice: Member, bob: Member, conversation: str
) -> None:
    liked = superlike(alice, bob.user_id).json()

    assert (liked["super"], liked["conversation_id"]) == (False, conversation)
    assert alice.credits == 50


def test_a_super_like_at_another_price_than_quoted_is_refused(alice: Member, bob: Member) -> None:
    for quoted in (0, 9, 11):
        refused = superlike(alice, bob.user_id, quoted)
        assert (refused.status_code, refused.json()["code"]) == (409, "price_changed")
        assert refused.json()["price_credits"] == 10

    assert (alice.credits, waiting(bob)) == (50, 0)


def test_nobody_is_made_to_pay_for_a_like(alice: Member, bob: Member) -> None:
    refused = alice.post("/v1/likes", {"user_id": bob.user_id, "quoted_credits": 10})

    assert (refused.status_code, refused.json()["price_credits"]) == (409, 0)
    assert waiting(bob) == 0


def test_without_enough_credits_nobody_is_liked(alice: Member, bob: Member, join: Any) -> None:
    for number in range(5):
        superlike(alice, join(f"other{number}").user_id)

    refused = superlike(alice, bob.user_id)

    assert (refused.status_code, refused.json()["code"]) == (402, "insufficient_credits")
    assert (alice.credits, waiting(bob)) == (0, 0)


def test_what_was_paid_is_answered_also_after_the_money_is_gone(
    alice: Member, bob: Member, join: Any
) -> None:
    first = superlike(alice, bob.user_id)
    for number in range(4):
        superlike(alice, join(f"other{number}").user_id)

    assert alice.credits == 0
    assert superlike(alice, bob.user_id).json() == first.json()


def test_a_super_like_of_nobody_costs_nothing(alice: Member, bob: Member) -> None:
    suspend(bob)

    assert superlike(alice, ids.new("usr")).status_code == 404
    assert superlike(alice, bob.user_id).status_code == 404
    assert superlike(alice, alice.user_id).status_code == 404
    assert alice.credits == 50


def test_one_key_cannot_stand_for_a_like_and_a_super_like(alice: Member, bob: Member) -> None:
    like(alice, bob.user_id, key="like-0001")

    refused = superlike(alice, bob.user_id, key="like-0001")

    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_conflict")
    assert alice.credits == 50


def test_the_days_likes_come_to_an_end(alice: Member, bob: Member, join: Any) -> None:
    carol = join("carol")
    use_likes(alice, LIKES_PER_DAY - 1)

    assert like(alice, bob.user_id).status_code == 201
    refused = like(alice, carol.user_id)

    assert (refused.status_code, refused.json()["code"]) == (429, "likes_spent")
    assert 0 < int(refused.headers["retry-after"]) <= DAY_SECONDS
    assert waiting(carol) == 0


def test_the_next_day_gives_likes_again(
    alice: Member, bob: Member, join: Any, stack: Stack
) -> None:
    use_likes(alice, LIKES_PER_DAY)
    refused = like(alice, bob.user_id)
    stack.clock.advance(int(refused.headers["retry-after"]) - 1)
    alice.come_back()
    assert like(alice, bob.user_id).status_code == 429

    stack.clock.advance(1)

    assert like(alice, bob.user_id).status_code == 201
    assert like(alice, join("carol").user_id).status_code == 201


def test_a_like_that_is_refused_or_repeated_uses_none_up(
    alice: Member, bob: Member, join: Any
) -> None:
    use_likes(alice, LIKES_PER_DAY - 2)
    like(alice, bob.user_id)
    for _ in range(3):
        like(alice, bob.user_id)
        like(alice, ids.new("usr"))
        like(alice, alice.user_id)

    assert like(alice, join("carol").user_id).status_code == 201
    assert like(alice, join("dora").user_id).status_code == 429


def test_only_one_of_two_takes_the_last_like(alice: Member, bob: Member, join: Any) -> None:
    carol = join("carol")
    use_likes(alice, LIKES_PER_DAY - 1)

    answers = at_once(lambda: like(alice, bob.user_id), lambda: like(alice, carol.user_id))

    assert sorted(answer.status_code for answer in answers) == [201, 429]
    assert waiting(bob) + waiting(carol) == 1


def test_a_like_from_before_is_answered_also_when_the_day_is_spent(
    alice: Member, bob: Member
) -> None:
    first = like(alice, bob.user_id).json()
    use_likes(alice, LIKES_PER_DAY)

    assert like(alice, bob.user_id).json() == first


def test_a_super_like_is_paid_for_and_takes_none_of_the_days_likes(
    alice: Member, bob: Member
) -> None:
    use_likes(alice, LIKES_PER_DAY)

    assert superlike(alice, bob.user_id).status_code == 201
