"""Ending a match: for both, for good, and without losing what was said."""

from typing import Any

import pytest

from chalicelib.messaging.models import Message
from tests.matching.deeds import like, matches, pass_on, superlike, unmatch
from tests.people import Member, at_once, draft, match, refusal, say


def match_id_of(conversation: str) -> str:
    return conversation.replace("cnv_", "mat_")


def send(member: Member, conversation: str) -> Any:
    return member.post(f"/v1/conversations/{conversation}/messages", draft())


def test_an_ended_match_is_gone_for_both(alice: Member, bob: Member, conversation: str) -> None:
    ended = unmatch(alice, match_id_of(conversation))

    assert (ended.status_code, ended.text) == (204, "")
    for member in (alice, bob):
        assert matches(member) == []
        assert member.get("/v1/conversations").json()["items"] == []
        assert member.get(f"/v1/conversations/{conversation}/messages").status_code == 404
        assert send(member, conversation).status_code == 404


def test_both_hear_of_it_on_all_their_devices(
    alice: Member, bob: Member, conversation: str, join: Any
) -> None:
    sockets = [alice.socket(), alice.sign_in().socket(), bob.socket()]
    stranger = join("carol").socket()

    unmatch(alice, match_id_of(conversation))

    ended = {"match_id": match_id_of(conversation), "conversation_id": conversation}
    assert [socket.events("match.ended") for socket in sockets] == [[ended]] * 3
    assert stranger.events("match.ended") == []
    for socket in sockets:
        socket.close()


def test_ending_it_again_changes_nothing(alice: Member, bob: Member, conversation: str) -> None:
    socket = bob.socket()
    unmatch(alice, match_id_of(conversation))
    socket.forget_events()

    again = [unmatch(member, match_id_of(conversation)) for member in (alice, bob)]

    assert [answer.status_code for answer in again] == [204, 204]
    assert socket.events("match.ended") == []


def test_both_who_end_it_at_the_same_moment_succeed(
    alice: Member, bob: Member, conversation: str
) -> None:
    match_id = match_id_of(conversation)
    answers = at_once(lambda: unmatch(alice, match_id), lambda: unmatch(bob, match_id))

    assert [answer.status_code for answer in answers] == [204, 204]
    assert matches(alice) == matches(bob) == []


def test_what_was_said_is_kept(alice: Member, bob: Member, conversation: str) -> None:
    say(alice, conversation, "evidence")

    unmatch(bob, match_id_of(conversation))

    kept = Message.find(conversation, 1)
    assert kept is not None
    assert kept.body == "evidence"


def test_nothing_begins_anew_between_them(alice: Member, bob: Member, conversation: str) -> None:
    unmatch(alice, match_id_of(conversation))

    for one, other in ((alice, bob), (bob, alice)):
        for act in (like, superlike, pass_on):
            assert act(one, other.user_id).status_code == 404
    assert alice.credits == 50


def test_a_message_and_the_end_at_the_same_moment_leave_nothing_half_done(
    alice: Member, join: Any
) -> None:
    for number in range(4):
        other = join(f"other{number}")
        conversation = match(alice, other)
        sent, ended = at_once(
            lambda place=conversation, other=other: send(other, place),
            lambda place=conversation: unmatch(alice, match_id_of(place)),
        )
        assert ended.status_code == 204
        assert sent.status_code in (201, 404)
        assert (Message.find(conversation, 1) is not None) == (sent.status_code == 201)


def test_a_match_is_nobody_elses_to_end(
    alice: Member, bob: Member, conversation: str, join: Any
) -> None:
    carol = join("carol")

    refused = unmatch(carol, match_id_of(conversation))

    assert refused.status_code == 404
    assert len(matches(alice)) == len(matches(bob)) == 1


def test_what_never_was_a_match_cannot_be_ended(alice: Member, bob: Member, join: Any) -> None:
    carol, conversation = join("carol"), match(alice, bob)
    like(alice, carol.user_id)
    ulids = sorted(member.user_id.removeprefix("usr_") for member in (alice, carol))

    liked = unmatch(alice, f"mat_{''.join(ulids)}")
    nobody = unmatch(alice, f"mat_{alice.user_id.removeprefix('usr_')}{'0' * 26}")

    assert liked.status_code == nobody.status_code == 404
    assert refusal(liked.json()) == refusal(nobody.json())
    assert matches(alice)[0]["conversation_id"] == conversation


def test_a_match_has_one_id_and_not_the_one_with_its_members_swapped(
    alice: Member, bob: Member, conversation: str
) -> None:
    low, high = sorted(member.user_id.removeprefix("usr_") for member in (alice, bob))

    swapped = unmatch(alice, f"mat_{high}{low}")
    nobody = unmatch(alice, f"mat_{alice.user_id.removeprefix('usr_')}{'0' * 26}")

    assert (swapped.status_code, refusal(swapped.json())) == (404, refusal(nobody.json()))
    assert len(matches(alice)) == len(matches(bob)) == 1
    assert unmatch(alice, f"mat_{low}{high}").status_code == 204


@pytest.mark.parametrize("blocker", ["alice", "bob"])
def test_under_a_block_there_is_no_match_to_end(
    alice: Member, bob: Member, conversation: str, blocker: str
) -> None:
    one, other = (alice, bob) if blocker == "alice" else (bob, alice)
    one.post("/v1/blocks", {"user_id": other.user_id})

    assert unmatch(alice, match_id_of(conversation)).status_code == 404


@pytest.mark.parametrize("match_id", ["mat_", "mat_01", "cnv_" + "0" * 52, "mat_" + "u" * 52])
def test_what_is_no_match_id_is_refused(alice: Member, match_id: str) -> None:
    assert unmatch(alice, match_id).status_code == 422
