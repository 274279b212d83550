"""Promotional credits that were not used in time, and what a refund makes of them."""

from typing import Any

import httpx

from chalicelib.wallet.models import Entry
from chalicelib.wallet.service.grants import grant
from infra.local.stack import Stack
from tests.people import Member, at_once, draft, say

DAY_SECONDS = 86_400


def entries(member: Member) -> list[dict[str, Any]]:
    """The statement, oldest first."""
    items = member.get("/v1/wallet/entries", limit=100).json()["items"]
    return list(reversed(items))


def lots(member: Member) -> list[tuple[str, int]]:
    return [(lot["source"], lot["credits"]) for lot in member.get("/v1/wallet").json()["lots"]]


def pay(member: Member, conversation: str, **about: Any) -> httpx.Response:
    """Send one message at the default price."""
    return member.post(f"/v1/conversations/{conversation}/messages", draft(quoted=5, **about))


def use_up_the_free_quota(member: Member, conversation: str) -> None:
    for _ in range(3):
        say(member, conversation)


def test_expired_credits_cannot_be_spent_and_leave_by_an_entry_of_their_own(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    use_up_the_free_quota(alice, conversation)
    pay(alice, conversation)
    stack.clock.advance(90 * DAY_SECONDS)
    alice.come_back()
    assert (alice.credits, lots(alice)) == (0, [])

    refused = pay(alice, conversation)

    assert refused.status_code == 402
    assert refused.json()["available_credits"] == 0
    assert [
        (entry["kind"], entry["amount_credits"], entry["balance_credits"])
        for entry in entries(alice)
    ] == [("grant", 50, 50), ("message", -5, 45), ("expiry", -45, 0)]
    expiry = Entry.find(alice.user_id, "expiry/3")
    assert expiry is not None
    assert expiry.legs == {f"member:{alice.user_id}": -45, "house:issued": 45}


def test_what_expired_is_gone_once_however_many_ask_at_the_same_moment(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    use_up_the_free_quota(alice, conversation)
    stack.clock.advance(90 * DAY_SECONDS)
    alice.come_back()

    refused = at_once(*[lambda: pay(alice, conversation)] * 4)

    assert {answer.status_code for answer in refused} == {402}
    assert [entry["kind"] for entry in entries(alice)] == ["grant", "expiry"]


def test_a_charge_after_an_expiry_draws_only_what_is_still_good(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    use_up_the_free_quota(alice, conversation)
    stack.clock.advance(60 * DAY_SECONDS)
    grant(alice.user_id, reason="birthday", credits=20, days=60)
    stack.clock.advance(30 * DAY_SECONDS)
    alice.come_back()

    sent = pay(alice, conversation)

    assert sent.status_code == 201
    assert lots(alice) == [("birthday", 15)]
    kinds = [(entry["kind"], entry["amount_credits"]) for entry in entries(alice)]
    assert kinds == [("grant", 50), ("grant", 20), ("expiry", -50), ("message", -5)]


def test_the_soonest_expiry_burns_first(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    use_up_the_free_quota(alice, conversation)
    grant(alice.user_id, reason="weekend", credits=3, days=2)

    pay(alice, conversation)

    assert lots(alice) == [("signup", 48)]


def test_a_refund_returns_to_the_lots_it_came_from(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    use_up_the_free_quota(alice, conversation)
    grant(alice.user_id, reason="weekend", credits=3, days=2)
    before = alice.get("/v1/wallet").json()
    sent = pay(alice, conversation).json()

    alice.delete(f"/v1/messages/{sent['message_id']}")

    after = alice.get("/v1/wallet").json()
    unordered = {lot["source"]: lot for lot in after["lots"]}
    assert unordered == {lot["source"]: lot for lot in before["lots"]}


def test_credits_that_expired_before_their_refund_are_good_for_another_week(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    use_up_the_free_quota(alice, conversation)
    stack.clock.advance(90 * DAY_SECONDS - 60)
    alice.come_back()
    sent = pay(alice, conversation).json()
    stack.clock.advance(120)

    alice.delete(f"/v1/messages/{sent['message_id']}")

    assert lots(alice) == [("signup", 5)]
    kinds = [(entry["kind"], entry["balance_credits"]) for entry in entries(alice)]
    assert kinds == [("grant", 50), ("message", 45), ("expiry", 0), ("refund", 5)]
    stack.clock.advance(7 * DAY_SECONDS - 1)
    alice.come_back()
    assert alice.credits == 5
    stack.clock.advance(1)
    assert alice.credits == 0


def test_nobody_gains_a_day_by_sending_and_deleting(
    alice: Member, bob: Member, conversation: str, stack: Stack
) -> None:
    use_up_the_free_quota(alice, conversation)
    stack.clock.advance(88 * DAY_SECONDS)
    alice.come_back()
    before = alice.get("/v1/wallet").json()["lots"]

    sent = pay(alice, conversation).json()
    alice.delete(f"/v1/messages/{sent['message_id']}")

    assert alice.get("/v1/wallet").json()["lots"] == before


def test_a_grant_after_an_expiry_revives_nothing(alice: Member, stack: Stack) -> None:
    for number in range(7):
        grant(alice.user_id, reason=f"gift-{number}", credits=1, days=80 + number)
    stack.clock.advance(91 * DAY_SECONDS)
    alice.come_back()

    grant(alice.user_id, reason="sorry", credits=4, days=30)

    assert lots(alice) == [("sorry", 4)]
    assert alice.credits == 4
    assert entries(alice)[-1]["balance_credits"] == 4


def test_a_grant_for_a_reason_is_given_once(alice: Member) -> None:
    at_once(*[lambda: grant(alice.user_id, reason="sorry", credits=4, days=30)] * 4)
    grant(alice.user_id, reason="sorry", credits=4, days=30)

    assert alice.credits == 54
