"""Paid messages through the whole live stack, against bare boto3 making the same requests.

The stack runs as a process of its own and writes down what it asks of DynamoDB, reactions included.
Afterwards it is stopped, and the engine alone, on the same data, is asked the same for the members'
twins.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Iterator
from itertools import pairwise

import httpx

from infra import attaching
from infra.bench.crowd import Couple, Crowd, Talk
from infra.bench.results import Measure, at_least, plain
from infra.demo.devices import eventually
from infra.demo.process import StackProcess
from infra.local.events import REGION
from infra.local.wire import Wire

MESSAGES = int(os.environ.get("BENCH_MESSAGES", "20000"))
COUPLES = int(os.environ.get("BENCH_COUPLES", "100"))
PRICE_CREDITS = 5
SHARE_MIN = 0.4
FLAT_MIN = 0.8
DRAINED_SECONDS_MAX = 120.0

Period = tuple[float, float]
"""From and until, in seconds since the epoch."""


def measure() -> list[Measure]:
    """The rate, its share of the bare rate, and whether it stays as it was."""
    with StackProcess("infra.bench.recorded") as stack:
        stack.start()
        os.environ.update(attaching.variables({"DATA_DIR": str(stack.folder)}))
        from infra.bench import replay, settlers  # they read the environment when imported

        couples = settlers.settle(COUPLES)
        period, talk = asyncio.run(_talk(couples))
        stack.stop()
        conversations = [couple.conversation_id for couple in couples]
        bare = replay.bare_rates(stack.folder, conversations, MESSAGES, period)
    rate = MESSAGES / (period[1] - period[0])
    first, *_, last = _quarters(talk)
    waited = statistics.quantiles(talk.waited, n=100)
    return [
        plain("paid messages over sockets", rate, "messages/s"),
        *(plain(f"bare boto3, {n} at once", bare[n], "messages/s") for n in bare),
        at_least("sockets ÷ the best of bare boto3", rate / max(bare.values()), "", SHARE_MIN),
        plain("the first quarter of the messages", first, "messages/s"),
        plain("the last quarter of the messages", last, "messages/s"),
        at_least("last quarter ÷ first", last / first, "", FLAT_MIN),
        plain("time to the answer, median", waited[49] * 1000, "ms"),
        plain("time to the answer, 99 of 100", waited[98] * 1000, "ms"),
    ]


async def _talk(couples: list[Couple]) -> tuple[Period, Talk]:
    from infra.bench import calls, settlers

    async with Crowd(couples, PRICE_CREDITS) as crowd:
        eventually("whether all are welcome", settlers.all_welcomed, bool, DRAINED_SECONDS_MAX)
        await asyncio.to_thread(_wait_drained)
        calls.make_twins(Wire(os.environ["PAIRLY_DYNAMODB_ENDPOINT"], region=REGION))
        began = time.time()
        await crowd.send(MESSAGES)
        await asyncio.to_thread(_wait_drained)
        return (began, time.time()), crowd.talk


def _wait_drained() -> None:
    """Wait until no queue holds anything to do."""
    address = os.environ["PAIRLY_PUBLIC_URL"] + "/_local/queues"

    def waiting() -> int:
        queues = httpx.get(address).json().values()
        return sum(queue["visible"] + queue["in_flight"] for queue in queues)

    eventually("what waits in queues", waiting, lambda seen: seen == 0, DRAINED_SECONDS_MAX)


def _quarters(talk: Talk) -> list[float]:
    """Messages per second in each quarter of the messages, as they were heard."""
    heard = sorted([min(_starts(talk)), *talk.heard])
    marks = [heard[len(talk.heard) * quarter // 4] for quarter in range(5)]
    return [len(talk.heard) / 4 / (end - start) for start, end in pairwise(marks)]


def _starts(talk: Talk) -> Iterator[float]:
    return (at - waited for at, waited in zip(talk.acknowledged, talk.waited, strict=True))
