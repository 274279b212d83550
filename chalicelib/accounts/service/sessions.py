"""Signing in, staying signed in, and ending it."""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.accounts import passwords, tokens
from chalicelib.accounts.addresses import normalised_email
from chalicelib.accounts.errors import (
    AccountSuspended,
    InvalidCredentials,
    InvalidRefreshToken,
)
from chalicelib.accounts.models import Address, Member, Session
from chalicelib.core import clock, cursors, db, ids, keys
from chalicelib.core.access import Caller
from chalicelib.core.errors import NotSignedIn
from chalicelib.core.limits import COUNTS, Limit
from chalicelib.core.needs import deletes, fetches, finds, puts, queries, seldom, updates
from chalicelib.core.schema import Page
from chalicelib.core.settings import settings
from chalicelib.core.telemetry import count

SIGNED_IN = fetches("members", "sessions")
ADMITS = SIGNED_IN + keys.SIGNS
LOGS_IN = (
    finds("addresses", "members")
    + puts("sessions")
    + seldom("a password hashed with older parameters is hashed anew", updates("members"))
    + keys.SIGNS
    + COUNTS
)
REFRESHES = (
    SIGNED_IN
    + updates("sessions")
    + seldom("a token that was used before ends its session", deletes("sessions"))
    + keys.SIGNS
)
ENDS = deletes("sessions")
LISTS = queries("sessions") + cursors.PAGES
LOGINS_BY_ACCOUNT = Limit(knocks=10, seconds=300, by="account")
SEED_BYTES = 32
NOBODY = "usr_nobody"
"""Looked for where an address has no account, so that both cases cost the same reads."""
LIFETIME = timedelta(days=settings().refresh_token_days)


@dataclass(frozen=True)
class Signing:
    """Which device signs in, for the member's own list."""

    agent: str
    address: str


def new_session(user_id: str, signing: Signing) -> Session:
    """A session not yet written."""
    opened = clock.now()
    return Session(
        user_id,
        ids.new("ses"),
        seed=ids.secret_bytes(SEED_BYTES),
        kid=keys.active(),
        rotated_at=opened,
        created_at=opened,
        agent=signing.agent,
        address=signing.address,
        expires_at=opened + LIFETIME,
    )


def log_in(email: str, password: str, *, signing: Signing) -> Session:
    """A new session for whoever knows address and password.

    Raises InvalidCredentials, alike and after as long whether or not the address has an account,
    AccountSuspended only to its owner, and TooManyRequests.
    """
    address = normalised_email(email)
    LOGINS_BY_ACCOUNT.admit("accounts.log_in", address)
    claim = Address.find(address)
    member = Member.find(claim.user_id if claim else NOBODY)
    if not passwords.matches(member.password_hash if member else None, password) or member is None:
        raise InvalidCredentials()
    if not member.is_active:
        raise AccountSuspended()
    if passwords.outdated(member.password_hash):
        db.update(member, Member.password_hash.set(passwords.hashed(password)))

    session = new_session(member.user_id, signing)
    db.put(session)
    return session


def refresh(refresh_token: str) -> Session:
    """The session with its next token made current; the token just before is honoured for 10 s.

    An older token that was once ours means that somebody has a copy: the session ends, and with it
    every token of the family. Raises InvalidRefreshToken.
    """
    token = tokens.parse_refresh_token(refresh_token)
    return db.settle(lambda: _refresh_once(token))


def _refresh_once(token: tokens.RefreshToken) -> Session:
    found = db.fetch(Session.at(token.user_id, token.session_id), Member.at(token.user_id))
    session = found[Session.at(token.user_id, token.session_id)]
    member = found[Member.at(token.user_id)]
    if session is None or session.is_over() or not tokens.is_ours(token, session):
        raise InvalidRefreshToken()
    if member is None or not member.is_active:
        raise InvalidRefreshToken()
    if not session.honours(token.generation, clock.now()):
        end(session.user_id, session.session_id)
        count("RefreshTokenReused")
        raise InvalidRefreshToken()
    if token.generation < session.generation:
        return session
    return db.update(
        session,
        Session.generation.set(token.generation + 1),
        Session.kid.set(keys.active()),
        Session.rotated_at.set(clock.now()),
        Session.expires_at.set(clock.now() + LIFETIME),
        when=Session.generation == token.generation,
        otherwise=db.Stale(),
    )


def end(user_id: str, session_id: str) -> None:
    """End a session of the member's, unless it has ended already."""
    db.delete(Session(user_id, session_id))


def sessions_of(user_id: str, page: Page) -> tuple[list[Session], str | None]:
    """A page of the member's sessions, the newest first, and the next page's cursor."""
    scope = f"sessions/{user_id}"
    kept, after = db.page(
        Session.query(
            user_id,
            scan_index_forward=False,
            consistent_read=True,
            limit=page.limit,
            last_evaluated_key=cursors.unseal(page.cursor, scope),
        )
    )
    return [session for session in kept if not session.is_over()], cursors.seal(after, scope)


def admit(access_token: str) -> Caller:
    """Who holds this access token. Raises NotSignedIn, also once session or account is gone."""
    claims = tokens.read_access_token(access_token)
    member = _live_member(claims.user_id, claims.session_id)
    if member is None:
        raise NotSignedIn()
    return Caller(user_id=claims.user_id, session_id=claims.session_id, roles=member.has_roles())


def still_signed_in(user_id: str, session_id: str) -> bool:
    """Whether the session goes on and its member may use Pairly."""
    return _live_member(user_id, session_id) is not None


def _live_member(user_id: str, session_id: str) -> Member | None:
    found = db.fetch(Session.at(user_id, session_id), Member.at(user_id))
    session, member = found[Session.at(user_id, session_id)], found[Member.at(user_id)]
    if session is None or session.is_over() or member is None or not member.is_active:
        return None
    return member
