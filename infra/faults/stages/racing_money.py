"""Races for credits: one wallet, two devices, two conversations, two reasons."""

from infra.faults.doors import Answer
from infra.faults.people import Person, draft, join, match
from infra.faults.scenes import Staging, race
from infra.faults.stages.deleting import deleting, reading
from infra.faults.stages.reactions import reacting, route_all
from infra.faults.stages.sending import (
    DAY,
    FREE,
    asks,
    close,
    couple,
    gift,
    posting,
    speaking,
    talk,
)
from infra.faults.world import World


def _two_conversations(world: World, *, price: int = 30) -> tuple[Person, list[str]]:
    """Somebody who pays in two conversations: only the wallet is shared."""
    alice, bob, carol = (join(world, name) for name in ("alice", "bob", "carol"))
    conversations = [match(alice, bob), match(alice, carol)]
    for conversation, other in zip(conversations, (bob, carol), strict=True):
        talk(alice, conversation, FREE)
        asks(other, price)
    return alice, conversations


@race("two devices send")
def two_devices(world: World) -> Staging:
    alice, bob, conversation = couple(world, sent=FREE)
    alice, _ = alice.on_socket("phone"), bob.on_socket("laptop")
    first = posting(alice, conversation, draft("message-a", quoted=5))
    second = speaking(alice, conversation, draft("message-b", quoted=5))
    return Staging(parts=((first,), (second,)))


@race("two devices send the last free message")
def last_free(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=FREE - 1)
    first = posting(alice, conversation, draft("message-a"))
    second = posting(alice, conversation, draft("message-b"))
    return Staging(parts=((first,), (second,)))


@race("two devices send the same message")
def same_message(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=FREE)
    alice = alice.on_socket("phone")
    sent = draft("message-a", quoted=5)
    first, second = posting(alice, conversation, sent), speaking(alice, conversation, sent)
    return Staging(parts=((first,), (second,)))


@race("two devices send the same free message")
def same_free_message(world: World) -> Staging:
    alice, _, conversation = couple(world)
    sent = draft("message-a")
    step = posting(alice, conversation, sent)
    return Staging(parts=((step,), (step,)))


@race("two devices send two texts under one id")
def one_id(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=FREE)
    first = posting(alice, conversation, draft("message-a", quoted=5))
    second = posting(alice, conversation, draft("message-a", quoted=5, body="something else"))
    return Staging(parts=((first,), (second,)))


@race("both members send")
def both_members(world: World) -> Staging:
    alice, bob, conversation = couple(world, sent=FREE)
    first = posting(alice, conversation, draft("message-a", quoted=5))
    second = posting(bob, conversation, draft("message-b"))
    return Staging(parts=((first,), (second,)))


@race("the last credits, in two conversations")
def last_credits(world: World) -> Staging:
    alice, (one, other) = _two_conversations(world)
    first = posting(alice, one, draft("message-a", quoted=30))
    second = posting(alice, other, draft("message-b", quoted=30))
    return Staging(parts=((first,), (second,)))


@race("one wallet, two conversations")
def two_conversations(world: World) -> Staging:
    alice, (one, other) = _two_conversations(world, price=20)
    first = posting(alice, one, draft("message-a", quoted=20))
    second = posting(alice, other, draft("message-b", quoted=20))
    return Staging(parts=((first,), (second,)))


@race("two sends see the same expiry")
def same_expiry(world: World) -> Staging:
    alice, (one, other) = _two_conversations(world)
    gift(alice, "spring", 30, days=10)
    world.time.wall += 11 * DAY
    first = posting(alice, one, draft("message-a", quoted=30))
    second = posting(alice, other, draft("message-b", quoted=30))
    return Staging(parts=((first,), (second,)))


@race("send against the end of the conversation")
def against_close(world: World) -> Staging:
    """The writer that closes asks nothing of the app, so it falls between any two requests."""
    alice, _, conversation = couple(world, sent=FREE)
    sending = posting(alice, conversation, draft("message-a", quoted=5))

    def closing() -> Answer:
        alice.rest("GET", "/v1/wallet")  # where it is parked
        return close(world, conversation)

    return Staging(parts=((sending,), (closing,)))


@race("delete against send")
def delete_against_send(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=FREE + 1)
    sending = posting(alice, conversation, draft("message-a", quoted=5))
    return Staging(parts=((deleting(alice, conversation, FREE + 1),), (sending,)))


@race("delete against delete")
def delete_twice(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=FREE + 1)
    step = deleting(alice, conversation, FREE + 1)
    return Staging(parts=((step,), (step,)))


@race("delete two messages")
def delete_two(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=FREE + 2)
    first, second = (deleting(alice, conversation, FREE + each) for each in (1, 2))
    return Staging(parts=((first,), (second,)))


@race("delete against read", courtesy=True)
def delete_against_read(world: World) -> Staging:
    alice, bob, conversation = couple(world, sent=FREE + 1)
    step = reading(bob.on_socket("laptop"), conversation, FREE + 1)
    return Staging(parts=((deleting(alice, conversation, FREE + 1),), (step,)))


@race("two grants of one sign-up")
def two_grants(world: World) -> Staging:
    from infra.faults.stages.reactions import PREPARED

    PREPARED["joined"](world)
    route_all(world)
    step = reacting(world, "wallet-welcome")
    return Staging(parts=((step,), (step,)))
