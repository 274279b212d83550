"""What becomes of what a moderator decided on; and that it is what they saw."""

from typing import Any

import pytest

from chalicelib.core import db
from chalicelib.core.settings import settings
from chalicelib.profiles import models
from chalicelib.profiles.photos import storing
from infra.local.stack import Stack
from tests import tables
from tests.people import Member, at_once
from tests.problems import code_of
from tests.profiles.moderating.conftest import Moderator
from tests.profiles.photos.conftest import Album, load
from tests.profiles.photos.images import photo
from tests.profiles.telling import PROFILE, TOLD, changed, kept, row, seen

LINK = "More of my bread at www.bread-by-alice"
WRITTEN = TOLD | {"bio": LINK}
reviewing = pytest.mark.usefixtures("_reviewing")


@pytest.fixture
def _photo_required(monkeypatch: pytest.MonkeyPatch) -> None:
    told = type("Requiring", (), {"photo_required": True})
    monkeypatch.setattr(models, "settings", told)


def test_a_shown_text_is_seen_by_others_and_keeps_its_flags(
    alice: Member, bob: Member, moderator: Moderator
) -> None:
    changed(alice, **WRITTEN)
    assert seen(bob, alice).json()["bio"] is None

    told = moderator.decided(moderator.looks(alice), "show")

    assert seen(bob, alice).json()["bio"] == LINK
    assert seen(bob, alice).json()["prompts"] == TOLD["prompts"]
    assert told == {"user_id": alice.user_id, "version": kept(alice).version, "waits": False}
    assert (kept(alice).held, kept(alice).flags) == (False, {"link"})
    assert moderator.queue() == []


def test_a_shown_text_stays_shown_until_its_owner_changes_a_text(
    alice: Member, bob: Member, moderator: Moderator
) -> None:
    changed(alice, **WRITTEN)
    moderator.decided(moderator.looks(alice), "show")

    for same in ({"intent": "friends"}, {"display_name": "Alicia"}, WRITTEN, {"bio": LINK + " "}):
        assert not changed(alice, **same)["held"], same
    assert seen(bob, alice).json()["bio"] == LINK
    assert kept(alice).flags == {"link"}

    answers = [{"prompt": "best_trip_ever", "answer": "To Oslo."}]
    assert changed(alice, prompts=answers)["held"]
    assert moderator.looks(alice)["texts"]["prompts"] == answers


def test_a_refused_text_is_gone_for_its_owner_too(
    alice: Member, bob: Member, moderator: Moderator
) -> None:
    complete = changed(alice, **WRITTEN)["completeness"]

    moderator.decided(moderator.looks(alice), "refuse")

    own = alice.get(PROFILE).json()
    assert (own["bio"], own["prompts"], own["held"]) == (None, [], False)
    assert own["display_name"] == "Alice"
    assert own["completeness"] == complete - 20
    assert row(alice).completeness == own["completeness"]  # type: ignore[union-attr]
    assert kept(alice).flags is None
    assert seen(bob, alice).json()["bio"] is None
    assert moderator.queue() == []
    assert changed(alice, bio=LINK)["held"]


@pytest.mark.parametrize("texts", ["show", "refuse"])
@pytest.mark.parametrize("meanwhile", [{"bio": LINK + "!"}, {"intent": "friends"}])
def test_a_profile_that_was_changed_meanwhile_is_not_decided_on(
    alice: Member, moderator: Moderator, stack: Stack, texts: str, meanwhile: dict[str, Any]
) -> None:
    changed(alice, **WRITTEN)
    old = moderator.looks(alice)
    changed(alice, **meanwhile)
    before = tables.image(stack)

    answer = moderator.decides(old, texts)

    assert code_of(answer) == (409, "changed_meanwhile")
    assert tables.changed(before, tables.image(stack)) == {}
    moderator.decided(moderator.looks(alice), texts)


@pytest.mark.parametrize("texts", ["show", "refuse"])
def test_a_decision_again_is_answered_and_writes_nothing(
    alice: Member, moderator: Moderator, stack: Stack, texts: str
) -> None:
    changed(alice, **WRITTEN)
    old = moderator.looks(alice)
    first = moderator.decided(old, texts)
    before = tables.image(stack)

    assert moderator.decided(old, texts) == first
    assert tables.changed(before, tables.image(stack)) == {}
    other = "refuse" if texts == "show" else "show"
    assert code_of(moderator.decides(old, other)) == (409, "changed_meanwhile")
    assert tables.changed(before, tables.image(stack)) == {}


def test_a_text_that_does_not_wait_cannot_be_refused(alice: Member, moderator: Moderator) -> None:
    changed(alice, **TOLD)
    guessed = {"user_id": alice.user_id, "version": int(kept(alice).version)}

    assert code_of(moderator.decides(guessed, "refuse")) == (409, "changed_meanwhile")
    assert kept(alice).bio == TOLD["bio"]


def test_two_moderators_at_once_decide_one_thing(alice: Member, moderator: Moderator) -> None:
    changed(alice, **WRITTEN)
    old = moderator.looks(alice)

    answers = at_once(
        lambda: moderator.decides(old, "show"), lambda: moderator.decides(old, "refuse")
    )

    assert sorted(each.status_code for each in answers) == [200, 409]
    is_shown = answers[0].status_code == 200
    assert (kept(alice).bio, kept(alice).held) == (LINK if is_shown else None, False)


@pytest.mark.usefixtures("_photo_required")
@reviewing
def test_a_shown_photo_is_seen_and_lets_its_member_be_found(
    alice: Member, bob: Member, album: Album, moderator: Moderator
) -> None:
    incomplete = changed(alice, **TOLD)["completeness"]
    held = album.add(photo())
    assert row(alice) is None

    told = moderator.decided(moderator.looks(alice), None, **{held["photo_id"]: "show"})

    assert told["waits"] is False
    assert [each["photo_id"] for each in seen(bob, alice).json()["photos"]] == [held["photo_id"]]
    assert alice.get(PROFILE).json()["completeness"] == incomplete + 10
    assert row(alice) is not None
    assert row(alice).completeness == incomplete + 10  # type: ignore[union-attr]
    assert moderator.queue() == []


@reviewing
def test_a_refused_photo_is_rejected_and_nothing_of_it_stays(
    alice: Member, bob: Member, album: Album, moderator: Moderator
) -> None:
    changed(alice, **TOLD)
    refused, kept_one = album.add(photo()), album.add(photo())
    old = moderator.looks(alice)

    told = moderator.decided(old, None, **{refused["photo_id"]: "refuse"})

    own = album.photo(refused["photo_id"])
    assert (own["state"], own["reason"], own["shown"]) == ("rejected", "moderated", None)
    assert all(kept_one["photo_id"] in key for key in album.kept)
    assert len(album.kept) == 2
    assert load(refused["shown"]["url"]).status_code == 404
    assert told["waits"] is True
    assert seen(bob, alice).json()["photos"] == []
    assert [each["photo_id"] for each in moderator.looks(alice)["photos"]] == [kept_one["photo_id"]]
    assert moderator.decided(old, None, **{refused["photo_id"]: "refuse"}) == told


@reviewing
def test_a_decision_stands_as_a_whole_or_not_at_all(
    alice: Member, album: Album, moderator: Moderator, stack: Stack
) -> None:
    changed(alice, **WRITTEN)
    held, other = album.add(photo()), album.add(photo())
    old = moderator.looks(alice)
    alice.delete(f"/v1/me/photos/{other['photo_id']}")
    before = tables.image(stack)

    both = {held["photo_id"]: "refuse", other["photo_id"]: "show"}
    assert code_of(moderator.decides(old, "show", **both)) == (409, "changed_meanwhile")
    now = moderator.looks(alice)
    assert code_of(moderator.decides(now, "show", **both)) == (409, "changed_meanwhile")
    assert tables.changed(before, tables.image(stack)) == {}
    assert len(album.kept) == 2

    assert moderator.decided(now, "show", **both | {other["photo_id"]: "refuse"})["waits"] is False


@reviewing
@pytest.mark.parametrize("verdict", ["show", "refuse"])
def test_a_photo_that_nobody_checked_yet_is_not_decided_on(
    alice: Member, album: Album, moderator: Moderator, verdict: str
) -> None:
    photo_id = album.announce()["photo"]["photo_id"]
    guessed = {"user_id": alice.user_id, "version": int(kept(alice).version)}

    answer = moderator.decides(guessed, None, **{photo_id: verdict})

    assert code_of(answer) == (409, "changed_meanwhile")
    assert album.photo(photo_id)["state"] == "uploading"


@reviewing
@pytest.mark.parametrize("step", ["commit", "remove"])
def test_a_decision_that_dies_anywhere_is_finished_by_the_next_try(
    alice: Member, album: Album, moderator: Moderator, monkeypatch: Any, step: str
) -> None:
    held = album.add(photo())
    old = moderator.looks(alice)

    def die(*_: Any, **__: Any) -> None:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(*((db.Transaction, step) if step == "commit" else (storing, step)), die)
        assert moderator.decides(old, None, **{held["photo_id"]: "refuse"}).status_code == 500
    assert len(album.kept) == 2
    assert album.photo(held["photo_id"])["state"] in {"held", "rejected"}

    moderator.decided(old, None, **{held["photo_id"]: "refuse"})

    assert (album.photo(held["photo_id"])["state"], album.kept) == ("rejected", [])


@reviewing
def test_a_refusal_that_comes_too_late_removes_nothing(
    alice: Member, album: Album, moderator: Moderator
) -> None:
    held = album.add(photo())
    old = moderator.looks(alice)
    moderator.decided(old, None, **{held["photo_id"]: "show"})

    late = moderator.decides(old, None, **{held["photo_id"]: "refuse"})

    assert code_of(late) == (409, "changed_meanwhile")
    assert len(album.kept) == len(settings().photo_sides)


def test_a_decision_does_not_say_that_its_member_is_here(
    alice: Member, moderator: Moderator, stack: Stack
) -> None:
    changed(alice, **WRITTEN)
    day = kept(alice).active_day
    stack.clock.advance(86_400)
    moderator.member.come_back()

    moderator.decided(moderator.looks(alice), "show")

    assert kept(alice).active_day == day
    assert row(alice).active_day == day  # type: ignore[union-attr]


def test_one_photo_has_one_verdict(alice: Member, moderator: Moderator) -> None:
    photo_id = f"pho_{'0' * 26}"
    verdicts = [{"photo_id": photo_id, "verdict": each} for each in ("show", "refuse")]

    answer = moderator.member.post(
        f"/v1/admin/held/{alice.user_id}", {"version": 1, "photos": verdicts}
    )

    assert code_of(answer) == (422, "invalid_request")
    assert [each["at"] for each in answer.json()["errors"]] == ["$.photos"]


def test_nobody_decides_on_their_own_profile(moderator: Moderator) -> None:
    changed(moderator.member, **WRITTEN)
    seen = moderator.looks(moderator.member)

    refused = moderator.decides(seen, "show")

    assert (refused.status_code, refused.json()["code"]) == (403, "own_profile")
    assert kept(moderator.member).held
