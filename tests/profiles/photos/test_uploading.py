"""From an app to S3 and onto the profile."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.core import db
from chalicelib.profiles.photos import service
from infra.local.stack import Stack
from tests.people import Member, at_once
from tests.profiles.photos.conftest import Album, load, send
from tests.profiles.photos.images import decoded, photo
from tests.profiles.photos.meanwhile import elsewhere, tell

MINUTE = 60


def test_a_photo_is_ready_in_two_sizes_once_it_was_checked(album: Album) -> None:
    photo_id = album.upload(photo())
    assert album.photo(photo_id) == {
        "photo_id": photo_id,
        "state": "uploading",
        "reason": None,
        "shown": None,
    }

    album._stack.settle()

    seen = album.photo(photo_id)
    assert (seen["state"], seen["shown"]["width"], seen["shown"]["height"]) == ("ready", 1080, 810)
    assert decoded(load(seen["shown"]["url"]).content).size == (1080, 810)
    assert decoded(load(seen["shown"]["small_url"]).content).size == (320, 240)


def test_what_the_member_sent_is_gone_once_it_was_checked(album: Album) -> None:
    photo_id = album.add(photo())["photo_id"]

    folder = f"photos/{album.member.user_id}/{photo_id}"
    assert album.kept == [f"{folder}/1080.jpeg", f"{folder}/320.jpeg"]


@pytest.mark.parametrize(("kind", "said"), [("PNG", "image/png"), ("WEBP", "image/webp")])
def test_other_kinds_of_images_become_the_same(album: Album, kind: str, said: str) -> None:
    seen = album.add(photo(kind), said)

    assert seen["state"] == "ready"
    assert decoded(load(seen["shown"]["url"]).content).format == "JPEG"


def test_a_small_photo_is_not_made_larger(album: Album) -> None:
    shown = album.add(photo(size=(400, 300)))["shown"]

    assert (shown["width"], shown["height"]) == (400, 300)


@pytest.mark.parametrize("said", ["image/heic", "image/svg+xml", "image/gif", "text/html", ""])
def test_no_form_is_given_for_what_cannot_be_checked(alice: Member, said: str) -> None:
    answer = alice.post("/v1/me/photos", {"content_type": said})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_a_form_takes_nothing_larger_than_10_mb(album: Album) -> None:
    form = album.announce()["upload"]
    most = 10 * 1024 * 1024

    too_large, empty = send(form, b"x" * (most + 1)), send(form, b"")
    assert (too_large.status_code, empty.status_code) == (400, 400)
    assert "EntityTooLarge" in too_large.text
    assert "EntityTooSmall" in empty.text
    assert album.kept == []

    assert send(form, b"x" * most).status_code == 204


@pytest.mark.parametrize(
    "otherwise",
    [
        {"Content_Type": "image/svg+xml"},
        {"key": "uploads/elsewhere"},
        {"x_amz_meta_note": "more than was agreed"},
    ],
    ids=str,
)
def test_a_form_is_good_for_nothing_else_than_it_says(
    album: Album, otherwise: dict[str, str]
) -> None:
    form = album.announce()["upload"]

    refused = send(form, photo(), **otherwise)

    assert (refused.status_code, "Invalid according to Policy" in refused.text) == (403, True)
    assert album.kept == []


def test_a_form_that_was_tampered_with_is_refused(album: Album) -> None:
    first, other = album.announce()["upload"], album.announce("image/png")["upload"]

    policy = send(first, photo(), policy=other["fields"]["policy"])

    assert (policy.status_code, "SignatureDoesNotMatch" in policy.text) == (403, True)
    assert album.kept == []


def test_a_form_runs_out(album: Album, stack: Stack) -> None:
    form = album.announce()["upload"]
    stack.clock.advance(601)

    late = send(form, photo())

    assert (late.status_code, "Policy expired" in late.text) == (403, True)
    assert album.kept == []


def test_there_is_room_for_six(album: Album) -> None:
    for _ in range(6):
        album.announce()

    refused = album.member.post("/v1/me/photos", {"content_type": "image/jpeg"})

    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_photos")
    assert refused.json()["photos_max"] == 6


def test_of_many_at_once_six_find_room(album: Album, alice: Member) -> None:
    def announce() -> int:
        return alice.post("/v1/me/photos", {"content_type": "image/jpeg"}).status_code

    said = at_once(*[announce] * 8)

    assert (said.count(201), said.count(409)) == (6, 2)
    assert len(album.ids) == 6


def test_a_repeated_announcement_is_the_same_photo(album: Album, stack: Stack) -> None:
    first = album.announce(Idempotency_Key="my-holiday")
    again = album.announce(Idempotency_Key="my-holiday")
    assert again["photo"] == first["photo"]
    assert album.ids == [first["photo"]["photo_id"]]

    assert send(again["upload"], photo()).status_code == 204
    stack.settle()
    done = album.announce(Idempotency_Key="my-holiday")

    assert (done["photo"]["state"], done["upload"]) == ("ready", None)


def test_a_repetition_that_says_something_else_is_refused(album: Album) -> None:
    album.announce(Idempotency_Key="my-holiday")

    other = album.member.post(
        "/v1/me/photos", {"content_type": "image/png"}, Idempotency_Key="my-holiday"
    )

    assert (other.status_code, other.json()["code"]) == (409, "idempotency_conflict")


def test_the_same_announcement_twice_at_once_is_one_photo(album: Album) -> None:
    for number in range(10):
        key = f"both-at-once-{number}"

        first, second = at_once(*[lambda key=key: album.announce(Idempotency_Key=key)] * 2)  # type: ignore[misc]

        assert first["photo"] == second["photo"]
        assert album.ids == [first["photo"]["photo_id"]]
        album.member.delete(f"/v1/me/photos/{album.ids[0]}")


def test_the_same_announcement_that_lands_between_two_reads_is_one_photo(
    album: Album, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one lands after this one has read the profile, and before it reads the record."""
    there: list[Any] = []

    class Meanwhile(service.Once):
        def done(self, found: db.Found) -> str | None:
            if not there:
                there.append(None)
                there[0] = elsewhere(lambda: album.announce(Idempotency_Key="both-at-once"))
                found = db.fetch(*self.keys())
            return super().done(found)

    monkeypatch.setattr(service, "Once", Meanwhile)

    here = album.announce(Idempotency_Key="both-at-once")

    assert here["photo"] == there[0]["photo"]
    assert album.ids == [here["photo"]["photo_id"]]


@pytest.mark.parametrize("key", [{}, {"Idempotency_Key": "my-holiday"}], ids=["no key", "a key"])
def test_an_announcement_that_landed_without_an_answer_is_not_made_twice(
    album: Album, monkeypatch: pytest.MonkeyPatch, key: dict[str, str]
) -> None:
    """DynamoDB carried it out and answered with an error; tried again, it meets itself."""
    commit, commits = db.Transaction.commit, list[db.Transaction]()

    def twice(tx: db.Transaction) -> None:
        commits.append(tx)
        commit(tx)
        if len(commits) == 1:
            commit(tx)

    with monkeypatch.context() as patched:
        patched.setattr(db.Transaction, "commit", twice)
        announced = album.announce(**key)

    assert album.ids == [announced["photo"]["photo_id"]]


def test_a_repetition_gets_a_form_only_while_the_first_one_holds(
    album: Album, stack: Stack
) -> None:
    first = album.announce(Idempotency_Key="my-holiday")
    stack.clock.advance(599)
    late = album.announce(Idempotency_Key="my-holiday")
    stack.clock.advance(1)
    too_late = album.announce(Idempotency_Key="my-holiday")

    assert late["upload"]["expires_at"] == first["upload"]["expires_at"]
    assert (too_late["photo"], too_late["upload"]) == (first["photo"], None)


def test_uploads_that_nobody_came_back_for_make_room(album: Album, stack: Stack) -> None:
    """Ten minutes after their forms ran out: by then whatever was uploaded has been checked."""
    ready = album.add(photo())["photo_id"]
    abandoned = [album.announce()["photo"]["photo_id"] for _ in range(4)]
    stack.clock.advance(20 * MINUTE - 1)
    album.member.come_back()
    fresh = album.announce()["photo"]["photo_id"]
    assert album.ids == [ready, *abandoned, fresh]
    refused = album.member.post("/v1/me/photos", {"content_type": "image/jpeg"})
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_photos")

    stack.clock.advance(1)
    newest = album.announce()["photo"]["photo_id"]

    assert album.ids == [ready, fresh, newest]


def test_what_comes_of_a_photo_that_made_room_is_removed(album: Album, stack: Stack) -> None:
    """It was uploaded in time, and S3 was late to tell of it."""
    late = album.upload(photo())
    stack.clock.advance(20 * MINUTE)
    album.member.come_back()
    fresh = album.announce()["photo"]["photo_id"]
    assert album.kept == []

    tell(album, late)
    stack.settle()

    assert (album.ids, album.kept) == ([fresh], [])


def test_a_rejected_photo_makes_room_too(album: Album, stack: Stack) -> None:
    rejected = album.add(b"no image at all")["photo_id"]
    assert album.ids == [rejected]
    stack.clock.advance(20 * MINUTE)
    album.member.come_back()

    fresh = album.announce()["photo"]["photo_id"]

    assert album.ids == [fresh]


def test_others_see_a_photo_that_is_ready_and_no_other(
    album: Album, join: Callable[..., Any]
) -> None:
    ready = album.add(photo())["photo_id"]
    album.add(b"no image at all")
    album.announce()
    album.member.http.request(
        "PATCH",
        "/v1/me/profile",
        json={"display_name": "Alice"},
        headers=album.member.headers(),
    )

    seen = join("bob").get(f"/v1/profiles/{album.member.user_id}").json()["photos"]

    assert [each["photo_id"] for each in seen] == [ready]
    assert seen[0].keys() == {"photo_id", "url", "small_url", "width", "height"}
    assert decoded(load(seen[0]["small_url"]).content).size == (320, 240)


def test_a_photos_address_is_the_same_for_a_while_and_then_runs_out(
    album: Album, stack: Stack
) -> None:
    photo_id = album.add(photo())["photo_id"]
    first = url_after(album, photo_id, 900 - stack.clock() % 900)
    assert url_after(album, photo_id, 899) == first

    assert url_after(album, photo_id, 1) != first
    assert load(first).status_code == 200

    stack.clock.advance(900)
    late = load(first)
    assert (late.status_code, "Request has expired" in late.text) == (403, True)


def test_a_photo_may_be_kept_by_a_browser_for_ever(album: Album) -> None:
    seen = load(album.add(photo())["shown"]["url"])

    assert seen.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert seen.headers["content-type"] == "image/jpeg"


def test_no_photo_is_loaded_without_its_signed_address(album: Album) -> None:
    url = album.add(photo())["shown"]["url"]
    bare, _, signed = url.partition("?")

    assert load(bare).status_code == 403
    assert load(url[:-1] + ("0" if url[-1] != "0" else "1")).status_code == 403
    assert load(bare.replace("1080", "320") + "?" + signed).status_code == 403


def url_after(album: Album, photo_id: str, seconds: float) -> str:
    """Where a photo is loaded from, so much later."""
    album.member.stack.clock.advance(seconds)
    album.member.come_back()
    return str(album.photo(photo_id)["shown"]["url"])
