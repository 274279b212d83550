"""Liking, passing, matching and what is paid for it: each deed alone."""

from pynamodb.expressions.update import Action

from chalicelib.core import clock
from chalicelib.matching.models import Tally
from infra.faults.people import Person, done, join, match
from infra.faults.scenes import Staging, Step, scene
from infra.faults.stages.sending import DAY, FREE, answers_are, asks, couple, gift, one, posting
from infra.faults.world import World

SUPER_CREDITS, UNLOCK_CREDITS, LIKES_PER_DAY = 10, 30, 100


def liking(member: Person, other: Person, *, key: str | None = None) -> Step:
    """Liking somebody."""
    return lambda: member.rest("POST", "/v1/likes", {"user_id": other.user_id}, key=key)


def superliking(
    member: Person, other: Person, *, quoted: int = SUPER_CREDITS, key: str | None = None
) -> Step:
    """Liking somebody for credits."""
    wanted = {"user_id": other.user_id, "super": True, "quoted_credits": quoted}
    return lambda: member.rest("POST", "/v1/likes", wanted, key=key)


def passing(member: Person, other: Person) -> Step:
    """Passing on somebody."""
    return lambda: member.rest("POST", "/v1/passes", {"user_id": other.user_id})


def rewinding(member: Person, *, key: str | None = None) -> Step:
    """Taking the last pass back."""
    return lambda: member.rest("POST", "/v1/rewind", key=key)


def unlocking(member: Person) -> Step:
    """Seeing who likes one."""
    wanted = {"quoted_credits": UNLOCK_CREDITS}
    return lambda: member.rest("POST", "/v1/likes/unlock", wanted)


def unmatching(member: Person, conversation: str) -> Step:
    """Ending a match."""
    match_id = conversation.replace("cnv_", "mat_")
    return lambda: member.rest("DELETE", "/v1/matches/{match_id}", match_id=match_id)


def blocking(member: Person, other: Person) -> Step:
    """Blocking somebody."""
    return lambda: member.rest("POST", "/v1/blocks", {"user_id": other.user_id})


def use_likes(member: Person, count: int) -> None:
    """As if the member had liked so many today."""
    used: list[Action] = [Tally.day.set(clock.day_of(clock.now())), Tally.likes.set(count)]
    Tally(member.user_id).update(actions=used)


def two(world: World) -> tuple[Person, Person]:
    """Two members who know nothing of each other."""
    return join(world, "alice"), join(world, "bob")


def impoverished(world: World) -> tuple[Person, Person, str]:
    """Two who talk, of whom the first can pay for one more thing of 10 credits, and no more."""
    alice, bob, conversation = couple(world, sent=FREE)
    asks(bob, 40)
    sent = {"client_message_id": "costly-01", "body": "hello", "quoted_credits": 40}
    done(posting(alice, conversation, sent)())
    asks(bob, SUPER_CREDITS)
    world.backlog.settle()
    return alice, bob, conversation


@scene("like first")
def first(world: World) -> Staging:
    alice, bob = two(world)
    return one(liking(alice, bob))


@scene("like first, with a key")
def first_with_key(world: World) -> Staging:
    alice, bob = two(world)
    return one(liking(alice, bob, key="like-0001"))


@scene("like that matches")
def matching(world: World) -> Staging:
    alice, bob = join(world, "alice").on_socket("phone"), join(world, "bob").on_socket("laptop")
    done(liking(bob, alice)())
    return one(liking(alice, bob))


@scene("like that matches, with a key")
def matching_with_key(world: World) -> Staging:
    alice, bob = two(world)
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


@scene("like after a pass")
def after_pass(world: World) -> Staging:
    alice, bob = two(world)
    done(passing(alice, bob)())
    return one(liking(alice, bob))


@scene("like on another day")
def another_day(world: World) -> Staging:
    alice, bob = two(world)
    use_likes(alice, LIKES_PER_DAY)
    world.time.wall += DAY
    return one(liking(alice, bob))


@scene("like when the day's are spent")
def spent(world: World) -> Staging:
    alice, bob = two(world)
    use_likes(alice, LIKES_PER_DAY)
    return one(liking(alice, bob), also=answers_are(429, 429))


@scene("like that is the day's last")
def last_of_day(world: World) -> Staging:
    alice, bob = two(world)
    use_likes(alice, LIKES_PER_DAY - 1)
    return one(liking(alice, bob), also=answers_are(201, 201))


@scene("super like")
def superlike(world: World) -> Staging:
    alice, bob = join(world, "alice").on_socket("phone"), join(world, "bob")
    return one(superliking(alice, bob), also=answers_are(201, 201))


@scene("super like that matches")
def superlike_matching(world: World) -> Staging:
    alice, bob = two(world)
    done(liking(bob, alice)())
    return one(superliking(alice, bob, key="like-0001"), also=answers_are(201, 201))


@scene("super like after a like")
def superlike_later(world: World) -> Staging:
    alice, bob = two(world)
    done(liking(alice, bob)())
    return one(superliking(alice, bob), also=answers_are(201, 201))


@scene("super like with the last credits")
def superlike_with_the_last(world: World) -> Staging:
    alice, _, _ = impoverished(world)
    return one(superliking(alice, join(world, "carol")), also=answers_are(201, 201))


@scene("super like without enough credits")
def superlike_unfunded(world: World) -> Staging:
    alice, _, _ = impoverished(world)
    carol, dave = join(world, "carol"), join(world, "dave")
    done(superliking(alice, carol)())
    return one(superliking(alice, dave), also=answers_are(402, 402))


@scene("super like at another price than quoted")
def superlike_misquoted(world: World) -> Staging:
    alice, bob = two(world)
    return one(superliking(alice, bob, quoted=9), also=answers_are(409, 409))


@scene("pass")
def plain_pass(world: World) -> Staging:
    alice, bob = two(world)
    return one(passing(alice, bob))


@scene("pass on who likes one")
def pass_on_like(world: World) -> Staging:
    alice, bob = two(world)
    done(liking(bob, alice)())
    return one(passing(alice, bob))


@scene("pass on who is liked")
def pass_on_liked(world: World) -> Staging:
    alice, bob = two(world)
    done(liking(alice, bob)())
    return one(passing(alice, bob), also=answers_are(409, 409))


@scene("pass again, after a month")
def pass_again(world: World) -> Staging:
    alice, bob = two(world)
    done(passing(alice, bob)())
    world.time.wall += 31 * DAY
    return one(passing(alice, bob))


@scene("rewind")
def plain_rewind(world: World) -> Staging:
    alice, bob = two(world)
    done(passing(alice, bob)())
    return one(rewinding(alice))


@scene("rewind, with a key")
def rewind_with_key(world: World) -> Staging:
    alice, bob = two(world)
    done(liking(bob, alice)())
    done(passing(alice, bob)())
    return one(rewinding(alice, key="rewind-01"), also=answers_are(200, 200))


@scene("rewind after a like")
def rewind_after_like(world: World) -> Staging:
    alice, bob = two(world)
    done(passing(alice, bob)())
    done(liking(alice, bob)())
    return one(rewinding(alice), also=answers_are(409, 409))


@scene("unlock the likes")
def plain_unlock(world: World) -> Staging:
    alice, bob = two(world)
    done(liking(bob, alice)())
    return one(unlocking(alice), also=answers_are(200, 200))


@scene("unlock the likes for the second time")
def unlock_again(world: World) -> Staging:
    alice, bob = two(world)
    gift(alice, "spring", UNLOCK_CREDITS, days=10)
    done(liking(bob, alice)())
    done(unlocking(alice)())
    world.time.wall += DAY
    return one(unlocking(alice), also=answers_are(200, 200))


@scene("unmatch")
def plain_unmatch(world: World) -> Staging:
    alice, bob = join(world, "alice").on_socket("phone"), join(world, "bob").on_socket("laptop")
    return one(unmatching(alice, match(alice, bob)), also=answers_are(204, 204))


@scene("unmatch what was ended")
def unmatch_again(world: World) -> Staging:
    alice, bob, conversation = couple(world, sent=1)
    done(unmatching(alice, conversation)())
    world.backlog.settle()
    return one(unmatching(bob, conversation), also=answers_are(204, 204))


@scene("unmatch another's match")
def unmatch_anothers(world: World) -> Staging:
    _, _, conversation = couple(world)
    carol = join(world, "carol")
    return one(unmatching(carol, conversation), also=answers_are(404, 404))
