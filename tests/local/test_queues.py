"""The stand-in for SQS, by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.functions import RECEIVES_MAX
from infra.local.queues import Depth, Draft, NoSuchQueue, Queues

HIDDEN_SECONDS = 30


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queues(tmp_path: Path, clock: Clock) -> Iterator[Queues]:
    opened = _open(tmp_path, clock)
    yield opened
    opened.close()


def test_messages_come_out_in_the_order_they_are_due(queues: Queues) -> None:
    queues.send("mail", [Draft("later", 1), Draft("first"), Draft("second")])

    (message,) = queues.receive("mail", 1, visibility_seconds=HIDDEN_SECONDS)
    assert message.body == "first"
    assert _take(queues) == ["second"]


def test_a_delayed_message_waits_for_its_time(queues: Queues, clock: Clock) -> None:
    queues.send("mail", [Draft("later", 10)])

    clock.now += 9.9
    assert _take(queues) == []
    clock.now += 0.1
    assert _take(queues) == ["later"]


def test_a_received_message_is_hidden_until_its_timeout(queues: Queues, clock: Clock) -> None:
    queues.send("mail", [Draft("once")])

    assert _take(queues) == ["once"]
    assert _take(queues) == []
    clock.now += HIDDEN_SECONDS
    assert _take(queues) == ["once"]


def test_a_deleted_message_never_comes_back(queues: Queues, clock: Clock) -> None:
    queues.send("mail", [Draft("done"), Draft("not done")])
    done, _ = queues.receive("mail", 10, visibility_seconds=HIDDEN_SECONDS)

    queues.delete([done.receipt])
    clock.now += HIDDEN_SECONDS
    assert _take(queues) == ["not done"]


def test_the_receipt_of_an_earlier_delivery_deletes_nothing(queues: Queues, clock: Clock) -> None:
    queues.send("mail", [Draft("slow")])
    (first,) = queues.receive("mail", 1, visibility_seconds=HIDDEN_SECONDS)
    clock.now += HIDDEN_SECONDS
    queues.receive("mail", 1, visibility_seconds=HIDDEN_SECONDS)

    queues.delete([first.receipt])
    clock.now += HIDDEN_SECONDS
    assert _take(queues) == ["slow"]


def test_a_message_received_too_often_is_buried(queues: Queues, clock: Clock) -> None:
    queues.send("mail", [Draft("poison")])
    for expected in range(1, RECEIVES_MAX + 1):
        (message,) = queues.receive("mail", 1, visibility_seconds=HIDDEN_SECONDS)
        assert message.receives == expected
        clock.now += HIDDEN_SECONDS

    assert _take(queues) == []
    assert queues.dead("mail") == ["poison"]


def test_each_queue_says_how_often_a_message_is_received(queues: Queues, clock: Clock) -> None:
    queues.declare("brief", receives_max=2)
    queues.send("brief", [Draft("poison")])
    for _ in range(2):
        assert queues.receive("brief", 10, visibility_seconds=HIDDEN_SECONDS)
        clock.now += HIDDEN_SECONDS

    assert queues.receive("brief", 10, visibility_seconds=HIDDEN_SECONDS) == []
    assert queues.dead("brief") == ["poison"]


def test_a_buried_message_can_be_replayed_as_if_new(queues: Queues, clock: Clock) -> None:
    queues.send("mail", [Draft("poison")])
    for _ in range(RECEIVES_MAX + 1):
        _take(queues)
        clock.now += HIDDEN_SECONDS

    assert queues.replay("mail") == 1
    (message,) = queues.receive("mail", 1, visibility_seconds=HIDDEN_SECONDS)
    assert (message.body, message.receives) == ("poison", 1)
    assert queues.dead("mail") == []


def test_queues_do_not_mix(queues: Queues) -> None:
    queues.send("other", [Draft("theirs")])

    assert _take(queues) == []
    with pytest.raises(NoSuchQueue):
        queues.send("misspelt", [Draft("lost")])


def test_the_depth_tells_waiting_from_hidden_and_delayed(queues: Queues) -> None:
    queues.send("mail", [Draft("a"), Draft("b"), Draft("c"), Draft("d", 10)])
    queues.receive("mail", 1, visibility_seconds=HIDDEN_SECONDS)

    assert queues.depth("mail") == Depth(visible=2, in_flight=1, delayed=1)
    assert queues.depth("other") == Depth(visible=0, in_flight=0, delayed=0)


def test_whoever_listens_hears_where_something_was_put(queues: Queues) -> None:
    heard: list[str] = []
    queues.listen(heard.append)

    queues.send("mail", [Draft("a")])
    queues.replay("other")
    assert heard == ["mail", "other"]


def test_everything_survives_being_opened_again(
    queues: Queues, clock: Clock, tmp_path: Path
) -> None:
    queues.send("mail", [Draft("waiting"), Draft("delayed", 10)])
    queues.send("other", [Draft("being handled")])
    queues.receive("other", 1, visibility_seconds=HIDDEN_SECONDS)

    again = _open(tmp_path, clock)
    try:
        assert _take(again) == ["waiting"]
        clock.now += HIDDEN_SECONDS
        assert _take(again) == ["waiting", "delayed"]
        (handled,) = again.receive("other", 1, visibility_seconds=HIDDEN_SECONDS)
        assert (handled.body, handled.receives) == ("being handled", 2)
    finally:
        again.close()


def _open(folder: Path, clock: Clock) -> Queues:
    queues = Queues(folder / "queues.sqlite", clock)
    queues.declare("mail")
    queues.declare("other")
    return queues


def _take(queues: Queues) -> list[str]:
    messages = queues.receive("mail", 10, visibility_seconds=HIDDEN_SECONDS)
    return [message.body for message in messages]
