"""Races between likes, passes, blocks, ends of matches, and the credits that some of them cost."""

from infra.faults.people import draft, join
from infra.faults.scenes import Staging, race
from infra.faults.stages.matching import (
    LIKES_PER_DAY,
    SUPER_CREDITS,
    blocking,
    impoverished,
    liking,
    passing,
    rewinding,
    superliking,
    two,
    unlocking,
    unmatching,
    use_likes,
)
from infra.faults.stages.sending import FREE, couple, posting
from infra.faults.world import World


@race("both super like at once")
def both_superlike(world: World) -> Staging:
    alice, bob = join(world, "alice").on_socket("phone"), join(world, "bob").on_socket("laptop")
    return Staging(parts=((superliking(alice, bob),), (superliking(bob, alice),)))


@race("super like against super like, from two devices")
def superlike_twice(world: World) -> Staging:
    alice, bob = two(world)
    return Staging(parts=((superliking(alice, bob),), (superliking(alice, bob),)))


@race("super like after a like, from two devices")
def raise_twice(world: World) -> Staging:
    alice, bob = two(world)
    liking(alice, bob)()
    return Staging(parts=((superliking(alice, bob),), (superliking(alice, bob),)))


@race("super like against super like, with the last credits")
def superlike_two(world: World) -> Staging:
    alice, _, _ = impoverished(world)
    carol, dave = join(world, "carol"), join(world, "dave")
    return Staging(parts=((superliking(alice, carol),), (superliking(alice, dave),)))


@race("super like against like, from two devices")
def superlike_and_like(world: World) -> Staging:
    alice, bob = two(world)
    return Staging(parts=((superliking(alice, bob),), (liking(alice, bob),)))


@race("super like after a like, against theirs")
def raise_against_match(world: World) -> Staging:
    alice, bob = two(world)
    liking(alice, bob)()
    return Staging(parts=((superliking(alice, bob),), (liking(bob, alice),)))


@race("super like against a paid message, with the last credits")
def superlike_or_message(world: World) -> Staging:
    alice, _, conversation = impoverished(world)
    sending = posting(alice, conversation, draft("message-a", quoted=SUPER_CREDITS))
    return Staging(parts=((superliking(alice, join(world, "carol")),), (sending,)))


@race("two likes for the day's last")
def last_of_day(world: World) -> Staging:
    alice, bob, carol = (join(world, name) for name in ("alice", "bob", "carol"))
    use_likes(alice, LIKES_PER_DAY - 1)
    return Staging(parts=((liking(alice, bob),), (liking(alice, carol),)))


@race("two likes for a new day's first")
def first_of_day(world: World) -> Staging:
    alice, bob, carol = (join(world, name) for name in ("alice", "bob", "carol"))
    return Staging(parts=((liking(alice, bob),), (liking(alice, carol),)))


@race("like against block")
def like_against_block(world: World) -> Staging:
    alice, bob = two(world)
    return Staging(parts=((liking(alice, bob),), (blocking(bob, alice),)))


@race("super like against block")
def superlike_against_block(world: World) -> Staging:
    alice, bob = two(world)
    liking(alice, bob)()
    return Staging(parts=((superliking(alice, bob),), (blocking(bob, alice),)))


@race("match against block")
def match_against_block(world: World) -> Staging:
    alice, bob = join(world, "alice").on_socket("phone"), join(world, "bob").on_socket("laptop")
    liking(bob, alice)()
    return Staging(parts=((liking(alice, bob),), (blocking(bob, alice),)))


@race("pass against like, from two devices")
def pass_against_like(world: World) -> Staging:
    alice, bob = two(world)
    return Staging(parts=((passing(alice, bob),), (liking(alice, bob),)))


@race("pass against pass, from two devices")
def pass_twice(world: World) -> Staging:
    alice, bob = two(world)
    return Staging(parts=((passing(alice, bob),), (passing(alice, bob),)))


@race("pass against their like")
def pass_against_theirs(world: World) -> Staging:
    alice, bob = two(world)
    return Staging(parts=((passing(alice, bob),), (liking(bob, alice),)))


@race("rewind against their like")
def rewind_against_theirs(world: World) -> Staging:
    alice, bob = two(world)
    passing(alice, bob)()
    return Staging(parts=((rewinding(alice),), (liking(bob, alice),)))


@race("rewind against like, from two devices")
def rewind_against_like(world: World) -> Staging:
    alice, bob = two(world)
    liking(bob, alice)()
    passing(alice, bob)()
    return Staging(parts=((rewinding(alice),), (liking(alice, bob),)))


@race("rewind against rewind")
def rewind_twice(world: World) -> Staging:
    alice, bob = two(world)
    passing(alice, bob)()
    return Staging(parts=((rewinding(alice),), (rewinding(alice),)))


@race("rewind against another pass")
def rewind_against_pass(world: World) -> Staging:
    alice, bob = two(world)
    carol = join(world, "carol")
    passing(alice, bob)()
    return Staging(parts=((rewinding(alice),), (passing(alice, carol),)))


@race("two devices unlock")
def unlock_twice(world: World) -> Staging:
    alice, bob = two(world)
    liking(bob, alice)()
    return Staging(parts=((unlocking(alice),), (unlocking(alice),)))


@race("unmatch against send")
def unmatch_against_send(world: World) -> Staging:
    alice, bob, conversation = couple(world, sent=FREE)
    alice, bob = alice.on_socket("phone"), bob.on_socket("laptop")
    sending = posting(alice, conversation, draft("message-a", quoted=5))
    return Staging(parts=((unmatching(bob, conversation),), (sending,)))


@race("unmatch against unmatch")
def unmatch_twice(world: World) -> Staging:
    alice, bob, conversation = couple(world)
    alice, bob = alice.on_socket("phone"), bob.on_socket("laptop")
    ending = unmatching(alice, conversation), unmatching(bob, conversation)
    return Staging(parts=((ending[0],), (ending[1],)))


@race("unmatch against block")
def unmatch_against_block(world: World) -> Staging:
    alice, bob, conversation = couple(world)
    return Staging(parts=((unmatching(alice, conversation),), (blocking(bob, alice),)))
