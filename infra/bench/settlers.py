"""Members who are there at once: written into the tables as if they had joined and matched."""

import io
from contextlib import redirect_stdout

from chalicelib.accounts.models import Member
from chalicelib.accounts.service.sessions import Signing, new_session
from chalicelib.core import clock, ids
from chalicelib.core.access import Caller, Role
from chalicelib.core.settings import settings
from chalicelib.messaging.models import Conversation, Inbox, Side
from chalicelib.realtime import service as realtime
from chalicelib.wallet.models import Wallet
from chalicelib.wallet.service.grants import grant
from infra.bench.crowd import Couple

CREDITS = 1_000_000
GRANTS = 2
"""What each of them is given: the sign-up credits, and those for the bench."""


def settle(couples: int) -> list[Couple]:
    """So many matched couples, with credits, their free messages used up, and tickets."""
    with redirect_stdout(io.StringIO()):  # the metrics of so many grants
        members = [_member() for _ in range(2 * couples)]
    pairs = list(zip(members[::2], members[1::2], strict=True))
    conversations = [_conversation(one.user_id, other.user_id) for one, other in pairs]
    return [
        Couple((_ticketed_url(one), _ticketed_url(other)), conversation_id)
        for (one, other), conversation_id in zip(pairs, conversations, strict=True)
    ]


def all_welcomed() -> bool:
    """Whether every member has got their sign-up credits, too."""
    return all(wallet.entries == GRANTS for wallet in Wallet.scan(consistent_read=True))


def _member() -> Caller:
    at = clock.now()
    session = new_session(ids.new("usr"), Signing(agent="bench", address="127.0.0.1"))
    session.save()
    member = Caller(
        user_id=session.user_id, session_id=session.session_id, roles=frozenset({Role.MEMBER})
    )
    Member(
        member.user_id,
        email=f"{member.user_id}@example.com",
        password_hash="none",
        birthdate=at.date(),
        roles={Role.MEMBER.value},
        created_at=at,
    ).save()
    grant(member.user_id, reason="bench", credits=CREDITS, days=90)
    return member


def _conversation(one: str, other: str) -> str:
    conversation_id = f"cnv_{ids.pair_of(one, other)}"
    used, at = settings().free_messages_per_conversation, clock.now()
    Conversation(
        conversation_id, low=Side(free_used=used), high=Side(free_used=used), opened_at=at
    ).save()
    for member in (one, other):
        Inbox(member, conversation_id, active_at=at).save()
    return conversation_id


def _ticketed_url(member: Caller) -> str:
    ticket, _ = realtime.issue_ticket(member)
    return f"{settings().websocket_url}?ticket={ticket}"
