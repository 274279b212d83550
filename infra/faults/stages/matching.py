"""Liking: the first like, the one that answers it, with and without an idempotency key."""

from infra.faults.people import Person, done, join
from infra.faults.scenes import Staging, Step, scene
from infra.faults.stages.sending import answers_are, one
from infra.faults.world import World


def liking(member: Person, other: Person, *, key: str | None = None) -> Step:
    """Liking somebody."""
    return lambda: member.rest("POST", "/v1/likes", {"user_id": other.user_id}, key=key)


@scene("like first")
def first(world: World) -> Staging:
    alice, bob = join(world, "alice"), join(world, "bob")
    return one(liking(alice, bob))


@scene("like first, with a key")
def first_with_key(world: World) -> Staging:
    alice, bob = join(world, "alice"), join(world, "bob")
    return one(liking(alice, bob, key="like-0001"))


@scene("like that matches")
def matching(world: World) -> Staging:
    alice, bob = join(world, "alice").on_socket("phone"), join(world, "bob").on_socket("laptop")
    done(liking(bob, alice)())
    return one(liking(alice, bob))


@scene("like that matches, with a key")
def matching_with_key(world: World) -> Staging:
    alice, bob = join(world, "alice"), join(world, "bob")
    done(liking(bob, alice)())
    return one(liking(alice, bob, key="like-0001"))


@scene("like another under the same key")
def other_under_key(world: World) -> Staging:
    alice, bob, carol = (join(world, name) for name in ("alice", "bob", "carol"))
    done(liking(alice, bob, key="like-0001")())
    return one(liking(alice, carol, key="like-0001"), also=answers_are(409, 409))


@scene("like oneself")
def oneself(world: World) -> Staging:
    alice = join(world, "alice")
    return one(liking(alice, alice))
