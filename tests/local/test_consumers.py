"""Queues, handed to functions as Lambda does it."""

from typing import Any

import httpx

from infra.functions import RECEIVES_MAX
from infra.local.queues import Draft
from infra.local.stack import Stack

from .tiny import QUEUE, VISIBILITY_SECONDS, Tiny


def test_messages_are_handed_over_as_lambda_would(tiny: Tiny, running: Stack) -> None:
    (message_id,) = running.queues.send(QUEUE, [Draft("hello")])
    running.settle()

    (batch,) = tiny.given["on_chores"]
    (record,) = batch["Records"]
    assert (record["messageId"], record["body"]) == (message_id, "hello")
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["attributes"]["SentTimestamp"] == str(int(running.clock() * 1000))
    assert record["eventSourceARN"].endswith(":" + QUEUE)
    assert running.queues.next_due_at(QUEUE) is None


def test_messages_come_in_batches(tiny: Tiny, running: Stack) -> None:
    running.queues.send(QUEUE, [Draft(str(number)) for number in range(23)])
    running.settle()

    assert [len(batch["Records"]) for batch in tiny.given["on_chores"]] == [10, 10, 3]


def test_a_delayed_message_is_handed_over_when_it_is_due(tiny: Tiny, running: Stack) -> None:
    running.queues.send(QUEUE, [Draft("later", delay_seconds=60)])
    running.settle()
    assert "on_chores" not in tiny.given

    running.clock.advance(60)
    running.settle()
    assert _bodies(tiny.given["on_chores"][0]) == ["later"]


def test_a_failed_batch_comes_back_after_its_timeout_and_is_buried_in_the_end(
    tiny: Tiny, running: Stack
) -> None:
    tiny.behaviours["on_chores"] = lambda _: 1 / 0
    running.queues.send(QUEUE, [Draft("poison")])

    for _ in range(RECEIVES_MAX + 1):
        running.settle()
        running.clock.advance(VISIBILITY_SECONDS)

    assert len(tiny.given["on_chores"]) == RECEIVES_MAX
    assert running.queues.dead(QUEUE) == ["poison"]
    running.queues.purge(QUEUE + "-dead")


def test_dead_letters_can_be_replayed_by_hand(
    tiny: Tiny, running: Stack, client: httpx.Client
) -> None:
    tiny.behaviours["on_chores"] = lambda _: 1 / 0
    running.queues.send(QUEUE, [Draft("poison")])
    for _ in range(RECEIVES_MAX + 1):
        running.settle()
        running.clock.advance(VISIBILITY_SECONDS)
    assert client.get("/_local/queues").json()[QUEUE]["dead"] == ["poison"]
    tiny.forget()

    assert client.post("/_local/queues", json={"replay": QUEUE}).json() == {"replayed": 1}
    running.settle()
    assert _bodies(tiny.given["on_chores"][0]) == ["poison"]


def test_only_the_messages_a_handler_names_come_back(tiny: Tiny, running: Stack) -> None:
    def all_but_b(batch: dict[str, Any]) -> dict[str, Any]:
        return {
            "batchItemFailures": [
                {"itemIdentifier": record["messageId"]}
                for record in batch["Records"]
                if record["body"] == "b" and record["attributes"]["ApproximateReceiveCount"] == "1"
            ]
        }

    tiny.behaviours["on_chores"] = all_but_b
    running.queues.send(QUEUE, [Draft("a"), Draft("b"), Draft("c")])
    running.settle()
    running.clock.advance(VISIBILITY_SECONDS)
    running.settle()

    assert [_bodies(batch) for batch in tiny.given["on_chores"]] == [["a", "b", "c"], ["b"]]


def test_naming_a_message_that_was_not_given_fails_the_batch(tiny: Tiny, running: Stack) -> None:
    tiny.behaviours["on_chores"] = lambda _: {"batchItemFailures": [{"itemIdentifier": "?"}]}
    running.queues.send(QUEUE, [Draft("a")])
    running.settle()

    assert running.queues.depth(QUEUE).in_flight == 1
    running.queues.purge(QUEUE)


def _bodies(batch: dict[str, Any]) -> list[str]:
    return [record["body"] for record in batch["Records"]]
