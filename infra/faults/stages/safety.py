"""Reporting, and first messages to strangers: each alone, and against each other."""

from infra.faults.people import Person, done, join, match
from infra.faults.scenes import Staging, Step, race, scene
from infra.faults.stages.matching import two
from infra.faults.stages.sending import answers_are, couple, one, posting
from infra.faults.world import World

OPENING = {
    "client_message_id": "opening-01",
    "body": "Hello there, that is a view I would like to have seen for myself",
    "quoted_credits": 0,
}


def reporting(member: Person, other: Person, *, key: str | None = None) -> Step:
    """Reporting somebody."""
    wanted = {"user_id": other.user_id, "reason": "scam", "note": "wants money"}
    return lambda: member.rest("POST", "/v1/reports", wanted, key=key)


@scene("report a stranger, with a key")
def report(world: World) -> Staging:
    return one(reporting(*two(world), key="report-01"))


@scene("report somebody again, with a key")
def report_again(world: World) -> Staging:
    alice, bob, _ = couple(world, sent=1)
    done(reporting(alice, bob)())
    return one(reporting(alice, bob, key="report-02"))


@scene("send a first message that would be known again")
def opening(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=0)
    return one(posting(alice, conversation, OPENING))


@race("report against report, from two devices")
def report_twice(world: World) -> Staging:
    alice, bob = two(world)
    parts = (reporting(alice, bob),), (reporting(alice, bob),)
    return Staging(parts=parts, also=answers_are(201, 201))


@race("first messages to two strangers at once")
def two_openings(world: World) -> Staging:
    alice, bob, carol = (join(world, name) for name in ("alice", "bob", "carol"))
    talks = [match(alice, each) for each in (bob, carol)]
    parts = tuple((posting(alice, talk, OPENING),) for talk in talks)
    return Staging(parts=parts, also=answers_are(201, 201))
