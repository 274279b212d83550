"""Reporting a member: once for each thing, with what was there, whatever became of it later."""

import json
from typing import Any

import httpx
import pytest

from chalicelib.core import ids
from chalicelib.reporting.models import Evidence, Report
from infra.local.stack import Stack
from tests import tables
from tests.messaging.test_sending import ask_nothing
from tests.people import Member, match, refusal, say
from tests.safety.situations import PROFILE, block, suspend

TABLES = "reports", "evidence"


def report(who: Member, whom: Member, **about: Any) -> httpx.Response:
    key = about.pop("key", None)
    headers = {"Idempotency_Key": key} if key else {}
    return who.post(
        "/v1/reports", {"user_id": whom.user_id, "reason": "harassment"} | about, **headers
    )


def kept(who: Member, whom: Member, subject: str = "user") -> Report:
    return Report.get(f"{who.user_id}/{whom.user_id}/{subject}", consistent_read=True)


def evidence(who: Member, whom: Member, part: str, subject: str = "user") -> Any:
    report_id = f"{who.user_id}/{whom.user_id}/{subject}"
    return json.loads(Evidence.get(report_id, part, consistent_read=True).content)


def bodies(
    who: Member, whom: Member, subject: str = "user", part: str = "messages"
) -> list[str | None]:
    return [message["body"] for message in evidence(who, whom, part, subject)]


def parts(who: Member, whom: Member, subject: str = "user") -> dict[str, str]:
    """All that was kept, by part."""
    found = Evidence.query(f"{who.user_id}/{whom.user_id}/{subject}", consistent_read=True)
    return {each.part: each.content for each in found}


def test_evidence_is_kept_for_two_years(alice: Member, bob: Member, stack: Stack) -> None:
    say(bob, match(alice, bob))
    report(alice, bob)

    found = list(Evidence.query(f"{alice.user_id}/{bob.user_id}/user", consistent_read=True))

    assert found
    for each in found:
        assert (each.expires_at - each.taken_at).days in (729, 730)  # whole seconds, so no more


def test_a_report_is_kept_with_its_reason_and_note(alice: Member, bob: Member) -> None:
    answer = report(alice, bob, reason="scam", note="wants money\nfor a visa")

    made = kept(alice, bob)
    assert answer.status_code == 201
    assert (made.reason, made.notes, made.times) == ("scam", ["wants money\nfor a visa"], 1)
    assert (made.state, made.subject) == ("open", "user")
    assert answer.json() == {
        "user_id": bob.user_id,
        "subject": "user",
        "reported_at": answer.json()["reported_at"],
    }


def test_evidence_shows_the_profile_and_the_talk_as_they_were(
    alice: Member, profile: Member, conversation: str, stack: Stack
) -> None:
    bad = say(profile, conversation, "something bad")
    report(alice, profile, message_id=bad["message_id"])

    profile.delete(f"/v1/messages/{bad['message_id']}")
    changed = {"bio": "I am a saint", "display_name": "Angel"}
    profile.http.patch("/v1/me/profile", json=changed, headers=profile.headers())

    subject = bad["message_id"]
    assert bodies(alice, profile, subject) == ["something bad"]
    seen = evidence(alice, profile, "profile", subject)
    assert (seen["bio"], seen["display_name"]) == (PROFILE["bio"], PROFILE["display_name"])


def test_evidence_never_says_where_somebody_lives(alice: Member, profile: Member) -> None:
    report(alice, profile)

    assert {"cell", "place", "wants"} & set(evidence(alice, profile, "profile")) == set()


def test_what_was_deleted_before_the_report_is_evidence_too(
    alice: Member, bob: Member, conversation: str
) -> None:
    bad = say(bob, conversation, "I know where you live")
    bob.delete(f"/v1/messages/{bad['message_id']}")

    report(alice, bob)
    report(alice, bob, message_id=bad["message_id"])

    for subject in ("user", bad["message_id"]):
        (seen,) = evidence(alice, bob, "messages", subject)
        assert seen["body"] == "I know where you live"
        assert seen["deleted_at"] is not None


def test_of_a_long_talk_forty_messages_around_the_subject_are_kept(
    alice: Member, bob: Member, conversation: str
) -> None:
    ask_nothing(alice, bob)
    sent = [say(bob, conversation, f"message {number}") for number in range(1, 61)]

    report(alice, bob, message_id=sent[24]["message_id"])
    report(alice, bob)

    around = bodies(alice, bob, sent[24]["message_id"])
    assert around == [f"message {number}" for number in range(6, 46)]
    assert bodies(alice, bob) == [f"message {number}" for number in range(21, 61)]


def test_evidence_stays_within_an_item_and_keeps_what_is_nearest(
    alice: Member, bob: Member, conversation: str
) -> None:
    ask_nothing(alice, bob)
    sent = [say(bob, conversation, f"{number:02}" + "щ" * 3998) for number in range(40)]

    report(alice, bob, message_id=sent[20]["message_id"])

    content = Evidence.get(
        f"{alice.user_id}/{bob.user_id}/{sent[20]['message_id']}", "messages"
    ).content
    numbers = [int(str(body)[:2]) for body in bodies(alice, bob, sent[20]["message_id"])]
    assert len(content.encode()) <= 100_000
    assert len(numbers) == 12
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    assert abs(20 - numbers[0] - (numbers[-1] - 20)) <= 1


def test_different_subjects_and_different_reporters_are_different_reports(
    alice: Member, bob: Member, conversation: str, join: Any
) -> None:
    sent = say(bob, conversation)
    carol = join("carol")

    report(alice, bob)
    report(alice, bob, message_id=sent["message_id"])
    report(carol, bob)

    assert kept(alice, bob).times == kept(carol, bob).times == 1
    assert kept(alice, bob, sent["message_id"]).times == 1


def test_a_block_from_either_side_shields_nobody(
    alice: Member, bob: Member, conversation: str
) -> None:
    say(bob, conversation, "something bad")
    block(bob, alice)
    block(alice, bob)

    assert report(alice, bob).status_code == 201
    assert bodies(alice, bob) == ["something bad"]


def test_nor_does_the_end_of_a_match_or_a_suspension(
    alice: Member, bob: Member, conversation: str
) -> None:
    say(bob, conversation, "something bad")
    bob.delete(f"/v1/matches/{conversation.replace('cnv_', 'mat_')}")
    suspend(bob)

    assert report(alice, bob).status_code == 201
    assert bodies(alice, bob) == ["something bad"]


def test_nobody_hears_of_a_report(alice: Member, bob: Member, conversation: str) -> None:
    his = bob.socket()
    his.forget_events()

    report(alice, bob)

    assert his.heard() == []


def test_what_is_not_theirs_cannot_be_reported_as_theirs(
    alice: Member, bob: Member, conversation: str, join: Any, stack: Stack
) -> None:
    carol, dave = join("carol"), join("dave")
    own = say(alice, conversation)["message_id"]
    strangers = say(carol, match(carol, dave))["message_id"]
    nowhere = f"{own[:-8]}000000ff"
    before = tables.image(stack, *TABLES)

    refused = [
        report(alice, bob, message_id=own),
        report(alice, carol, message_id=strangers),
        report(alice, bob, message_id=strangers),
        report(alice, bob, message_id=nowhere),
        report(alice, bob, photo_id=ids.new("pho")),
        alice.post("/v1/reports", {"user_id": ids.new("usr"), "reason": "spam"}),
    ]

    assert [answer.status_code for answer in refused] == [404] * len(refused)
    assert len({str(refusal(answer.json())) for answer in refused}) == 1
    assert tables.changed(before, tables.image(stack, *TABLES)) == {}


def test_nobody_reports_themselves_or_two_things_at_once(alice: Member, bob: Member) -> None:
    oneself = report(alice, alice)
    two = report(
        alice,
        bob,
        photo_id=ids.new("pho"),
        message_id=f"msg_{ids.pair_of(alice.user_id, bob.user_id)}_00000001",
    )

    assert (oneself.status_code, oneself.json()["code"]) == (422, "reported_oneself")
    assert (two.status_code, two.json()["errors"][0]["rule"]) == (422, "exclusive")


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "because"},
        {"note": ""},
        {"note": "x" * 1001},
        {"message_id": "msg_1"},
        {"photo_id": "../other"},
    ],
)
def test_what_is_no_report_is_refused(alice: Member, bob: Member, wrong: dict[str, str]) -> None:
    assert report(alice, bob, **wrong).status_code == 422


def test_reports_are_limited_by_the_hour(alice: Member, bob: Member) -> None:
    answers = [report(alice, bob).status_code for _ in range(21)]

    assert answers == [201] * 20 + [429]
