"""Deleting one's own message: with its price back, without, and again."""

from infra.faults.doors import Answer
from infra.faults.people import Person, done, draft, post
from infra.faults.scenes import Staging, Step, scene
from infra.faults.stages.sending import DAY, FREE, couple, gift, one
from infra.faults.world import World

MINUTE = 60


def deleting(sender: Person, conversation: str, seq: int) -> Step:
    """Deleting over HTTP."""
    return lambda: delete(sender, conversation, seq)


def delete(sender: Person, conversation: str, seq: int) -> Answer:
    """Delete a message over HTTP."""
    resource = "/v1/messages/{message_id}"
    return sender.rest("DELETE", resource, message_id=message_id(conversation, seq))


def message_id(conversation: str, seq: int) -> str:
    """The id of a conversation's message."""
    return f"msg_{conversation.removeprefix('cnv_')}_{seq:08x}"


def reading(reader: Person, conversation: str, seq: int, *, private: bool = False) -> Step:
    """Reading up to a seq, over the socket."""
    receipt = {"conversation_id": conversation, "seq": seq, "private": private}
    return lambda: reader.act("message.read", receipt, ref=f"read-{seq}")


@scene("delete a free message")
def free(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=2)
    return one(deleting(alice, conversation, 1))


@scene("delete with refund, HTTP")
def refunded(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=FREE + 2)
    return one(deleting(alice, conversation, FREE + 1))


@scene("delete with refund, socket")
def refunded_over_socket(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=FREE + 1)
    phone = alice.on_socket("phone")
    wanted = {"message_id": message_id(conversation, FREE + 1)}
    return one(lambda: phone.act("message.delete", wanted))


@scene("delete with refund to two lots")
def refunded_to_lots(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=FREE)
    gift(alice, "spring", 3, days=10)
    talk_on(alice, conversation)
    return one(deleting(alice, conversation, FREE + 1))


@scene("delete with refund to a lot that expired")
def refunded_to_expired(world: World) -> Staging:
    alice, _, conversation = couple(world, sent=FREE)
    gift(alice, "spring", 8, days=1)
    world.time.wall += DAY - MINUTE
    talk_on(alice, conversation)
    world.time.wall += 2 * MINUTE
    return one(deleting(alice, conversation, FREE + 1))


@scene("delete what was read")
def read(world: World) -> Staging:
    alice, bob, conversation = couple(world, sent=FREE + 1)
    done(reading(bob.on_socket("laptop"), conversation, FREE + 1)())
    return one(deleting(alice, conversation, FREE + 1))


@scene("delete another's message")
def anothers(world: World) -> Staging:
    _, bob, conversation = couple(world, sent=FREE + 1)
    return one(deleting(bob, conversation, FREE + 1))


def talk_on(sender: Person, conversation: str) -> None:
    """One more message, the first that is paid."""
    done(post(sender, conversation, draft("message-z", quoted=5)))
    sender.world.backlog.settle()
