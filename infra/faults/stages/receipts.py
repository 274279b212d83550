"""Receipts: delivered, read, read in private; and an older one that comes late."""

from infra.faults.people import Person, done
from infra.faults.scenes import Staging, Step, scene
from infra.faults.stages.deleting import reading
from infra.faults.stages.sending import couple, one
from infra.faults.world import World


def receiving(reader: Person, conversation: str, seq: int) -> Step:
    """A device received everything up to a seq."""
    receipt = {"conversation_id": conversation, "seq": seq}
    return lambda: reader.act("message.delivered", receipt, ref=f"delivered-{seq}")


def reader_of(world: World, sent: int) -> tuple[Person, str]:
    """Somebody who was sent messages, on a socket; and the conversation."""
    _, bob, conversation = couple(world, sent=sent)
    return bob.on_socket("laptop"), conversation


@scene("message delivered", courtesy=True)
def delivered(world: World) -> Staging:
    bob, conversation = reader_of(world, 3)
    return one(receiving(bob, conversation, 2))


@scene("message read", courtesy=True)
def read(world: World) -> Staging:
    bob, conversation = reader_of(world, 3)
    done(receiving(bob, conversation, 1)())
    return one(reading(bob, conversation, 2))


@scene("message read in private", courtesy=True)
def read_privately(world: World) -> Staging:
    bob, conversation = reader_of(world, 3)
    return one(reading(bob, conversation, 3, private=True))


@scene("an old receipt comes late", courtesy=True)
def late(world: World) -> Staging:
    bob, conversation = reader_of(world, 3)
    done(reading(bob, conversation, 3)())
    return one(reading(bob, conversation, 1))


@scene("a receipt for what was not sent", courtesy=True)
def unsent(world: World) -> Staging:
    bob, conversation = reader_of(world, 3)
    return one(receiving(bob, conversation, 4))
