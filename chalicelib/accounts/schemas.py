"""What accounts hear and say."""

from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec

from chalicelib.accounts import tokens
from chalicelib.accounts.models import Member, Session
from chalicelib.core import clock, ids
from chalicelib.core.access import Caller, permissions_of
from chalicelib.core.schema import NO_CONTROLS, In, Out
from chalicelib.core.settings import settings

Email = Annotated[str, msgspec.Meta(pattern=NO_CONTROLS, min_length=3, max_length=254)]
Password = Annotated[str, msgspec.Meta(pattern=NO_CONTROLS, min_length=10, max_length=128)]
RegistrationId = Annotated[str, msgspec.Meta(pattern=rf"\Areg_{ids.ULID_PATTERN}\Z")]
SessionId = Annotated[str, msgspec.Meta(pattern=rf"\Ases_{ids.ULID_PATTERN}\Z")]
Code = Annotated[str, msgspec.Meta(pattern=r"\A[0-9]{6}\Z")]
Token = Annotated[str, msgspec.Meta(pattern=r"\A[\x21-\x7e]{1,512}\Z")]


class Register(In, frozen=True):
    """Ask to join."""

    email: Email
    password: Password
    birthdate: date


class RegistrationView(Out, frozen=True):
    """Keep the id: it and the mailed code together finish the registration."""

    registration_id: str


class VerifyEmail(In, frozen=True):
    """Finish joining, with the code from the mail."""

    registration_id: RegistrationId
    code: Code


class LogIn(In, frozen=True):
    """Sign in."""

    email: Email
    password: Password


class Refresh(In, frozen=True):
    """Exchange a refresh token for its successor and a new access token."""

    refresh_token: Token


class Tokens(Out, frozen=True):
    """A session's tokens. The refresh token replaces the one before it."""

    user_id: str
    session_id: str
    access_token: str
    access_expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime

    @classmethod
    def of(cls, session: Session) -> "Tokens":
        lifetime = timedelta(seconds=settings().access_token_seconds)
        return cls(
            user_id=session.user_id,
            session_id=session.session_id,
            access_token=tokens.access_token(session),
            access_expires_at=clock.now() + lifetime,
            refresh_token=tokens.refresh_token(session),
            refresh_expires_at=session.expires_at,
        )


class SessionView(Out, frozen=True):
    """One device signed in."""

    session_id: str
    agent: str
    address: str
    created_at: datetime
    refreshed_at: datetime
    current: bool

    @classmethod
    def of(cls, session: Session, caller: Caller) -> "SessionView":
        return cls(
            session_id=session.session_id,
            agent=session.agent,
            address=session.address,
            created_at=session.created_at,
            refreshed_at=session.rotated_at,
            current=session.session_id == caller.session_id,
        )


class SessionList(Out, frozen=True):
    """A page of a member's devices, the newest first."""

    items: list[SessionView]
    next_cursor: str | None


class Me(Out, frozen=True):
    """A member's own account."""

    user_id: str
    email: str
    birthdate: date
    roles: list[str]
    permissions: list[str]
    created_at: datetime

    @classmethod
    def of(cls, member: Member) -> "Me":
        return cls(
            user_id=member.user_id,
            email=member.email,
            birthdate=member.birthdate,
            roles=sorted(member.roles),
            permissions=sorted(permissions_of(member.has_roles())),
            created_at=member.created_at,
        )
