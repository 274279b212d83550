"""A member's wallet and statement."""

from tests.people import Member, chat, say


def entries(member: Member, **query: object) -> dict[str, object]:
    return member.get("/v1/wallet/entries", **query).json()


def test_the_statement_is_numbered_without_a_gap_and_adds_up(
    alice: Member, bob: Member, conversation: str
) -> None:
    sent = [say(alice, conversation) for _ in range(7)]
    alice.delete(f"/v1/messages/{sent[-1]['message_id']}")

    items = entries(alice)["items"]

    assert [item["number"] for item in items] == [6, 5, 4, 3, 2, 1]
    assert [item["kind"] for item in items] == ["refund", *["message"] * 4, "grant"]
    balance = 0
    for item in reversed(items):
        balance += item["amount_credits"]
        assert item["balance_credits"] == balance
    assert balance == alice.credits == 35


def test_the_statement_is_paged_newest_first(alice: Member, bob: Member, conversation: str) -> None:
    for _ in range(7):
        say(alice, conversation)

    seen, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        page = entries(alice, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [item["number"] for item in page["items"]]
        cursor, pages = page["next_cursor"], pages + 1

    assert seen == [5, 4, 3, 2, 1]
    assert pages == 3


def test_a_new_entry_does_not_disturb_a_page_being_read(
    alice: Member, bob: Member, conversation: str
) -> None:
    for _ in range(5):
        say(alice, conversation)
    first = entries(alice, limit=2)
    say(alice, conversation)

    second = entries(alice, limit=2, cursor=first["next_cursor"])

    assert [item["number"] for item in first["items"] + second["items"]] == [3, 2, 1]


def test_free_messages_do_not_clutter_the_statement(
    alice: Member, bob: Member, conversation: str
) -> None:
    chat(alice, bob, conversation_id=conversation, messages=6)

    assert [item["kind"] for item in entries(alice)["items"]] == ["grant"]


def test_a_statement_is_nobody_elses(alice: Member, bob: Member, conversation: str) -> None:
    for _ in range(5):
        say(alice, conversation)
    cursor = entries(alice, limit=1)["next_cursor"]

    answer = bob.get("/v1/wallet/entries", limit=1, cursor=cursor)

    assert answer.status_code == 400
    assert answer.json()["code"] == "invalid_cursor"
    assert [item["kind"] for item in entries(bob)["items"]] == ["grant"]


def test_a_wallet_says_how_often_it_changed(alice: Member, bob: Member, conversation: str) -> None:
    before = alice.get("/v1/wallet").json()
    for _ in range(4):
        say(alice, conversation)

    after = alice.get("/v1/wallet").json()

    assert after["version"] == before["version"] + 1
    assert [lot["credits"] for lot in after["lots"]] == [45]


def test_nobody_sees_a_wallet_without_signing_in(alice: Member) -> None:
    assert alice.http.get("/v1/wallet").status_code == 401
    assert alice.http.get("/v1/wallet/entries").status_code == 401
