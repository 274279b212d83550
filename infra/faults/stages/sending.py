"""Sending a message: free and paid, over HTTP and over a socket, and where it is refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from chalicelib.core import clock
from chalicelib.wallet.service.grants import grant
from infra.faults.doors import Answer
from infra.faults.people import Person, done, draft, join, match, post
from infra.faults.scenes import Staging, Step, scene
from infra.faults.world import World

DAY = 24 * 3600
FREE = 3


def couple(world: World, *, sent: int = 0) -> tuple[Person, Person, str]:
    """Two members who matched; the first sent some messages, the fourth and later for 5 credits."""
    alice, bob = join(world, "alice"), join(world, "bob")
    conversation = match(alice, bob)
    talk(alice, conversation, sent)
    return alice, bob, conversation


def talk(sender: Person, conversation: str, count: int) -> None:
    """Send so many messages, and let everything come of them."""
    for number in range(1, count + 1):
        quoted = 0 if number <= FREE else 5
        done(post(sender, conversation, draft(f"earlier-{number}", quoted=quoted)))
    sender.world.backlog.settle()


def asks(member: Person, credits: int) -> None:
    """The member asks so much for a message."""
    wanted = {"message_credits": credits, "call_minute_credits": 20}
    done(member.rest("PUT", "/v1/me/prices", wanted))


def gift(member: Person, reason: str, credits: int, *, days: int) -> None:
    """Promotional credits besides those of the sign-up, as a campaign would give them."""
    grant(member.user_id, reason=reason, credits=credits, days=days)
    member.world.backlog.settle()


def posting(sender: Person, conversation: str, sent: dict[str, Any]) -> Step:
    """Sending over HTTP."""
    return lambda: post(sender, conversation, sent)


def speaking(sender: Person, conversation: str, sent: dict[str, Any]) -> Step:
    """Sending over the socket."""
    frame = sent | {"conversation_id": conversation}
    return lambda: sender.act("message.send", frame, ref=sent["client_message_id"])


def one(step: Step, **more: Any) -> Staging:
    """A scene of one step."""
    return Staging(parts=((step,),), **more)


def _over_http(name: str, sent: int, quoted: int) -> None:
    @scene(f"send {name}, HTTP")
    def stage(world: World) -> Staging:
        alice, _, conversation = couple(world, sent=sent)
        return one(posting(alice, conversation, draft("message-a", quoted=quoted)))


def _over_socket(name: str, sent: int, quoted: int) -> None:
    @scene(f"send {name}, socket")
    def stage(world: World) -> Staging:
        alice, bob, conversation = couple(world, sent=sent)
        alice, _ = alice.on_socket("phone"), bob.on_socket("laptop")
        return one(speaking(alice, conversation, draft("message-a", quoted=quoted)))


for _name, _sent, _quoted in (
    ("first, free", 0, 0),
    ("last that is free", FREE - 1, 0),
    ("first that is paid", FREE, 5),
    ("second that is paid", FREE + 1, 5),
):
    _over_http(_name, _sent, _quoted)
    _over_socket(_name, _sent, _quoted)


@scene("send paid from two lots")
def from_two_lots(world: World) -> Staging:
    alice, bob, conversation = couple(world, sent=FREE)
    gift(alice, "spring", 30, days=10)
    asks(bob, 40)
    return one(posting(alice, conversation, draft("message-a", quoted=40)))


@scene("send paid, an expired lot first")
def after_expiry(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=FREE)
    gift(alice, "spring", 30, days=10)
    world.time.wall += 11 * DAY
    return one(posting(alice, conversation, draft("message-a", quoted=5)))


@scene("send for which everything has expired")
def all_expired(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=FREE)
    world.time.wall += 91 * DAY
    return one(posting(alice, conversation, draft("message-a", quoted=5)))


@scene("send without enough credits")
def insufficient(world: World) -> Staging:
    alice, bob, conversation = couple(world, sent=FREE)
    asks(bob, 51)
    return one(posting(alice, conversation, draft("message-a", quoted=51)))


@scene("send again after the money is gone")
def replayed_without_funds(world: World) -> Staging:
    alice, bob, conversation = couple(world, sent=FREE)
    asks(bob, 50)
    sent = draft("message-a", quoted=50)
    done(post(alice, conversation, sent))
    world.backlog.settle()
    return one(posting(alice, conversation, sent), also=answers_are(201, 201))


@scene("send another text under the same id")
def another_text(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=FREE)
    done(post(alice, conversation, draft("message-a", quoted=5)))
    world.backlog.settle()
    other = draft("message-a", quoted=5, body="something else")
    return one(posting(alice, conversation, other), also=answers_are(409, 409))


@scene("send another text under a free message's id")
def another_text_free(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=1)
    other = draft("earlier-1", body="something else")
    return one(posting(alice, conversation, other), also=answers_are(409, 409))


@scene("send at another price than quoted")
def price_changed(world: World) -> Staging:
    alice, bob, conversation = couple(world, sent=FREE)
    asks(bob, 7)
    return one(posting(alice, conversation, draft("message-a", quoted=5)))


@scene("send too late")
def too_late(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=FREE)
    expires = (clock.now() - timedelta(seconds=1)).isoformat()
    sent = draft("message-a", quoted=5) | {"expires_at": expires}
    return one(posting(alice, conversation, sent))


@scene("send in a closed conversation")
def no_longer_open(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=FREE)
    close(world, conversation)
    return one(posting(alice, conversation, draft("message-a", quoted=5)))


def close(world: World, conversation: str) -> Answer:
    """Close a conversation, as the end of a match does; tells where it stood then."""
    table = world.physical("conversations")
    world.network.note({table})
    closed = world.wire.tables(
        "UpdateItem",
        TableName=table,
        Key={"conversation_id": {"S": conversation}},
        UpdateExpression="SET #open = :no",
        ExpressionAttributeNames={"#open": "open"},
        ExpressionAttributeValues={":no": {"BOOL": False}},
        ReturnValues="ALL_NEW",
    )
    return Answer(200, closed["Attributes"]["seq"])


def answers_are(*statuses: int) -> Callable[[World, list[Answer]], list[str]]:
    """What the answers must be, where one came."""

    def check(_world: World, answers: list[Answer]) -> list[str]:
        return [
            f"answered {answer}, wanted {status}"
            for answer, status in zip(answers, statuses, strict=True)
            if answer.status not in (0, 503, status)
        ]

    return check
