"""Who hears what: the one table of reactions, and how an event reaches them.

A stream's function only routes: it derives the events and sends each to the queue of every reaction
that hears it, so that one that fails neither stalls nor repeats another. A reaction is idempotent,
and gets the events of a batch that belong together at once.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Union

import msgspec

from chalicelib.accounts import jobs as accounts_jobs
from chalicelib.accounts.events import MemberJoined, SessionEnded
from chalicelib.core import changes, queue
from chalicelib.core.changes import Event
from chalicelib.core.tables import Touches, writes
from chalicelib.core.telemetry import count, invocation, logger
from chalicelib.matching import jobs as matching_jobs
from chalicelib.matching.events import Matched
from chalicelib.messaging import jobs as messaging_jobs
from chalicelib.messaging.events import MessageDeleted, MessageSent
from chalicelib.realtime import PUSHES
from chalicelib.realtime import jobs as realtime_jobs
from chalicelib.realtime.events import ConnectionClosed, ConnectionOpened
from chalicelib.wallet import CHARGES
from chalicelib.wallet import jobs as wallet_jobs
from chalicelib.wallet.events import EntryPosted


@dataclass(frozen=True)
class Reaction:
    """A function that hears of events through a queue of its own.

    queue     short name of the queue
    hears     kinds of event
    together  which events of a batch belong together
    run       does it for such a group; it may get the same event again, and in any order
    tables    what it touches
    """

    queue: str
    hears: tuple[type[Event], ...]
    together: Callable[[Any], str]
    run: Callable[[list[Any]], None]
    tables: Touches

    @cached_property
    def decoder(self) -> msgspec.json.Decoder[Any]:
        """Reads an event off the queue."""
        return msgspec.json.Decoder(Union[self.hears])  # noqa: UP007  a tuple of types


REACTIONS = {
    reaction.queue: reaction
    for reaction in (
        Reaction(
            "wallet-welcome",
            hears=(MemberJoined,),
            together=lambda event: event.user_id,
            run=wallet_jobs.welcome,
            tables=CHARGES,
        ),
        Reaction(
            "wallet-announce",
            hears=(EntryPosted,),
            together=lambda event: event.user_id,
            run=wallet_jobs.announce,
            tables=PUSHES,
        ),
        Reaction(
            "realtime-greet",
            hears=(ConnectionOpened,),
            together=lambda event: event.connection_id,
            run=realtime_jobs.greet,
            tables=PUSHES,
        ),
        Reaction(
            "accounts-close-sockets",
            hears=(SessionEnded,),
            together=lambda event: event.session_id,
            run=accounts_jobs.close_sockets,
            tables=PUSHES,
        ),
        Reaction(
            "matching-announce",
            hears=(Matched,),
            together=lambda event: event.user_id,
            run=matching_jobs.announce,
            tables=PUSHES,
        ),
        Reaction(
            "messaging-announce",
            hears=(MessageSent, MessageDeleted),
            together=lambda event: event.conversation_id,
            run=messaging_jobs.announce,
            tables=PUSHES,
        ),
        Reaction(
            "messaging-inbox",
            hears=(MessageSent, MessageDeleted),
            together=lambda event: event.conversation_id,
            run=messaging_jobs.move_inbox,
            tables=writes("inbox"),
        ),
        Reaction(
            "messaging-end-typing",
            hears=(ConnectionClosed,),
            together=lambda event: event.connection_id,
            run=messaging_jobs.end_typing,
            tables=writes("typing") + PUSHES,
        ),
    )
}


def route(stream_event: dict[str, Any]) -> None:
    """Send each event that a batch of stream records tells of to all who hear it."""
    with invocation(door="stream"):
        letters: dict[str, list[Event]] = defaultdict(list)
        for event in changes.events(stream_event):
            for reaction in REACTIONS.values():
                if isinstance(event, reaction.hears):
                    letters[reaction.queue].append(event)
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
                groups[reaction.together(event)].append((record["messageId"], event))
        for group in groups.values():
            try:
                reaction.run([event for _, event in group])
            except Exception:  # whatever it was, only this group is to be tried again
                logger.exception("reaction failed")
                count("ReactionFailed")
                failed += [message_id for message_id, _ in group]
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}
