"""Who hears what: the one table of reactions, and how an event reaches them.

A stream's function only routes: it derives the events and sends each to the queue of every reaction
that hears it, so that one that fails neither stalls nor repeats another. A reaction is idempotent,
and gets the events of a batch that belong together at once.

Events and reactions are named, not imported, so that a function loads only what it runs:
`accounts:MemberJoined` is in `chalicelib.accounts.events`, `wallet:welcome` in
`chalicelib.wallet.jobs`, and the need `wallet:GRANTS` in `chalicelib.wallet`.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any, Union, cast

import msgspec

from chalicelib.core import changes, queue
from chalicelib.core.changes import Event
from chalicelib.core.needs import NOTHING, Needs, named, seldom, sends
from chalicelib.core.telemetry import count, invocation, logger


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """A function that hears of events through a queue of its own.

    queue     short name of the queue
    hears     kinds of event
    together  the member of an event by which those of a batch belong together
    runs      does it for such a group; it may get the same event again, and in any order
    needs     of AWS, besides reading its queue
    """

    queue: str
    hears: tuple[str, ...]
    together: str
    runs: str
    needs: tuple[str, ...]

    @property
    def seldom(self) -> str:
        """Why a common day may not see it run, if all that it hears of is so."""
        reasons = [SELDOM.get(name, "") for name in self.hears]
        return reasons[0] if all(reasons) else ""

    @property
    def modules(self) -> tuple[str, ...]:
        """Where the events and the reaction are."""
        events = (f"chalicelib.{name.partition(':')[0]}.events" for name in self.hears)
        return (*dict.fromkeys(events), f"chalicelib.{self.runs.partition(':')[0]}.jobs")

    @cached_property
    def decoder(self) -> msgspec.json.Decoder[Any]:
        """Reads an event off the queue."""
        kinds = tuple(_named(name, "events") for name in self.hears)
        return msgspec.json.Decoder(Union[kinds])  # noqa: UP007  a tuple of types

    @cached_property
    def run(self) -> Callable[[list[Any]], None]:
        """What is done for a group of events."""
        return cast("Callable[[list[Any]], None]", _named(self.runs, "jobs"))


SELDOM = dict.fromkeys(
    ("accounts:MemberSuspended", "accounts:MemberRestored"),
    "only staff suspends a member, or lets one come back",
)
"""Events that a common day may not see, and why."""

REACTIONS = {
    reaction.queue: reaction
    for reaction in (
        Reaction(
            queue="wallet-welcome",
            hears=("accounts:MemberJoined",),
            together="user_id",
            runs="wallet:welcome",
            needs=("wallet:GRANTS",),
        ),
        Reaction(
            queue="wallet-announce",
            hears=("wallet:EntryPosted",),
            together="user_id",
            runs="wallet:announce",
            needs=("realtime:PUSHES",),
        ),
        Reaction(
            queue="realtime-greet",
            hears=("realtime:ConnectionOpened",),
            together="connection_id",
            runs="realtime:greet",
            needs=("realtime:GREETS",),
        ),
        Reaction(
            queue="accounts-close-sockets",
            hears=("accounts:SessionEnded", "accounts:MemberSuspended"),
            together="user_id",
            runs="accounts:close_sockets",
            needs=("realtime:DROPS", "accounts:ASKS_WHO_IS_SUSPENDED"),
        ),
        Reaction(
            queue="profiles-follow-member",
            hears=("accounts:MemberSuspended", "accounts:MemberRestored"),
            together="user_id",
            runs="profiles:follow_member",
            needs=("profiles:FOLLOWS_MEMBER",),
        ),
        Reaction(
            queue="matching-announce",
            hears=("matching:Matched", "matching:Unmatched"),
            together="user_id",
            runs="matching:announce",
            needs=("realtime:PUSHES", "safety:TELLS"),
        ),
        Reaction(
            queue="messaging-announce",
            hears=("messaging:MessageSent", "messaging:MessageDeleted"),
            together="conversation_id",
            runs="messaging:announce",
            needs=("safety:TELLS",),
        ),
        Reaction(
            queue="messaging-inbox",
            hears=("messaging:MessageSent", "messaging:MessageDeleted"),
            together="conversation_id",
            runs="messaging:move_inbox",
            needs=("messaging:MOVES_INBOX",),
        ),
        Reaction(
            queue="messaging-end-typing",
            hears=("realtime:ConnectionClosed",),
            together="connection_id",
            runs="messaging:end_typing",
            needs=("messaging:ENDS_TYPING", "safety:TELLS"),
        ),
    )
}


def hearing(told: type[Event]) -> list[str]:
    """The queues of all who hear of a kind of event."""
    return [reaction.queue for reaction in REACTIONS.values() if _name(told) in reaction.hears]


def needs_of_routing(table: str) -> Needs:
    """What routing a table's changes needs: to send to all who hear of one of its events."""
    needs = (
        seldom(SELDOM.get(_name(told), ""), sends(*hearing(told)))
        for told in changes.meaning_of(table).tells
    )
    return sum(needs, start=NOTHING)


def needs_of(reaction: Reaction) -> Needs:
    """What a reaction needs."""
    needs = named(*reaction.needs)
    return seldom(reaction.seldom, needs) if reaction.seldom else needs


def route(feature: str, stream_event: dict[str, Any]) -> None:
    """Send each event that a batch of a feature's stream records tells of to all who hear it."""
    import_module(f"chalicelib.{feature}.events")
    with invocation(door="stream"):
        letters: dict[str, list[Event]] = defaultdict(list)
        for event in changes.events(stream_event):
            for name in hearing(type(event)):
                letters[name].append(event)
        for name, events in letters.items():
            queue.send(name, events)


def react(name: str, queue_event: dict[str, Any]) -> dict[str, Any]:
    """Run a reaction for a batch off its queue; returns which messages are to be tried again."""
    reaction = REACTIONS[name]
    groups: dict[str, list[tuple[str, Event]]] = defaultdict(list)
    failed: list[str] = []
    with invocation(door=name):
        for record in queue_event["Records"]:
            try:
                event = reaction.decoder.decode(record["body"])
            except msgspec.MsgspecError:  # of another release, perhaps: it must not stop the rest
                logger.exception("event not understood")
                count("EventNotUnderstood")
                failed.append(record["messageId"])
            else:
                groups[getattr(event, reaction.together)].append((record["messageId"], event))
        for group in groups.values():
            try:
                reaction.run([event for _, event in group])
            except Exception:  # whatever it was, only this group is to be tried again
                logger.exception("reaction failed")
                count("ReactionFailed")
                failed += [message_id for message_id, _ in group]
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def _name(told: type[Event]) -> str:
    return f"{told.__module__.split('.')[1]}:{told.__name__}"


def _named(name: str, part: str) -> Any:
    feature, _, own = name.partition(":")
    return getattr(import_module(f"chalicelib.{feature}.{part}"), own)
