"""What must hold of a world at rest, whatever happened in it: the ledger's rules.

The numbers are those of the ledger's own list (I1 to I19); rules without one belong to the feature
that they name. `broken` looks at one image, `went_back` at two of the same history.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from chalicelib.core.settings import settings
from chalicelib.messaging.models import entry_id_of
from chalicelib.wallet.verifier import findings
from infra.faults.image import Image, records
from infra.faults.likes import LIKES
from infra.faults.safety import SAFETY


def broken(image: Image) -> list[str]:
    """Every rule that does not hold, in words."""
    rules = (
        _wallets,
        _receipts_of_nothing,
        _seqs,
        _charges,
        _once,
        _sides,
        _inboxes,
        *LIKES,
        *SAFETY,
        _accounts,
        _devices,
    )
    return [told for rule in rules for told in rule(image)]


def went_back(before: Image, after: Image) -> list[str]:
    """I19 and what else only ever grows, between two images of one history."""
    return [*_fell(before, after), *_rewritten(before, after)]


def _wallets(image: Image) -> Iterator[str]:
    """I1 to I5: by the verifier's rules; no call goes on here, so nothing is held."""
    entries = defaultdict(list)
    for entry in records(image, "entries"):
        if entry.number is not None:
            entries[entry.user_id].append(entry)
    wallets = {wallet.user_id: wallet for wallet in records(image, "wallets")}
    for user_id in entries.keys() - wallets.keys():
        yield f"I5 {user_id} has entries and no wallet"
    for user_id, wallet in wallets.items():
        listed = sorted(entries[user_id], key=lambda entry: int(entry.number))
        for finding in findings(wallet, listed):
            yield f"I1–I5 {finding.check}: {finding.detail}"
        if wallet.held:
            yield f"I4 {user_id} holds {wallet.held} for no call"
        if len(wallet.lots) > settings().lots_max:
            yield f"I2 {user_id} has {len(wallet.lots)} lots"


def _receipts_of_nothing(image: Image) -> Iterator[str]:
    """I5: what has no number in the journal moved nothing."""
    for entry in records(image, "entries"):
        if entry.number is None and (entry.amount or entry.legs):
            yield f"I5 {entry.entry_id} moved credits and has no number"


def _seqs(image: Image) -> Iterator[str]:
    """I6: each conversation's messages are numbered from 1 without a gap."""
    seqs = defaultdict(list)
    for message in records(image, "messages"):
        seqs[message.conversation_id].append(int(message.seq))
    for conversation in records(image, "conversations"):
        found = sorted(seqs.pop(conversation.conversation_id, []))
        if found != list(range(1, int(conversation.seq) + 1)):
            yield f"I6 a conversation at {conversation.seq} has messages {found}"
    for conversation_id in seqs:
        yield f"I6 messages of no conversation {conversation_id}"


def _charges(image: Image) -> Iterator[str]:
    """I13: each message has its entry, each entry its message, and both name one price."""
    entries = {(entry.user_id, entry.entry_id): entry for entry in records(image, "entries")}
    for message in records(image, "messages"):
        entry = entries.pop((message.sender_id, message.entry_id), None)
        if entry is None:
            yield f"I13 {message.message_id} has no entry"
        elif (entry.reference, -entry.amount) != (message.message_id, message.credits):
            yield f"I13 {message.message_id} for {message.credits} has entry {entry.amount}"
        refunded = entries.pop((message.sender_id, f"refund/{message.entry_id}/1"), None)
        if refunded is not None and message.deleted_at is None:
            yield f"I13 {message.message_id} was refunded and stands"
        if (message.deleted_at is None) != (message.body is not None):
            yield f"messaging: {message.message_id} is half deleted"
    for entry in entries.values():
        if entry.kind in ("message", "refund"):
            yield f"I13 {entry.entry_id} is for no message"


def _once(image: Image) -> Iterator[str]:
    """I7: a client's message id was carried out at most once."""
    seen = set()
    for message in records(image, "messages"):
        key = message.sender_id, entry_id_of(message.conversation_id, message.client_message_id)
        if key in seen:
            yield f"I7 {message.client_message_id} was carried out twice"
        seen.add(key)


def _sides(image: Image) -> Iterator[str]:
    """What a conversation keeps of its members is what its messages say."""
    sent = defaultdict(list)
    for message in records(image, "messages"):
        sent[message.conversation_id, message.sender_id].append(message)
    for conversation in records(image, "conversations"):
        for member in conversation.members:
            own = sent[conversation.conversation_id, member]
            side = conversation.side_of(member)
            free = min(settings().free_messages_per_conversation, len(own))
            newest = max((int(message.seq) for message in own), default=0)
            if (side.free_used, side.sent_seq) != (free, newest):
                yield f"messaging: {member} sent {len(own)}, the side says {side.free_used} free"


def _inboxes(image: Image) -> Iterator[str]:
    """Both members see each conversation, at its newest message, and none read what is not."""
    inboxes = {(row.user_id, row.conversation_id): row for row in records(image, "inbox")}
    for conversation in records(image, "conversations"):
        for member in conversation.members:
            row = inboxes.pop((member, conversation.conversation_id), None)
            if row is None:
                yield f"messaging: {member} has no inbox row"
            elif row.last_seq != conversation.seq:
                yield f"messaging: an inbox stands at {row.last_seq} of {conversation.seq}"
            elif not row.shown_read_seq <= row.read_seq <= conversation.seq:
                yield f"I19 {row.shown_read_seq} shown, {row.read_seq} of {conversation.seq} read"
    for user_id, conversation_id in inboxes:
        yield f"messaging: {user_id} has a row for no conversation {conversation_id}"


def _accounts(image: Image) -> Iterator[str]:
    """An address is one member's, a session some member's; a code is tried five times at most."""
    members = {member.user_id: member for member in records(image, "members")}
    claims = {claim.user_id: claim.email for claim in records(image, "addresses")}
    if claims != {user_id: member.email for user_id, member in members.items()}:
        yield f"accounts: {len(members)} members, {len(claims)} addresses claimed"
    for session in records(image, "sessions"):
        if session.user_id not in members or session.seed is None:
            yield f"accounts: session {session.session_id} is nobody's"
    for registration in records(image, "registrations"):
        if registration.attempts > settings().mailed_code_attempts_max:
            yield f"accounts: a code was tried {registration.attempts} times"


def _devices(image: Image) -> Iterator[str]:
    """I20, as far as sockets go: a member's devices are the open connections, and not too many."""
    opened: dict[str, set[Any]] = defaultdict(set)
    for connection in records(image, "connections"):
        opened[connection.user_id].add(connection.connection_id)
    for devices in records(image, "devices"):
        own = opened.pop(devices.user_id, set())
        if own != set(devices.connection_ids or ()):
            yield f"realtime: {len(own)} connections, {devices.connection_ids} listed"
        if len(own) > settings().devices_max:
            yield f"realtime: {len(own)} devices"
    for user_id in opened:
        yield f"realtime: {user_id} has connections and no devices"


GROWS = {
    "inbox": ("last_seq", "delivered_seq", "read_seq", "shown_read_seq"),
    "conversations": ("seq",),
    "wallets": ("credits", "debits", "entries", "version"),
    "sessions": ("generation",),
}


def _fell(before: Image, after: Image) -> Iterator[str]:
    for table, names in GROWS.items():
        kept = {_place(record): record for record in records(after, table)}
        for old in records(before, table):
            new = kept.get(_place(old))
            for name in names if new else ():
                was, is_now = getattr(old, name), getattr(new, name)
                if is_now < was:
                    yield f"I19 {table}.{name} fell from {was} to {is_now}"


def _rewritten(before: Image, after: Image) -> Iterator[str]:
    """Entries stand for ever, but for what is refundable; a deletion happens once."""
    entries = {_place(entry): entry for entry in records(after, "entries")}
    for old in records(before, "entries"):
        new = entries.get(_place(old))
        if new is None or _told(new) != _told(old):
            yield f"I5 {old.entry_id} was rewritten"
    messages = {_place(message): message for message in records(after, "messages")}
    for old in records(before, "messages"):
        new = messages.get(_place(old))
        if new is None or (old.deleted_at and new.deleted_at != old.deleted_at):
            yield f"messaging: {old.message_id} was rewritten"


def _place(record: Any) -> tuple[Any, ...]:
    names = [
        name
        for name, attribute in record.get_attributes().items()
        if attribute.is_hash_key or attribute.is_range_key
    ]
    return tuple(getattr(record, name) for name in names)


def _told(entry: Any) -> dict[str, Any]:
    return {name: value for name, value in entry.serialize().items() if name != "refundable"}
