"""What everybody gets for joining, once."""

from functools import partial
from typing import Any

from chalicelib.accounts.events import MemberJoined
from infra.local.stack import Stack
from tests.deliveries import deliver
from tests.people import PASSWORD, Member, at_once, client, mailed_code, member_of


def newcomer(stack: Stack, email: str) -> Member:
    """Somebody who has just verified their address, before anything reacted to it."""
    http = client(stack)
    asked = http.post(
        "/v1/auth/register",
        json={"email": email, "password": PASSWORD, "birthdate": "1995-05-05"},
    ).json()
    proof = {"registration_id": asked["registration_id"], "code": mailed_code(stack, email)}
    tokens: dict[str, Any] = http.post("/v1/auth/verify-email", json=proof).json()
    return member_of(stack, "newcomer", email, tokens, http)


def test_a_new_member_has_fifty_credits_for_ninety_days(alice: Member, stack: Stack) -> None:
    wallet = alice.get("/v1/wallet").json()

    assert wallet["available_credits"] == 50
    assert (wallet["bought_credits"], wallet["held_credits"]) == (0, 0)
    (lot,) = wallet["lots"]
    assert (lot["source"], lot["credits"]) == ("signup", 50)
    stack.clock.advance(90 * 86_400 - 1)
    alice.come_back()
    assert alice.credits == 50
    stack.clock.advance(2)
    assert alice.credits == 0


def test_nobody_is_welcomed_twice_when_the_news_is_delivered_again(
    alice: Member, stack: Stack
) -> None:
    deliver(stack, "wallet-welcome", MemberJoined(user_id=alice.user_id))
    twice_in_a_batch = [MemberJoined(user_id=alice.user_id)] * 2
    report = deliver(stack, "wallet-welcome", *twice_in_a_batch)

    assert report == {"batchItemFailures": []}
    assert alice.credits == 50
    assert len(alice.get("/v1/wallet/entries").json()["items"]) == 1


def test_nobody_is_welcomed_twice_by_deliveries_at_the_same_moment(stack: Stack) -> None:
    for number in range(5):
        member = newcomer(stack, f"newcomer.{number}@example.com")
        welcome = partial(deliver, stack, "wallet-welcome", MemberJoined(user_id=member.user_id))

        reports = at_once(*[welcome] * 4)

        assert reports == [{"batchItemFailures": []}] * 4
        stack.settle()
        assert member.credits == 50
        assert len(member.get("/v1/wallet/entries").json()["items"]) == 1
        member.hang_up()
