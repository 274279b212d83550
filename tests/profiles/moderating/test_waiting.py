"""Who is in the list of those who wait, in which order, and what is told of them."""

from typing import Any

import pytest

from chalicelib.core import db
from infra.local.stack import Stack
from tests import people, tables
from tests.bad_input.world import ULID
from tests.people import Member
from tests.problems import code_of
from tests.profiles.moderating.conftest import HELD, Moderator
from tests.profiles.photos.conftest import Album, load
from tests.profiles.photos.images import decoded, photo
from tests.profiles.photos.meanwhile import elsewhere
from tests.profiles.telling import TOLD, change, changed, kept, suspend

LINK = "More of my bread at www.bread-by-alice"


def test_a_held_bio_is_seen_as_it_was_written_with_the_rules_that_it_breaks(
    alice: Member, moderator: Moderator, stack: Stack
) -> None:
    changed(alice, **TOLD | {"bio": LINK})

    assert moderator.queue() == [
        {
            "user_id": alice.user_id,
            "version": kept(alice).version,
            "waits_since": kept(alice).waits_since.isoformat().replace("+00:00", "Z"),
            "texts": {"display_name": "Alice", "bio": LINK, "prompts": TOLD["prompts"]},
            "flags": ["link"],
            "photos": [],
        }
    ]


@pytest.mark.usefixtures("_reviewing")
def test_a_held_photo_is_seen_in_two_sizes_without_the_texts_that_do_not_wait(
    alice: Member, album: Album, moderator: Moderator
) -> None:
    changed(alice, **TOLD)
    held = album.add(photo())

    seen = moderator.looks(alice)
    assert (seen["texts"], seen["flags"]) == (None, [])
    assert [each["photo_id"] for each in seen["photos"]] == [held["photo_id"]]
    sizes = [decoded(load(seen["photos"][0][url]).content).size for url in ("url", "small_url")]
    assert sizes == [(1080, 810), (320, 240)]


def test_the_longest_waiting_come_first_and_a_change_keeps_its_turn(
    alice: Member, bob: Member, join: Any, moderator: Moderator, stack: Stack
) -> None:
    everybody = [alice, bob, join("carol"), join("dave"), join("erin")]
    for member in everybody:
        changed(member, bio=LINK)
        stack.clock.advance(1)
    since = moderator.looks(alice)["waits_since"]
    changed(alice, bio=LINK + " and more")
    changed(bob, intent="friends")

    assert [each["user_id"] for each in moderator.queue()] == [each.user_id for each in everybody]
    assert moderator.looks(alice)["waits_since"] == since


def test_who_takes_out_what_was_held_is_out_of_the_list_and_comes_back_last(
    alice: Member, bob: Member, moderator: Moderator, stack: Stack
) -> None:
    changed(alice, bio=LINK)
    stack.clock.advance(1)
    changed(bob, bio=LINK)

    changed(alice, bio=None)
    assert [each["user_id"] for each in moderator.queue()] == [bob.user_id]

    stack.clock.advance(1)
    changed(alice, bio=LINK)
    assert [each["user_id"] for each in moderator.queue()] == [bob.user_id, alice.user_id]


@pytest.mark.usefixtures("_reviewing")
def test_a_photo_deleted_by_its_member_waits_no_longer(
    alice: Member, album: Album, moderator: Moderator
) -> None:
    held = album.add(photo())
    assert moderator.sees(alice)

    alice.delete(f"/v1/me/photos/{held['photo_id']}")

    assert moderator.queue() == []


def test_the_list_goes_on_though_what_it_showed_was_settled(
    alice: Member, bob: Member, join: Any, moderator: Moderator, stack: Stack
) -> None:
    for member in (alice, bob, carol := join("carol")):
        changed(member, bio=LINK)
        stack.clock.advance(1)
    page = moderator.member.get(HELD, limit=2).json()
    for seen in page["items"]:
        moderator.decided(seen, "show")

    rest = moderator.member.get(HELD, limit=2, cursor=page["next_cursor"]).json()

    assert [each["user_id"] for each in rest["items"]] == [carol.user_id]


def test_what_is_settled_while_the_list_is_read_is_not_in_it(
    alice: Member, bob: Member, moderator: Moderator, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(alice, bio=LINK)
    changed(bob, bio=LINK)
    seen = moderator.looks(alice)
    read = db.page

    def meanwhile(rows: Any) -> Any:
        found = read(rows)
        elsewhere(lambda: moderator.decided(seen, "show"))
        return found

    monkeypatch.setattr(db, "page", meanwhile)
    assert [each["user_id"] for each in moderator.member.get(HELD).json()["items"]] == [bob.user_id]


def test_a_suspended_member_is_still_in_the_list(alice: Member, moderator: Moderator) -> None:
    changed(alice, bio=LINK)
    suspend(alice)

    seen = moderator.looks(alice)
    assert moderator.decided(seen, "show")["waits"] is False


@pytest.mark.parametrize("role", ["member", "support", "finance", "analyst"])
def test_only_moderators_get_in(join: Any, alice: Member, stack: Stack, role: str) -> None:
    changed(alice, bio=LINK)
    somebody = people.appoint(join("somebody"), role)
    before = tables.image(stack)

    decision = {"version": kept(alice).version, "texts": "show"}
    listed, decided = somebody.get(HELD), somebody.post(f"{HELD}/{alice.user_id}", decision)

    assert code_of(listed) == code_of(decided) == (403, "not_allowed")
    assert tables.changed(before, tables.image(stack)) == {}


def test_nothing_is_told_to_members_of_their_place_in_the_list(alice: Member, bob: Member) -> None:
    own = changed(alice, **TOLD | {"bio": LINK})

    assert {"waits", "waits_since", "flags", "version"} & own.keys() == set()
    assert change(alice, waits="held").status_code == 422


def test_nobody_decides_on_somebody_who_is_not_there(moderator: Moderator) -> None:
    answer = moderator.decides({"user_id": f"usr_{ULID}", "version": 1}, "show")

    assert code_of(answer) == (404, "not_found")
