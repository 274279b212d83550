"""Order, and deletion."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.core import db
from chalicelib.core.settings import settings
from chalicelib.profiles.photos import pictures, storing
from infra.local.stack import Stack
from tests.people import Member
from tests.profiles.photos.conftest import Album, load
from tests.profiles.photos.images import photo
from tests.profiles.photos.meanwhile import elsewhere, tell


def test_photos_stand_in_the_order_that_the_member_gives_them(album: Album, alice: Member) -> None:
    first, second, third = (album.announce()["photo"]["photo_id"] for _ in range(3))
    wanted = [third, first, second]

    answer = alice.put("/v1/me/photos/order", {"photo_ids": wanted})
    again = alice.put("/v1/me/photos/order", {"photo_ids": wanted})

    assert [each["photo_id"] for each in answer.json()["items"]] == wanted == album.ids
    assert again.json() == answer.json()


def test_an_order_names_each_photo_once(album: Album, alice: Member) -> None:
    first, second = (album.announce()["photo"]["photo_id"] for _ in range(2))
    stranger = "pho_01jd3v00000000000000000000"

    for wrong in ([first], [first, first], [first, second, second], [first, stranger], []):
        refused = alice.put("/v1/me/photos/order", {"photo_ids": wrong})
        assert (refused.status_code, refused.json()["code"]) == (409, "photos_changed"), wrong
    assert album.ids == [first, second]


def test_a_deleted_photo_is_gone_from_profile_and_store(album: Album, alice: Member) -> None:
    left, gone = (album.add(photo()) for _ in range(2))

    answer = alice.delete(f"/v1/me/photos/{gone['photo_id']}")
    again = alice.delete(f"/v1/me/photos/{gone['photo_id']}")

    assert (answer.status_code, again.status_code) == (204, 204)
    assert album.ids == [left["photo_id"]]
    assert [key for key in album.kept if gone["photo_id"] in key] == []
    assert load(gone["shown"]["url"]).status_code == 404
    assert load(left["shown"]["url"]).status_code == 200


def test_nobody_deletes_anothers_photo(
    album: Album, bob: Member, album_of: Callable[[Member], Album]
) -> None:
    mine = album.add(photo())

    answer = bob.delete(f"/v1/me/photos/{mine['photo_id']}")

    assert answer.status_code == 204
    assert album.ids == [mine["photo_id"]]
    assert load(mine["shown"]["url"]).status_code == 200


def test_a_photo_that_is_deleted_before_it_was_checked_leaves_nothing(
    album: Album, alice: Member, stack: Stack
) -> None:
    photo_id = album.upload(photo())
    alice.delete(f"/v1/me/photos/{photo_id}")

    stack.settle()

    assert (album.ids, album.kept) == ([], [])


@pytest.mark.parametrize("moment", ["largest", "smaller"])
def test_a_photo_that_is_deleted_while_it_is_checked_leaves_nothing(
    album: Album, alice: Member, stack: Stack, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """It is deleted before the first size was written, or after it."""
    photo_id = album.upload(photo())
    real = getattr(pictures, moment)

    def meanwhile(*asked: Any) -> Any:
        elsewhere(lambda: alice.delete(f"/v1/me/photos/{photo_id}"))
        return real(*asked)

    with monkeypatch.context() as patched:
        patched.setattr(pictures, moment, meanwhile)
        stack.settle()

    assert (album.ids, album.kept) == ([], [])


@pytest.mark.parametrize("at", ["S3", "DynamoDB"])
def test_a_deletion_that_fails_anywhere_is_finished_by_its_repetition(
    album: Album, alice: Member, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """As long as S3 may hold something of it, the photo is on the profile to be deleted again."""
    photo_id = album.add(photo())["photo_id"]

    def fail(*_: Any) -> None:
        raise storing.NotRemoved("no luck today")

    with monkeypatch.context() as patched:
        if at == "S3":
            patched.setattr(storing, "remove", fail)
        else:
            patched.setattr(db.Transaction, "commit", fail)
        assert alice.delete(f"/v1/me/photos/{photo_id}").status_code == 500
    assert album.ids == [photo_id]

    assert alice.delete(f"/v1/me/photos/{photo_id}").status_code == 204
    assert (album.ids, album.kept) == ([], [])


def test_a_deletion_leaves_nothing_of_a_check_that_was_faster(
    album: Album, alice: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check writes and settles after the deletion emptied S3, before it changed the profile."""
    photo_id = album.upload(photo())
    content = album.content(photo_id)
    remove, removed = storing.remove, list[str]()

    def slowly(*keys: str) -> None:
        remove(*keys)
        if not removed:
            removed.extend(keys)
            album.put(photo_id, content)
            elsewhere(lambda: tell(album, photo_id))
            assert album.photo(photo_id)["state"] == "ready"

    with monkeypatch.context() as patched:
        patched.setattr(storing, "remove", slowly)
        assert alice.delete(f"/v1/me/photos/{photo_id}").status_code == 204

    assert (album.ids, album.kept) == ([], [])


def test_what_was_reported_outlives_its_deletion(
    album: Album, alice: Member, bob: Member, stack: Stack
) -> None:
    ready = album.add(photo())
    album.add(b"no image at all")
    reported = bob.post(
        "/v1/reports",
        {"user_id": alice.user_id, "reason": "nudity", "photo_id": ready["photo_id"]},
    )
    assert reported.status_code == 201, reported.text
    shown = load(ready["shown"]["url"]).content

    alice.delete(f"/v1/me/photos/{ready['photo_id']}")

    key = f"evidence/{alice.user_id}/{ready['photo_id']}.jpeg"
    assert album.kept == [key]
    found = stack.buckets.get(settings().photos_bucket, key)
    assert found is not None
    assert found[1] == shown


def test_a_photo_that_is_gone_when_it_is_reported_hinders_no_report(
    album: Album, alice: Member, bob: Member, stack: Stack
) -> None:
    """It is being deleted: S3 holds nothing of it any more, the profile still names it."""
    album.add(photo())
    stack.buckets.remove(settings().photos_bucket, album.kept)

    answer = bob.post("/v1/reports", {"user_id": alice.user_id, "reason": "fake"})

    assert (answer.status_code, album.kept) == (201, [])
