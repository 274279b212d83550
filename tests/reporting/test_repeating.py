"""Reporting again: it adds to the first report, and keeps what is to be seen by then."""

import pytest

from chalicelib.core import db
from chalicelib.core.settings import settings
from infra.local.stack import Stack
from tests import tables
from tests.messaging.test_sending import ask_nothing
from tests.people import Member, at_once, match, say
from tests.profiles.photos.conftest import Album
from tests.profiles.photos.images import photo
from tests.reporting.test_reports import bodies, evidence, kept, parts, report


def test_repeating_a_report_of_what_has_changed_keeps_the_first_evidence(
    alice: Member, bob: Member, conversation: str
) -> None:
    bad = say(bob, conversation, "something bad")
    report(alice, bob)
    bob.delete(f"/v1/messages/{bad['message_id']}")

    report(alice, bob)

    assert bodies(alice, bob) == ["something bad"]


def test_a_report_from_before_they_met_does_not_shield_what_comes_later(
    alice: Member, profile: Member
) -> None:
    report(alice, profile)
    first = parts(alice, profile)
    say(profile, match(alice, profile), "I know where you live")

    report(alice, profile)

    assert bodies(alice, profile, part="messages/2") == ["I know where you live"]
    assert parts(alice, profile).keys() == {"profile", "messages/2"}
    assert first.items() <= parts(alice, profile).items()


def test_what_is_kept_first_is_the_first_part_even_if_there_was_nothing_at_first(
    alice: Member, bob: Member
) -> None:
    report(alice, bob)
    assert parts(alice, bob) == {}
    say(bob, match(alice, bob), "I know where you live")

    report(alice, bob)

    assert bodies(alice, bob) == ["I know where you live"]


def test_photos_that_came_after_a_report_are_kept_when_it_is_repeated(
    alice: Member, bob: Member, stack: Stack
) -> None:
    album = Album(stack, bob)
    first = album.add(photo())
    report(alice, bob)
    second = album.add(photo())

    report(alice, bob)

    kept_photos = {
        key for key in stack.buckets.keys(settings().photos_bucket) if key.startswith("evidence/")
    }
    assert {
        f"evidence/{bob.user_id}/{each['photo_id']}.jpeg" for each in (first, second)
    } <= kept_photos
    seen = [each["photo_id"] for each in evidence(alice, bob, "profile/2")["photos"]]
    assert seen == [first["photo_id"], second["photo_id"]]


def test_a_repetition_keeps_only_what_differs(
    alice: Member, profile: Member, conversation: str
) -> None:
    say(profile, conversation, "something bad")
    report(alice, profile)
    first = parts(alice, profile)

    report(alice, profile)
    elsewhere = {"place": {"latitude": 48.1, "longitude": 11.6}}
    profile.patch("/v1/me/profile", elsewhere)
    report(alice, profile)
    assert parts(alice, profile) == first

    profile.patch("/v1/me/profile", {"bio": "I am a saint"})
    report(alice, profile)
    assert parts(alice, profile).keys() == {"profile", "messages", "profile/2"}

    say(profile, conversation, "something worse")
    report(alice, profile)
    assert parts(alice, profile).keys() == {"profile", "messages", "profile/2", "messages/3"}
    assert bodies(alice, profile, part="messages/3") == ["something bad", "something worse"]
    assert kept(alice, profile).times == 5


def test_no_more_than_five_looks_are_kept(alice: Member, bob: Member, conversation: str) -> None:
    ask_nothing(bob, alice)
    for number in range(1, 8):
        say(bob, conversation, f"message {number}")
        assert report(alice, bob).status_code == 201

    assert len(parts(alice, bob)) == 5
    assert bodies(alice, bob, part="messages/5")[-1] == "message 5"
    assert (kept(alice, bob).times, kept(alice, bob).looks) == (7, 5)


def test_of_repetitions_at_the_same_moment_one_keeps_what_is_new(
    alice: Member, bob: Member, conversation: str
) -> None:
    report(alice, bob)
    say(bob, conversation, "something bad")

    answers = at_once(*[lambda: report(alice, bob)] * 4)

    assert [answer.status_code for answer in answers] == [201] * 4
    assert (kept(alice, bob).times, kept(alice, bob).looks) == (5, 1)
    assert parts(alice, bob).keys() == {"messages"}


def test_a_repeated_report_merges_with_the_first(alice: Member, bob: Member, stack: Stack) -> None:
    first = report(alice, bob, reason="spam", note="note 0")
    for number in range(1, 8):
        stack.clock.advance(1)
        again = report(alice, bob, reason="scam", note=f"note {number}")

    made = kept(alice, bob)
    assert again.json() == first.json()
    assert (made.times, made.reason) == (8, "scam")
    assert made.notes == [f"note {number}" for number in range(3, 8)]
    assert made.repeated_at > made.reported_at
    assert len(tables.image(stack, "reports")["reports"]) >= 1


def test_a_retry_with_its_key_is_not_another_report(alice: Member, bob: Member) -> None:
    first = report(alice, bob, key="the-same-key")
    again = report(alice, bob, key="the-same-key")
    other = report(alice, bob, reason="fake", key="the-same-key")

    assert again.json() == first.json()
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")
    assert kept(alice, bob).times == 1


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("key", [{}, {"key": "the-same-key"}], ids=["no key", "a key"])
def test_a_report_that_landed_without_an_answer_is_counted_once(
    alice: Member,
    bob: Member,
    conversation: str,
    monkeypatch: pytest.MonkeyPatch,
    times: int,
    key: dict[str, str],
) -> None:
    """DynamoDB carried it out and answered with an error; tried again, it meets itself."""
    for _ in range(1, times):
        report(alice, bob)
    say(bob, conversation, "something bad")
    commit, commits = db.Transaction.commit, list[db.Transaction]()

    def twice(tx: db.Transaction) -> None:
        commits.append(tx)
        commit(tx)
        if len(commits) == 1:
            commit(tx)

    with monkeypatch.context() as patched:
        patched.setattr(db.Transaction, "commit", twice)
        answer = report(alice, bob, note="help", **key)

    assert answer.status_code == 201
    assert (kept(alice, bob).times, kept(alice, bob).notes) == (times, ["help"])
    assert bodies(alice, bob) == ["something bad"]


def test_reports_at_the_same_moment_are_all_counted(alice: Member, bob: Member) -> None:
    answers = at_once(*[lambda: report(alice, bob)] * 4)

    assert [answer.status_code for answer in answers] == [201] * 4
    assert kept(alice, bob).times == 4
