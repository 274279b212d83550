"""Passing on somebody, and taking the last pass back."""

from typing import Any

from chalicelib.core import ids
from chalicelib.matching.models import Decision
from chalicelib.matching.service.deciding import decided_by
from chalicelib.profiles import ring_of
from infra.local.stack import Stack
from tests.matching.deeds import (
    faces,
    hide,
    like,
    matches,
    pass_on,
    rewind,
    superlike,
    suspend,
    unlock,
    waiting,
)
from tests.people import Member, at_once, refusal
from tests.safety.situations import block

DAY_SECONDS = 24 * 3600


def has_decided(member: Member, other: Member) -> bool:
    """Whether discovery will leave the other out."""
    return decided_by(member.user_id).has(ring_of(other.user_id))


def test_a_pass_says_when_they_come_back(alice: Member, bob: Member) -> None:
    passed = pass_on(alice, bob.user_id)

    assert passed.status_code == 201
    said = passed.json()
    assert said["user_id"] == bob.user_id
    assert said["passed_at"] < said["comes_back_at"]
    assert has_decided(alice, bob)
    assert not has_decided(bob, alice)


def test_a_repeated_pass_is_the_same_pass(alice: Member, bob: Member, stack: Stack) -> None:
    first = pass_on(alice, bob.user_id).json()
    stack.clock.advance(60)

    assert pass_on(alice, bob.user_id).json() == first


def test_after_thirty_days_they_come_back_and_can_be_passed_on_again(
    alice: Member, bob: Member, stack: Stack
) -> None:
    first = pass_on(alice, bob.user_id).json()
    stack.clock.advance(29 * DAY_SECONDS)
    assert has_decided(alice, bob)

    stack.clock.advance(DAY_SECONDS)
    alice.come_back()

    assert not has_decided(alice, bob)
    assert pass_on(alice, bob.user_id).json()["passed_at"] > first["passed_at"]
    assert has_decided(alice, bob)


def test_what_is_kept_of_passes_goes_once_they_no_longer_count_and_likes_stay(
    alice: Member, bob: Member, join: Any, stack: Stack
) -> None:
    pass_on(alice, bob.user_id)
    like(alice, join("carol").user_id)
    now = stack.clock()

    passes, likes = sorted(Decision.query(alice.user_id), key=lambda row: row.bucket)

    assert 30 <= (passes.expires_at.timestamp() - now) / 86_400 <= 60
    assert likes.expires_at is None


def test_passing_answers_a_like_and_makes_no_match(alice: Member, bob: Member) -> None:
    like(bob, alice.user_id)

    pass_on(alice, bob.user_id)

    assert waiting(alice) == 0
    assert matches(alice) == []
    assert like(bob, alice.user_id).json()["match_id"] is None


def test_a_like_that_comes_after_a_pass_waits_for_an_answer(alice: Member, bob: Member) -> None:
    pass_on(alice, bob.user_id)
    like(bob, alice.user_id)

    assert waiting(alice) == 1


def test_who_was_passed_on_can_still_be_liked(alice: Member, bob: Member) -> None:
    like(bob, alice.user_id)
    pass_on(alice, bob.user_id)

    liked = like(alice, bob.user_id)

    assert liked.json()["match_id"] is not None
    assert rewind(alice).status_code == 409
    assert has_decided(alice, bob)


def test_a_like_is_not_taken_back_by_a_pass(
    alice: Member, bob: Member, conversation: str, join: Any
) -> None:
    carol = join("carol")
    like(alice, carol.user_id)

    for other in (bob, carol):
        refused = pass_on(alice, other.user_id)
        assert (refused.status_code, refused.json()["code"]) == (409, "already_liked")
    assert waiting(carol) == 1
    assert [each["user_id"] for each in matches(alice)] == [bob.user_id]


def test_likes_and_passes_are_refused_alike(alice: Member, bob: Member, join: Any) -> None:
    suspended, blocked, paused, unseen = (
        join(name) for name in ("suspended", "blocked", "paused", "unseen")
    )
    suspend(suspended)
    hide(paused, "paused")
    hide(unseen, "incognito")
    blocked.post("/v1/blocks", {"user_id": alice.user_id})
    there = [each.user_id for each in (suspended, blocked, paused, unseen, alice)]
    unlikeable = [ids.new("usr"), *there]

    refused = [act(alice, each) for each in unlikeable for act in (like, pass_on, superlike)]

    assert {answer.status_code for answer in refused} == {404}
    assert [refusal(answer.json()) for answer in refused] == [refusal(refused[0].json())] * 18


def test_one_who_is_incognito_can_be_liked_back(alice: Member, bob: Member) -> None:
    hide(bob, "incognito")
    like(bob, alice.user_id)
    unlock(alice)

    assert faces(alice) == [bob.user_id]
    assert like(alice, bob.user_id).json()["match_id"] is not None


def test_the_like_of_one_who_paused_does_not_wait_until_they_are_back(
    alice: Member, bob: Member
) -> None:
    like(bob, alice.user_id)
    hide(bob, "paused")
    assert waiting(alice) == 0
    assert like(alice, bob.user_id).status_code == 404

    hide(bob, "visible")

    assert waiting(alice) == 1
    assert like(alice, bob.user_id).json()["match_id"] is not None


def test_the_last_pass_is_taken_back_once(alice: Member, bob: Member, join: Any) -> None:
    carol = join("carol")
    pass_on(alice, bob.user_id)
    pass_on(alice, carol.user_id)

    rewound, again = rewind(alice), rewind(alice)

    assert (rewound.status_code, rewound.json()) == (200, {"user_id": carol.user_id})
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_rewind")
    assert has_decided(alice, bob)
    assert not has_decided(alice, carol)


def test_a_repeated_rewind_under_its_key_gets_the_first_answer(
    alice: Member, bob: Member, join: Any
) -> None:
    pass_on(alice, join("carol").user_id)
    first = rewind(alice, key="rewind-01")
    pass_on(alice, bob.user_id)

    assert rewind(alice, key="rewind-01").json() == first.json()
    assert has_decided(alice, bob)


def test_a_repeated_rewind_does_not_name_somebody_who_is_out_of_reach_by_then(
    alice: Member, bob: Member
) -> None:
    pass_on(alice, bob.user_id)
    assert rewind(alice, key="rewind-of-bob").is_success
    block(bob, alice)

    refused = rewind(alice, key="rewind-of-bob")

    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_rewind")


def test_nobody_rewinds_without_a_pass(alice: Member) -> None:
    assert rewind(alice).json()["code"] == "nothing_to_rewind"


def test_after_a_rewind_their_like_waits_again(alice: Member, bob: Member) -> None:
    like(bob, alice.user_id)
    unlock(alice)
    pass_on(alice, bob.user_id)

    rewind(alice)

    assert waiting(alice) == 1
    assert faces(alice) == [bob.user_id]
    assert like(alice, bob.user_id).json()["match_id"] is not None


def test_after_a_rewind_they_can_be_passed_on_anew(alice: Member, bob: Member) -> None:
    pass_on(alice, bob.user_id)
    rewind(alice)
    pass_on(alice, bob.user_id)

    assert has_decided(alice, bob)
    assert rewind(alice).json() == {"user_id": bob.user_id}


def test_there_is_nothing_to_rewind_about_somebody_who_is_out_of_reach(
    alice: Member, bob: Member, join: Any
) -> None:
    carol, dora = join("carol"), join("dora")
    answers = []
    for other in (bob, carol, dora):
        pass_on(alice, other.user_id)
        if other is bob:
            bob.post("/v1/blocks", {"user_id": alice.user_id})
        if other is carol:
            alice.post("/v1/blocks", {"user_id": carol.user_id})
        if other is dora:
            suspend(dora)
        answers.append(rewind(alice))

    assert [answer.status_code for answer in answers] == [409] * 3
    assert [refusal(answer.json()) for answer in answers] == [refusal(answers[0].json())] * 3


def test_two_devices_rewind_one_pass_once(alice: Member, bob: Member) -> None:
    pass_on(alice, bob.user_id)

    answers = at_once(lambda: rewind(alice), lambda: rewind(alice))

    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_a_rewind_and_their_like_at_the_same_moment_leave_a_like_that_waits(
    alice: Member, join: Any
) -> None:
    others = [join(f"other{number}") for number in range(4)]
    for other in others:
        pass_on(alice, other.user_id)

        rewound, liked = at_once(
            lambda: rewind(alice), lambda other=other: like(other, alice.user_id)
        )

        assert (rewound.status_code, liked.status_code) == (200, 201)
    assert waiting(alice) == len(others)
