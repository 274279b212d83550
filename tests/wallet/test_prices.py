"""What a message costs: the default, a member's own price, and never one that was not shown."""

import pytest

from tests.people import Member, draft, say


def ask(member: Member, message: object, minute: object = 20) -> int:
    body = {"message_credits": message, "call_minute_credits": minute}
    return member.put("/v1/me/prices", body).status_code


def talk_past_the_free_quota(member: Member, conversation: str) -> None:
    for _ in range(3):
        say(member, conversation)


def test_somebody_who_asks_for_nothing_gets_the_default(alice: Member) -> None:
    assert alice.get("/v1/wallet/prices").json() == {
        "message_credits": 5,
        "call_minute_credits": 20,
        "free_messages_per_conversation": 3,
        "earner_share_basis_points": 4000,
    }


def test_a_member_sets_a_price_and_setting_it_again_changes_nothing(alice: Member) -> None:
    wanted = {"message_credits": 8, "call_minute_credits": 0}
    first = alice.put("/v1/me/prices", wanted)
    again = alice.put("/v1/me/prices", wanted)

    assert first.status_code == 200
    assert again.json() == first.json() == alice.get("/v1/wallet/prices").json()
    assert (first.json()["message_credits"], first.json()["call_minute_credits"]) == (8, 0)


@pytest.mark.parametrize("price", [0, 1, 1000])
def test_a_price_within_the_bounds_is_taken(alice: Member, price: int) -> None:
    assert ask(alice, price, price) == 200


@pytest.mark.parametrize("price", [-1, 1001, 1.5, "5", None, True])
def test_a_price_beyond_the_bounds_is_refused(alice: Member, price: object) -> None:
    assert ask(alice, price) == 422
    assert ask(alice, 5, price) == 422
    assert alice.get("/v1/wallet/prices").json()["message_credits"] == 5


def test_the_sender_pays_what_the_receiver_asks(
    alice: Member, bob: Member, conversation: str
) -> None:
    ask(bob, 12)
    talk_past_the_free_quota(alice, conversation)
    talk_past_the_free_quota(bob, conversation)

    assert say(alice, conversation)["credits"] == 12
    assert say(bob, conversation)["credits"] == 5
    assert (alice.credits, bob.credits) == (38, 45)


def test_somebody_who_asks_for_nothing_at_all_is_written_to_for_nothing(
    alice: Member, bob: Member, conversation: str
) -> None:
    ask(bob, 0)
    talk_past_the_free_quota(alice, conversation)

    assert say(alice, conversation)["credits"] == 0
    assert alice.credits == 50


def test_nobody_pays_a_price_they_were_not_shown(
    alice: Member, bob: Member, conversation: str
) -> None:
    talk_past_the_free_quota(alice, conversation)
    wanted = draft("at the old price", quoted=5)
    ask(bob, 7)

    refused = alice.post(f"/v1/conversations/{conversation}/messages", wanted)

    assert refused.status_code == 409
    assert refused.json()["code"] == "price_changed"
    assert refused.json()["price_credits"] == 7
    assert alice.credits == 50
    again = wanted | {"quoted_credits": 7}
    accepted = alice.post(f"/v1/conversations/{conversation}/messages", again)
    assert (accepted.status_code, accepted.json()["credits"]) == (201, 7)


def test_nobody_pays_more_than_the_price_by_quoting_more(
    alice: Member, bob: Member, conversation: str
) -> None:
    wanted = draft("keep the change", quoted=40)

    refused = alice.post(f"/v1/conversations/{conversation}/messages", wanted)

    assert refused.json()["code"] == "price_changed"
    assert refused.json()["price_credits"] == 0


def test_whoever_has_too_little_is_told_how_much_is_missing(
    alice: Member, bob: Member, conversation: str
) -> None:
    ask(bob, 30)
    talk_past_the_free_quota(alice, conversation)
    say(alice, conversation)
    quote = alice.get(f"/v1/conversations/{conversation}/quote").json()
    before = alice.get("/v1/wallet").json()

    refused = alice.post(f"/v1/conversations/{conversation}/messages", draft(quoted=30))

    assert quote == {"credits": 30, "free_left": 0, "available_credits": 20}
    assert refused.status_code == 402
    assert refused.headers["content-type"] == "application/problem+json"
    said = refused.json()
    assert said["code"] == "insufficient_credits"
    assert (said["needed_credits"], said["available_credits"]) == (30, 20)
    assert alice.get("/v1/wallet").json() == before
    assert alice.get(f"/v1/conversations/{conversation}").json()["seq"] == 4


def test_the_last_credit_can_be_spent(alice: Member, bob: Member, conversation: str) -> None:
    ask(bob, 50)
    talk_past_the_free_quota(alice, conversation)

    assert say(alice, conversation)["credits"] == 50
    assert alice.credits == 0
