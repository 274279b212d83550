"""Blocking and lifting it: each alone, against each other, and against what is on its way."""

from chalicelib.messaging.models import Conversation
from infra.faults.doors import Answer
from infra.faults.network import as_actor
from infra.faults.people import Person, done, draft
from infra.faults.scenes import Staging, Step, race, scene
from infra.faults.stages.deleting import deleting
from infra.faults.stages.matching import blocking, liking, two
from infra.faults.stages.sending import FREE, answers_are, couple, one, posting, speaking
from infra.faults.world import World


def unblocking(member: Person, other: Person) -> Step:
    """Lifting a block."""
    return lambda: member.rest("DELETE", "/v1/blocks/{user_id}", user_id=other.user_id)


def blocking_for_good(member: Person, other: Person, conversation: str) -> Step:
    """Blocking somebody, and looking where the conversation stands once that was answered.

    Nothing is sent from then on, so that it stands there at the end too.
    """

    def block_and_look() -> Answer:
        answer = blocking(member, other)()
        with as_actor(None):  # nobody comes between
            return Answer(answer.status, int(Conversation.get(conversation).seq))

    return block_and_look


@scene("block a stranger")
def block(world: World) -> Staging:
    return one(blocking(*two(world)))


@scene("block back")
def block_back(world: World) -> Staging:
    alice, bob = two(world)
    done(blocking(bob, alice)())
    return one(blocking(alice, bob))


@scene("lift a block")
def unblock(world: World) -> Staging:
    alice, bob = two(world)
    done(blocking(alice, bob)())
    return one(unblocking(alice, bob))


@scene("block a match")
def block_match(world: World) -> Staging:
    alice, bob, _ = couple(world, sent=1)
    return one(blocking(bob, alice))


@scene("lift a block of a match")
def unblock_match(world: World) -> Staging:
    alice, bob, _ = couple(world, sent=1)
    done(blocking(bob, alice)())
    return one(unblocking(bob, alice))


@race("block against block back")
def both_block(world: World) -> Staging:
    alice, bob = two(world)
    parts = (blocking(alice, bob),), (blocking(bob, alice),)
    return Staging(parts=parts, also=answers_are(201, 201))


@race("block against block, from two devices")
def block_twice(world: World) -> Staging:
    alice, bob = two(world)
    parts = (blocking(alice, bob),), (blocking(alice, bob),)
    return Staging(parts=parts, also=answers_are(201, 201))


@race("block against lifting it, from two devices")
def block_and_unblock(world: World) -> Staging:
    alice, bob = two(world)
    done(blocking(alice, bob)())
    return Staging(parts=((unblocking(alice, bob),), (blocking(alice, bob),)))


@race("block against send")
def block_against_send(world: World) -> Staging:
    alice, bob, conversation = couple(world, sent=FREE)
    sending = posting(alice, conversation, draft("message-a", quoted=5))
    return Staging(parts=((blocking_for_good(bob, alice, conversation),), (sending,)))


@race("block against send, by who sends")
def block_against_own_send(world: World) -> Staging:
    alice, bob, conversation = couple(world, sent=FREE)
    phone = alice.on_socket("phone")
    sending = speaking(phone, conversation, draft("message-a", quoted=5))
    return Staging(parts=((blocking_for_good(alice, bob, conversation),), (sending,)))


@race("block and lifting it against send")
def block_and_unblock_against_send(world: World) -> Staging:
    alice, bob, conversation = couple(world, sent=FREE)
    sending = posting(alice, conversation, draft("message-a", quoted=5))
    parting = blocking_for_good(bob, alice, conversation), unblocking(bob, alice)
    return Staging(parts=(parting, (sending,)))


@race("block against delete with refund")
def block_against_delete(world: World) -> Staging:
    alice, bob, conversation = couple(world, sent=FREE + 1)
    step = deleting(alice, conversation, FREE + 1)
    return Staging(parts=((blocking(bob, alice),), (step,)))


@race("lift a block against lifting, matching, blocking")
def unblock_against_match(world: World) -> Staging:
    """The first device saw no conversation; by the time it writes there is one, and barred."""
    alice, bob = two(world)
    done(liking(alice, bob)())
    done(blocking(bob, alice)())
    anew = unblocking(bob, alice), liking(bob, alice), blocking(bob, alice)
    return Staging(parts=((unblocking(bob, alice),), anew))
