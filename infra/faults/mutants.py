"""The mutants: every condition and every dedupe that money, matches and sessions rest on.

Those of `EQUIVALENT` survive, each for the reason given; any other that survives fails the run.
"""

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from chalicelib import messaging, safety, wallet
from chalicelib.accounts.models import Session
from chalicelib.accounts.service import sessions
from chalicelib.blocking import service as blocking
from chalicelib.core import db, idempotency, keys
from chalicelib.core.db import contention, writing
from chalicelib.core.errors import PairlyError
from chalicelib.matching.service import liking, passing, unmatching
from chalicelib.messaging.errors import RequestExpired
from chalicelib.messaging.service import deleting, sending
from chalicelib.realtime import service as realtime
from chalicelib.realtime.models import Ticket
from chalicelib.wallet.service import charges, grants
from infra.faults.mutating import Mutant, NeverRaised, Removal, condition, replaced

ABSENT, PRESENT = r"^attribute_not_exists", r"^attribute_exists"
PAID = ("send second that is paid, HTTP", "two devices send the same message")
MATCH = ("like that matches", "match against match, from two devices")
SUPER = (
    "super like against super like, from two devices",
    "super like after a like, from two devices",
)
DELETE = ("delete with refund, HTTP", "delete against delete", "delete against send")

entry_absent = condition("entries", "put", ABSENT)
wallet_version = condition("wallets", "update", r"^version")
message_absent = condition("messages", "put", ABSENT)
conversation_seq = condition("conversations", "update", r"^seq")
undeleted = condition("messages", "update", r"^attribute_not_exists \(d\)")
refundable = condition("entries", "update", r"^refundable")
unliked = condition("likes", "update", r"^attribute_not_exists \((low|high)_liked_at")
unsuper = condition("likes", "update", r"^attribute_not_exists \((low|high)_super")
unlocks = condition("tallies", "update", r"unlocks")
pair_open = condition("pairs", "update", r"closed_at")
listing_absent = condition("matches", "put", ABSENT)
conversation_absent = condition("conversations", "put", ABSENT)
inbox_absent = condition("inbox", "put", ABSENT)
member_absent = condition("members", "put", ABSENT)
session_absent = condition("sessions", "put", ABSENT)

RANK = writing._rank


def _mutant(name: str, *hunts: str, without: Removal | tuple[Removal, ...]) -> Mutant:
    return Mutant(name, without if isinstance(without, tuple) else (without,), hunts)


def _unanswered(kind: type[Exception]) -> Callable[..., Any]:
    """`_sent_before`, blind to one reason for looking."""
    original = sending._sent_before

    def look(*args: Any) -> Any:
        return None if isinstance(sys.exc_info()[1], kind) else original(*args)

    return look


def _admitting(refusal: type[Exception]) -> Callable[..., Any]:
    """`_admit` without one of its refusals."""
    original = sending._admit

    def admit(draft: Any, scene: Any, at: Any) -> Any:
        try:
            return original(draft, scene, at)
        except refusal:
            return sending._price(scene)

    return admit


def _unforgotten(item: Any, **more: Any) -> Any:
    """`db.delete` that leaves a ticket where it is."""
    if isinstance(item, Ticket):
        return Ticket.find(item.digest)
    return db.delete(item, **more)


def _like(module: Any, **other: Any) -> SimpleNamespace:
    """A module with some of its names replaced, for one importer of it."""
    return SimpleNamespace(**{**vars(module), **other})


def _honours_the_newest(session: Session, generation: int, _at: Any) -> bool:
    return bool(generation == session.generation)


def _known_request(entry: Any, _request: bytes) -> str:
    return str(entry.reference)


MONEY = (
    _mutant("entry: absent", *PAID, "two grants of one sign-up", without=entry_absent),
    _mutant("wallet: version", "one wallet, two conversations", without=wallet_version),
    _mutant("wallet: available ≥ amount", *PAID, "the last credits, in two conversations",
            without=condition("wallets", "update", r"^available")),
    _mutant("wallet: absent before its first entry", "reaction wallet-welcome",
            "two grants of one sign-up", without=condition("wallets", "update", ABSENT)),
    _mutant("charge: enough credits", "send without enough credits",
            without=replaced(charges, "spendable", lambda *_: 10**9)),
    _mutant("charge: expire first", "send paid, an expired lot first",
            without=replaced(charges, "expire_first", lambda *_: None)),
    _mutant("refund: expire first", "delete with refund to a lot that expired",
            without=replaced(charges, "expire_first", lambda *_: None)),
    _mutant("grant: once for each reason", "reaction wallet-welcome",
            without=replaced(grants, "db", _like(db, Duplicate=NeverRaised))),
    _mutant("refund: refundable ≥ amount", *DELETE, without=refundable),
    _mutant("delete: not deleted before", *DELETE, without=undeleted),
    _mutant("delete: every guard against a second refund", *DELETE,
            without=(undeleted, refundable, entry_absent, wallet_version)),
    _mutant("delete: only what is unread is refunded", "delete what was read",
            without=replaced(deleting, "_refunds", lambda message, _scene: bool(message.credits))),
)  # fmt: skip

MESSAGES = (
    _mutant("conversation: seq", "two devices send", "both members send", without=conversation_seq),
    _mutant("message: absent", "two devices send", "both members send", without=message_absent),
    _mutant("send: a place of its own", "two devices send", "both members send",
            without=(conversation_seq, message_absent)),
    _mutant("conversation: open", "send against the end of the conversation",
            without=condition("conversations", "update", r"^open")),
    _mutant("conversation: barred by nobody", "block against send",
            without=condition("conversations", "update", r"barred_by")),
    _mutant("send: the replay of what was done", *PAID,
            without=replaced(sending, "_sent_before", _unanswered(db.Duplicate))),
    _mutant("send: the replay before a refusal", "send again after the money is gone",
            without=replaced(sending, "_sent_before", _unanswered(PairlyError))),
    _mutant("send: the same request", "send another text under the same id",
            without=replaced(wallet, "replayed", _known_request)),
    _mutant("send: the quoted price", "send at another price than quoted",
            without=replaced(sending, "_admit", _admitting(wallet.PriceChanged))),
    _mutant("send: in time", "send too late",
            without=replaced(sending, "_admit", _admitting(RequestExpired))),
    _mutant("inbox: newer than the last", "the inbox hears of messages in the wrong order",
            without=condition("inbox", "update", r"^last_seq")),
    _mutant("receipt: read_seq", "private read against read",
            without=condition("inbox", "update", r"^read_seq")),
    _mutant("receipt: delivered_seq", "delivered against read",
            without=condition("inbox", "update", r"^delivered_seq")),
    _mutant("receipt: shown_read_seq", "read again openly against read",
            without=condition("inbox", "update", r"^shown_read_seq")),
)  # fmt: skip

MATCHES = (
    _mutant("like: not liked before, by either", "both like at once",
            "pass against like, from two devices", without=unliked),
    _mutant("like: what stands is answered", "like first",
            without=replaced(liking, "_stands", lambda *_: False)),
    _mutant("match: liked by the other", *MATCH,
            without=condition("likes", "update", r"^attribute_exists \((low|high)_liked_at")),
    _mutant("match: listing absent", *MATCH, without=listing_absent),
    _mutant("match: conversation absent", *MATCH, without=conversation_absent),
    _mutant("match: inbox absent", *MATCH, without=inbox_absent),
    _mutant("match: every guard against a second match", "match against match and a first message",
            without=(unliked, listing_absent, conversation_absent, inbox_absent)),
    _mutant("key: not used before", "two members liked under one key",
            without=condition("idempotency", "update", r"attribute_not_exists|expires_at")),
    _mutant("key: remembered", "two members liked under one key",
            without=replaced(idempotency.Once, "remember", lambda *_, **__: None)),
    _mutant("key: the same request", "like another under the same key",
            without=replaced(idempotency, "keys", _like(keys, same=lambda *_: True))),
)  # fmt: skip

LIKES = (
    _mutant("allowance: not more than a day's", "two likes for the day's last",
            without=condition("tallies", "update", r"^likes")),
    _mutant("allowance: the same day", "two likes for a new day's first",
            without=condition("tallies", "update", r"day")),
    _mutant("super like: not one before", *SUPER, without=unsuper),
    _mutant("super like: its twin's charge is its own", *SUPER,
            without=replaced(liking, "db", _like(db, Duplicate=NeverRaised))),
    _mutant("super like: the quoted price", "super like at another price than quoted",
            without=replaced(liking, "_agree", lambda *_: None)),
    _mutant("super like: paid at all", "super like",
            without=replaced(liking, "_pay", lambda *_: None)),
    _mutant("unlock: as often as it was", "two devices unlock", without=unlocks),
    _mutant("pass: as it was", "rewind against like, from two devices", "rewind against rewind",
            without=condition("likes", "update", r"(low|high)_passed_at")),
    _mutant("rewind: of the last pass", "rewind against another pass",
            without=condition("tallies", "update", r"^last_passed_id")),
    _mutant("rewind: the winner knows itself", "rewind",
            without=replaced(passing, "_won", lambda *_: False)),
    _mutant("rewind: the record too", "rewind",
            without=replaced(passing, "undecide", lambda *_: None)),
    _mutant("like: the record too", "like first",
            without=replaced(liking, "decide", lambda *_: None)),
    _mutant("like: shown to who is liked", "like first",
            without=replaced(liking, "safety", _like(safety, show=lambda *_: None))),
    _mutant("unmatch: the conversation is closed", "unmatch", "unmatch against send",
            without=replaced(unmatching, "messaging",
                             _like(messaging, close_conversation=lambda *_: None))),
    _mutant("unmatch: every guard against a second end", "unmatch against unmatch",
            without=(condition("likes", "update", r"ended_at"), pair_open,
                     condition("matches", "delete", PRESENT))),
)  # fmt: skip

BLOCKS = (
    _mutant("block: no match meanwhile", "match against block",
            without=condition("pairs", "update", r"shown_by")),
    _mutant("block: the conversation is barred", "block a match",
            without=replaced(blocking, "messaging",
                             _like(messaging, bar_conversation=lambda *_: None))),
    _mutant("unblock: no longer barred", "lift a block of a match",
            without=replaced(blocking, "messaging",
                             _like(messaging, unbar_conversation=lambda *_: None))),
    _mutant("unblock: no match meanwhile", "lift a block against lifting, matching, blocking",
            without=condition("pairs", "update", r"shown_by")),
)  # fmt: skip

ACCOUNTS = (
    _mutant("code: five attempts", "verify after five wrong codes",
            without=condition("registrations", "update", r"^attempts")),
    _mutant("code: in time", "verify after half an hour",
            without=condition("registrations", "update", r"^expires_at")),
    _mutant("code: registration present, at the attempt", "verify", "verify twice",
            without=condition("registrations", "update", PRESENT)),
    _mutant("code: registration present, at the end", "verify", "verify twice",
            without=condition("registrations", "delete", PRESENT)),
    _mutant("address: absent", "two registrations of one address",
            without=condition("addresses", "put", ABSENT)),
    _mutant("join: member and session absent", "verify", without=(member_absent, session_absent)),
    _mutant("session: generation", "refresh against two refreshes", "refresh against logging out",
            without=condition("sessions", "update", r"^generation")),
    _mutant("session: the grace of the token before", "refresh",
            without=replaced(Session, "honours", _honours_the_newest)),
    _mutant("session: an old token ends it", "refresh with a token long rotated",
            without=replaced(sessions, "end", lambda *_: None)),
    _mutant("ticket: used once", "one ticket, two sockets",
            without=replaced(realtime, "db", _like(db, delete=_unforgotten))),
)  # fmt: skip

CORE = (
    _mutant("refusals: what was done comes first", "verify",
            without=replaced(writing, "_rank", lambda refusal: -RANK(refusal))),
    _mutant("contention: a conflict is tried again", *PAID,
            without=replaced(writing, "TRANSIENT", contention.TRANSIENT - {"TransactionConflict"})),
    _mutant("contention: a conflict of one item too", "refresh",
            without=replaced(writing, "TRANSIENT",
                             contention.TRANSIENT - {"TransactionConflictException"})),
    _mutant("contention: look again and decide again", "two devices send",
            without=replaced(db, "settle", lambda decide: decide())),
    _mutant("contention: what is unknown is not called busy", "refresh", "like first",
            without=replaced(contention, "DOUBTFUL", frozenset())),
)  # fmt: skip

MUTANTS = (*MONEY, *MESSAGES, *MATCHES, *LIKES, *BLOCKS, *ACCOUNTS, *CORE)

EQUIVALENT = {
    "wallet: available ≥ amount": "what is written was computed from the very version that is"
    " required, and charging looked at its credits; the condition holds the line if one forgets",
    "wallet: absent before its first entry": "a wallet's first entry is the sign-up grant alone,"
    " and the entry's own condition stops its twin; purchases will make the difference",
    "refund: refundable ≥ amount": "the deletion's own condition, the refund's entry and the"
    " wallet's version each stop a second refund; see the mutant without all of them",
    "delete: not deleted before": "a second deletion writes what the first wrote, and the refund"
    " has guards of its own; see the mutant without any of them",
    "conversation: seq": "the message's place is the seq, and its own condition stops a second one",
    "message: absent": "the conversation's seq gives each place once; see the mutant without both",
    "match: liked by the other": "a like is never taken back",
    "match: listing absent": "the liking can be answered only once",
    "match: conversation absent": "the liking can be answered only once",
    "match: inbox absent": "the liking can be answered only once",
    "super like: not one before": "the charge's key names who is liked, and so exists once",
    "unlock: as often as it was": "the charge's key is numbered by it, and so exists once",
    "unmatch: every guard against a second end": "a second end writes what the first wrote, and a"
    " listing that is gone cannot go again",
    "code: registration present, at the attempt": "of an item that is absent, neither its attempts"
    " nor its expiry can be compared, so the other conditions fail",
}
