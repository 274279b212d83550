"""The story that everything else stands on."""

from typing import Any

from tests.people import Member, draft


def test_two_members_match_and_talk_for_credits(
    alice: Member, bob: Member, conversation: str
) -> None:
    phone, laptop = alice.socket(), bob.socket()
    for number in range(1, 5):
        quoted = alice.get(f"/v1/conversations/{conversation}/quote").json()["credits"]
        sent: dict[str, Any] = phone.do(
            "message.send",
            draft(f"hello {number}", quoted=quoted) | {"conversation_id": conversation},
        )
        assert sent["seq"] == number
        assert sent["credits"] == (5 if number == 4 else 0)

    heard = laptop.events("message.created")
    assert [each["message"]["body"] for each in heard] == [f"hello {n}" for n in range(1, 5)]
    assert (alice.credits, bob.credits) == (45, 50)
    assert phone.events("wallet.updated")[-1]["available_credits"] == 45
    assert bob.get("/v1/conversations").json()["items"][0]["unread"] == 4
