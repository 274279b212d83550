"""How much a handler adds to its own calls to DynamoDB.

A handler is invoked as Lambda would, with an event that a real client caused; then a bare boto3
client makes the very calls that it made, for twins of its members. They take turns, so that
whatever else the machine does meets both.
"""

import copy
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chalicelib.realtime import wire as frames
from chalicelib.wallet.service.grants import grant
from infra.bench.calls import Asked, Bare, listen, make_twins
from infra.bench.results import Measure, at_most, plain
from infra.bench.world import FREE_MESSAGES, World, draft, world_of
from infra.demo.wires import Wire as Socket
from infra.functions import Function
from infra.local.events import REGION
from infra.local.stack import Stack
from infra.local.wire import Wire

TURNS, TURN = 25, 10
RATIO_MAX = 1.5
CREDITS = 1_000_000
Event = dict[str, Any]
Change = Callable[[Event, int], None]


@dataclass
class Subject:
    """A handler under test, with an event for it that `change` makes new for each round."""

    name: str
    function: Function
    event: Event
    change: Change
    handler_seconds: list[float] = field(default_factory=list)
    bare_seconds: list[float] = field(default_factory=list)
    asked: list[list[Asked]] = field(default_factory=list)

    def next_event(self, number: int) -> Event:
        """The event of one round."""
        event = copy.deepcopy(self.event)
        self.change(event, number)
        return event

    @property
    def ratio(self) -> float:
        """How many times as long the handler takes, by the medians."""
        return statistics.median(self.handler_seconds) / statistics.median(self.bare_seconds)


class Bench:
    """Two members with a conversation, and their twins."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._heard: list[Asked] = []
        listen(self._heard.append)
        self._bare = Bare(world.stack.addresses.engine, REGION)
        self._events: dict[str, tuple[Function, Event]] = {}
        self._spy()

    def prepare(self) -> list[Subject]:
        """Let each handler run once by a real client, to have its event."""
        alice, bob = self.world.join("alice"), self.world.join("bob")
        conversation_id = self.world.match(alice, bob)
        grant(alice.user_id, reason="bench", credits=CREDITS, days=90)
        phone = self.world.connect(alice)
        path = f"/v1/conversations/{conversation_id}"
        for number in range(FREE_MESSAGES):
            _send(phone, conversation_id, number, 0)
        _send(phone, conversation_id, FREE_MESSAGES, 5)
        rest = draft(conversation_id, FREE_MESSAGES + 1, credits=5)
        del rest["conversation_id"]
        alice.post(f"{path}/messages", rest)
        alice.get("/v1/wallet")
        alice.get("/v1/conversations")
        alice.get(f"{path}/messages")
        alice.get(f"{path}/quote")
        make_twins(Wire(self.world.stack.addresses.engine, region=REGION))
        return [
            self._subject(
                "paid message over a socket", "messaging-socket-message-send", _new_frame
            ),
            self._subject("paid message over HTTP", "messaging-send", _new_body),
            self._subject("quote", "messaging-quote", _as_it_is),
            self._subject("wallet", "wallet-show", _as_it_is),
            self._subject("inbox", "messaging-list-conversations", _as_it_is),
            self._subject("history page of 50", "messaging-history", _as_it_is),
        ]

    def turn(self, subject: Subject, first: int) -> None:
        """The handler some times, then its own calls as often."""
        for number in range(first, first + TURN):
            event = subject.next_event(number)
            self._heard.clear()
            began = time.perf_counter()
            self.world.stack.lambdas.invoke(subject.function, event)
            subject.handler_seconds.append(time.perf_counter() - began)
            subject.asked.append([asked.of_twins() for asked in self._heard])
        for asked in subject.asked:
            began = time.perf_counter()
            self._bare.ask(asked)
            subject.bare_seconds.append(time.perf_counter() - began)
        subject.asked.clear()

    def _spy(self) -> None:
        """Keep the newest event of every function."""
        lambdas = self.world.stack.lambdas
        invoke = lambdas.invoke

        def note(function: Function, event: Any) -> Any:
            self._events[function.name] = function, event
            return invoke(function, event)

        lambdas.invoke = note  # type: ignore[method-assign]

    def _subject(self, name: str, function: str, change: Change) -> Subject:
        return Subject(name, *self._events[function], change)


def measure(stack: Stack) -> list[Measure]:
    """The ratio for each handler; for the socket's with its reply, too, which is another call."""
    with world_of(stack) as world:
        bench = Bench(world)
        subjects = bench.prepare()
        _run(bench, [subjects[0]], first=0)
        with_reply = subjects[0].ratio
        subjects[0].handler_seconds.clear()
        subjects[0].bare_seconds.clear()
        frames.post = _unsent
        _run(bench, subjects, first=TURNS * TURN)
    return [
        at_most(f"{subjects[0].name}: handler ÷ bare calls", subjects[0].ratio, "", RATIO_MAX),
        plain(f"{subjects[0].name}, with the post of its reply", with_reply, ""),
        *(plain(f"{each.name}: handler ÷ bare calls", each.ratio, "") for each in subjects[1:]),
        *(plain(f"{each.name}: handler", _millis(each.handler_seconds), "ms") for each in subjects),
        *(plain(f"{each.name}: bare calls", _millis(each.bare_seconds), "ms") for each in subjects),
    ]


def _run(bench: Bench, subjects: list[Subject], *, first: int) -> None:
    for number in range(first, first + TURNS * TURN, TURN):
        bench.world.stack.clock.advance(2 * TURN)
        for subject in subjects:
            bench.turn(subject, number)
    for subject in subjects:
        del subject.handler_seconds[:TURN], subject.bare_seconds[:TURN]  # it was warming up


def _send(phone: Socket, conversation_id: str, number: int, credits: int) -> None:
    phone.do("message.send", **draft(conversation_id, number, credits=credits))


def _new_frame(event: Event, number: int) -> None:
    frame = json.loads(event["body"])
    frame["data"]["client_message_id"] = f"socket-{number:08}"
    event["body"] = json.dumps(frame)


def _new_body(event: Event, number: int) -> None:
    event["body"] = json.dumps(
        json.loads(event["body"]) | {"client_message_id": f"http-{number:08}"}
    )


def _as_it_is(_: Event, __: int) -> None:
    """Reads need not differ."""


def _unsent(connection_id: str, frame: str) -> bool:  # noqa: ARG001
    """A post that goes nowhere."""
    return True


def _millis(seconds: list[float]) -> float:
    return statistics.median(seconds) * 1000
