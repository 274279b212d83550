"""Seeded random histories: members act at once, faults strike, deliveries double and change places.

After the unsafe rounds faults stop; clients repeat what they do not know, everything is worked off,
and then every rule must hold, and every client must have been told the truth.
"""

from collections.abc import Iterator
from functools import partial
from random import Random
from typing import Any

from chalicelib.messaging.models import entry_id_of
from infra.faults.chances import Weather, waiting
from infra.faults.deliveries import NeverSettles
from infra.faults.doors import Answer
from infra.faults.image import Image, records
from infra.faults.intents import Intent, Town
from infra.faults.invariants import broken, went_back
from infra.faults.network import Actor
from infra.faults.scenes import Part, Step
from infra.faults.scheduler import together
from infra.faults.standins import Letter
from infra.faults.world import World

ROUNDS = 12
ACTORS_MAX = 4
REPEATS_MAX = 4
SECONDS = (0, 0, 1, 20, 3600, 30_000)


class History:
    """One seed's history."""

    def __init__(self, world: World, seed: int) -> None:
        world.empty(f"seed {seed}")
        self._world = world
        self._random = Random(seed)
        self._town = Town(world, self._random)
        self._weather = Weather.drawn(world, self._random)
        self._intents: list[Intent] = []
        self._unrouted: list[tuple[str, list[Any]]] = []
        world.network.written |= world.tables.names
        self._image = world.image()

    def round(self) -> list[str]:
        """Some act at once, under faults; then time goes on. Returns what went back."""
        count = self._random.randint(1, ACTORS_MAX)
        parts: tuple[Part, ...] = tuple((self._one(),) for _ in range(count))
        actors = [Actor(f"actor {number}") for number in range(count)]
        for actor in actors:
            actor.fault = self._weather.over(partial(waiting, actors, actor))
        together(parts, actors, self._random.choice)
        self._world.time.wall += self._random.choice(SECONDS)
        return self._look()

    def calm(self) -> list[str]:
        """Faults stop: repeat what is unknown, work everything off, and check everything."""
        for intent in self._intents:
            for _ in range(REPEATS_MAX):
                if not intent.settled:
                    intent()
        for table, changed in self._unrouted:
            self._world.backlog.route(table, changed)
        try:
            self._world.backlog.settle()
        except NeverSettles as failure:
            return [str(failure)]
        told = self._look() + broken(self._image)
        return told + [each for intent in self._intents for each in _lies(intent, self._image)]

    def _look(self) -> list[str]:
        before, self._image = self._image, self._world.image()
        return went_back(before, self._image)

    def _one(self) -> Step:
        """A new wish, an earlier one again, or a delivery."""
        lot = self._random.random()
        if lot < 0.3:
            return self._deliver
        if lot < 0.5 and self._intents:
            return self._random.choice(self._intents)
        self._intents.append(self._town.wants())
        return self._intents[-1]

    def _deliver(self) -> Answer:
        """Route what changed, and hand one queue's messages over, doubled and in any order."""
        due, self._unrouted = [*self._unrouted, *self._world.backlog.changes()], []
        for table, changed in due:
            if changed and not self._world.backlog.try_route(table, changed).ok:
                self._unrouted.append((table, changed))
        queue = self._random.choice(self._world.backlog.queues)
        letters = self._world.backlog.letters(queue)
        self._random.shuffle(letters)
        doubled = [letter for letter in letters if self._random.random() < 0.1]
        answer, again = self._world.doors.queue(queue, letters) if letters else (Answer(200), [])
        self._put_back(queue, [*again, *doubled])
        return answer

    def _put_back(self, queue: str, letters: list[Letter]) -> None:
        waiting_there = self._world.outside.queues.setdefault(self._world.physical(queue), [])
        waiting_there.extend(letters)


def simulate(world: World, seed: int) -> Iterator[list[str]]:
    """Play one seed; yields what each round violated, and at last the calm after it."""
    history = History(world, seed)
    for number in range(ROUNDS):
        yield [f"seed {seed}, round {number}: {told}" for told in history.round()]
    yield [f"seed {seed}: {told}" for told in history.calm()]


def _lies(intent: Intent, image: Image) -> Iterator[str]:
    """I13, I18: what a client was told, against what stands in the tables."""
    if not intent.settled:
        yield f"{intent.what}: still unknown after {len(intent.answers)} tries"
    wrong = [answer for answer in intent.answers if answer.status == 500]
    if wrong:
        yield f"{intent.what}: answered {wrong[0]}"
    if intent.message is None:
        return
    sender, conversation, client_id = intent.message
    keys = {(entry.user_id, entry.entry_id) for entry in records(image, "entries")}
    exists = (sender, entry_id_of(conversation, client_id)) in keys
    told = {answer.body["message_id"] for answer in intent.answers if answer.ok}
    if exists != bool(told):
        yield f"I13 {intent.what}: told {[str(each) for each in intent.answers]}, kept {exists}"
    if len(told) > 1:
        yield f"I18 {intent.what}: told {sorted(told)}"
