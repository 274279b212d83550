"""Races that are not about money: likes, receipts, tokens, codes, tickets, the inbox."""

from chalicelib.core import ids
from infra.faults.doors import Answer
from infra.faults.people import (
    asked_to_join,
    draft,
    join,
    mailed_code,
    match,
    post,
    stranger,
)
from infra.faults.scenes import Staging, race
from infra.faults.stages.accounts import connecting, logging_out, refreshing, verifying
from infra.faults.stages.deleting import reading
from infra.faults.stages.matching import liking, use_likes
from infra.faults.stages.reactions import reacting, route_all
from infra.faults.stages.receipts import reader_of, receiving
from infra.faults.stages.sending import posting
from infra.faults.world import World


@race("both like at once")
def both_like(world: World) -> Staging:
    alice, bob = join(world, "alice").on_socket("phone"), join(world, "bob").on_socket("laptop")
    return Staging(parts=((liking(alice, bob),), (liking(bob, alice),)))


@race("like against like, from two devices")
def like_twice(world: World) -> Staging:
    alice, bob = join(world, "alice"), join(world, "bob")
    return Staging(parts=((liking(alice, bob),), (liking(alice, bob),)))


@race("like against like, under one key")
def like_twice_with_key(world: World) -> Staging:
    alice, bob = join(world, "alice"), join(world, "bob")
    step = liking(alice, bob, key="like-0001")
    return Staging(parts=((step,), (step,)))


@race("two members liked under one key")
def two_under_key(world: World) -> Staging:
    alice, bob, carol = (join(world, name) for name in ("alice", "bob", "carol"))
    use_likes(alice, 1)
    first, second = (liking(alice, other, key="like-0001") for other in (bob, carol))
    return Staging(parts=((first,), (second,)))


@race("match against match, from two devices")
def match_twice(world: World) -> Staging:
    alice, bob = join(world, "alice"), join(world, "bob")
    liking(bob, alice)()
    return Staging(parts=((liking(alice, bob),), (liking(alice, bob, key="like-0001"),)))


@race("match against match and a first message")
def match_and_talk(world: World) -> Staging:
    """A second match would open the conversation anew, under the message."""
    alice, bob = join(world, "alice"), join(world, "bob")
    use_likes(alice, 1)
    liking(bob, alice)()
    conversation = f"cnv_{ids.pair_of(alice.user_id, bob.user_id)}"
    sending = posting(alice, conversation, draft("message-a"))
    return Staging(parts=((liking(alice, bob),), (liking(alice, bob), sending)))


@race("read against read", courtesy=True)
def read_twice(world: World) -> Staging:
    bob, conversation = reader_of(world, 3)
    return Staging(parts=((reading(bob, conversation, 1),), (reading(bob, conversation, 3),)))


@race("private read against read", courtesy=True)
def read_privately(world: World) -> Staging:
    bob, conversation = reader_of(world, 3)
    first = reading(bob, conversation, 1, private=True)
    return Staging(parts=((first,), (reading(bob, conversation, 3),)))


@race("read again openly against read", courtesy=True)
def read_openly(world: World) -> Staging:
    """Only what is shown to the other is behind."""
    bob, conversation = reader_of(world, 3)
    receiving(bob, conversation, 2)()
    reading(bob, conversation, 2, private=True)()
    return Staging(parts=((reading(bob, conversation, 2),), (reading(bob, conversation, 3),)))


@race("delivered against read", courtesy=True)
def delivered_against_read(world: World) -> Staging:
    bob, conversation = reader_of(world, 3)
    return Staging(parts=((receiving(bob, conversation, 1),), (reading(bob, conversation, 3),)))


@race("two refreshes of one token")
def refresh_twice(world: World) -> Staging:
    alice = join(world, "alice")
    step = refreshing(alice, alice.refresh_token)
    return Staging(parts=((step,), (step,)))


@race("refresh against two refreshes")
def refresh_thrice(world: World) -> Staging:
    """The second device is two tokens ahead by the time the first one writes."""
    alice = join(world, "alice")
    step = refreshing(alice, alice.refresh_token)

    def from_successor() -> Answer:
        return refreshing(alice, step().body["refresh_token"])()

    return Staging(parts=((step,), (from_successor,)))


@race("refresh against logging out")
def refresh_against_end(world: World) -> Staging:
    alice = join(world, "alice")
    return Staging(parts=((refreshing(alice, alice.refresh_token),), (logging_out(alice),)))


@race("verify twice")
def verify_twice(world: World) -> Staging:
    caller = stranger(world)
    registration_id = asked_to_join(world, "newcomer", caller)
    step = verifying(world, caller, registration_id, mailed_code(world, "newcomer"))
    return Staging(parts=((step,), (step,)))


@race("two registrations of one address")
def two_registrations(world: World) -> Staging:
    steps = []
    for _ in range(2):
        caller = stranger(world)
        registration_id = asked_to_join(world, "newcomer", caller)
        steps.append(verifying(world, caller, registration_id, mailed_code(world, "newcomer")))
    return Staging(parts=((steps[0],), (steps[1],)))


@race("one ticket, two sockets")
def one_ticket(world: World) -> Staging:
    alice = join(world, "alice")
    ticket = alice.ticket()
    phone, laptop = (connecting(alice, name, ticket) for name in ("phone", "laptop"))
    return Staging(parts=((phone,), (laptop,)))


@race("two sockets open")
def two_sockets(world: World) -> Staging:
    alice = join(world, "alice")
    phone, laptop = (connecting(alice, name, alice.ticket()) for name in ("phone", "laptop"))
    return Staging(parts=((phone,), (laptop,)))


@race("a socket opens where another closes")
def open_against_close(world: World) -> Staging:
    alice = join(world, "alice").on_socket("phone")
    ticket = alice.ticket()

    def leaving() -> Answer:
        return world.doors.disconnect("phone")

    return Staging(parts=((connecting(alice, "laptop", ticket),), (leaving,)))


@race("the inbox hears of two messages at once")
def inbox_twice(world: World) -> Staging:
    alice, bob = join(world, "alice"), join(world, "bob")
    conversation = match(alice, bob)
    steps = []
    for number in (1, 2):
        post(alice, conversation, draft(f"message-{number}"))
        route_all(world)
        steps.append(reacting(world, "messaging-inbox"))
    world.backlog.settle()
    return Staging(parts=((steps[0],), (steps[1],)))
