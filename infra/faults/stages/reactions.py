"""Reactions and routers: each gets its batch, fails somewhere, and gets it again."""

from infra.faults.doors import Answer
from infra.faults.people import (
    Person,
    asked_to_join,
    draft,
    join,
    mailed_code,
    match,
    post,
    stranger,
)
from infra.faults.scenes import Staging, Step, scene
from infra.faults.stages.accounts import connecting, logging_out, verifying
from infra.faults.stages.deleting import deleting
from infra.faults.stages.matching import liking
from infra.faults.stages.sending import FREE, couple, one
from infra.faults.world import World


def reacting(world: World, queue: str) -> Step:
    """A queue's messages so far, handed to its reaction."""
    letters = world.backlog.letters(queue)
    return lambda: world.doors.queue(queue, letters)[0]


def routing(world: World, table: str) -> Step:
    """A table's changes so far, handed to its router."""
    changes = dict(world.backlog.changes())
    changed = changes.pop(table)
    for other, others in changes.items():
        world.backlog.route(other, others)
    return lambda: world.backlog.try_route(table, changed)


def route_all(world: World) -> None:
    """Let every change reach the queues, and no further."""
    for table, changed in world.backlog.changes():
        world.backlog.route(table, changed)


def _newcomer(world: World) -> None:
    caller = stranger(world)
    registration_id = asked_to_join(world, "newcomer", caller)
    verifying(world, caller, registration_id, mailed_code(world, "newcomer"))()


def _talkers(world: World) -> tuple[Person, str]:
    alice, bob, conversation = couple(world, sent=FREE)
    alice, _ = alice.on_socket("phone"), bob.on_socket("laptop")
    for number in (1, 2):
        post(alice, conversation, draft(f"message-{number}", quoted=5))
    deleting(alice, conversation, 2)()
    return alice, conversation


def _declare(queue: str, prepare: str) -> None:
    @scene(f"reaction {queue}", courtesy=queue in COURTESIES)
    def stage(world: World) -> Staging:
        PREPARED[prepare](world)
        route_all(world)
        return one(reacting(world, queue))


def _declare_router(table: str, prepare: str) -> None:
    @scene(f"router of {table}")
    def stage(world: World) -> Staging:
        PREPARED[prepare](world)
        return one(routing(world, table))


def _matched(world: World) -> None:
    alice, bob = join(world, "alice").on_socket("phone"), join(world, "bob").on_socket("laptop")
    liking(alice, bob)()
    liking(bob, alice)()


def _connected(world: World) -> None:
    alice = join(world, "alice")
    connecting(alice, "phone", alice.ticket())()


def _typing(world: World) -> None:
    alice, bob, conversation = couple(world, sent=1)
    alice, _ = alice.on_socket("phone"), bob.on_socket("laptop")
    alice.act("typing.start", {"conversation_id": conversation})
    world.outside.frames.pop("phone")
    world.doors.disconnect("phone")


def _signed_out(world: World) -> None:
    logging_out(join(world, "alice").on_socket("phone"))()


def _spoken(world: World) -> None:
    _talkers(world)


COURTESIES = {"messaging-end-typing"}
"""Nobody misses its frame: typing is over by itself after a few seconds."""

PREPARED = {
    "joined": _newcomer,
    "spoke": _spoken,
    "matched": _matched,
    "connected": _connected,
    "typed": _typing,
    "signed out": _signed_out,
}

for _queue, _prepare in (
    ("wallet-welcome", "joined"),
    ("wallet-announce", "spoke"),
    ("messaging-announce", "spoke"),
    ("messaging-inbox", "spoke"),
    ("messaging-end-typing", "typed"),
    ("matching-announce", "matched"),
    ("realtime-greet", "connected"),
    ("accounts-close-sockets", "signed out"),
):
    _declare(_queue, _prepare)

for _table, _prepare in (
    ("members", "joined"),
    ("messages", "spoke"),
    ("entries", "spoke"),
    ("matches", "matched"),
    ("connections", "typed"),
    ("sessions", "signed out"),
):
    _declare_router(_table, _prepare)


def in_turn(*steps: Step) -> Step:
    """Several deliveries as one step; the last one's answer counts."""

    def step() -> Answer:
        return [each() for each in steps][-1]

    return step


@scene("the inbox hears of messages in the wrong order")
def reordered(world: World) -> Staging:
    """The newest message's batch is handled; then an older one's arrives."""
    alice, bob = join(world, "alice"), join(world, "bob")
    conversation = match(alice, bob)
    batches = []
    for number in (1, 2):
        post(alice, conversation, draft(f"message-{number}"))
        route_all(world)
        batches.append(reacting(world, "messaging-inbox"))
    world.backlog.settle()
    batches[1]()
    return one(batches[0])
