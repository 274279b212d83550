"""Accounts over HTTP."""

from http import HTTPStatus

from chalicelib.accounts import service
from chalicelib.accounts.errors import (
    AccountSuspended,
    EmailTaken,
    InvalidCode,
    InvalidCredentials,
    InvalidRefreshToken,
    MailUnavailable,
    TooYoung,
)
from chalicelib.accounts.schemas import (
    LogIn,
    Me,
    Refresh,
    Register,
    RegistrationView,
    SessionId,
    SessionList,
    SessionView,
    Tokens,
    VerifyEmail,
)
from chalicelib.core.access import Caller, Permission
from chalicelib.core.errors import InvalidCursor
from chalicelib.core.http import Api
from chalicelib.core.limits import Limit
from chalicelib.core.schema import Page
from chalicelib.core.signature import Request

auth = Api("accounts", prefix="/v1/auth")
me = Api("accounts", prefix="/v1/me")
apis = [auth, me]


@auth.post(
    "/register",
    access=Permission.PUBLIC,
    limit=Limit(knocks=20, seconds=3600, by="address"),
    needs=service.REGISTERS,
    status=HTTPStatus.ACCEPTED,
    raises=(TooYoung, MailUnavailable),
)
def register(wanted: Register) -> RegistrationView:
    """Ask to join; a code is mailed to the address. The answer never tells whether it is taken."""
    registration_id = service.register(
        wanted.email, password=wanted.password, birthdate=wanted.birthdate
    )
    return RegistrationView(registration_id=registration_id)


@auth.post(
    "/verify-email",
    access=Permission.PUBLIC,
    limit=Limit(knocks=60, seconds=3600, by="address"),
    needs=service.VERIFIES,
    status=HTTPStatus.CREATED,
    raises=(InvalidCode, EmailTaken),
)
def verify_email(proof: VerifyEmail, request: Request) -> Tokens:
    """Finish joining with the mailed code; this opens the first session."""
    return Tokens.of(
        service.verify_email(proof.registration_id, proof.code, signing=_signing(request))
    )


@auth.post(
    "/login",
    access=Permission.PUBLIC,
    limit=Limit(knocks=60, seconds=300, by="address"),
    needs=service.LOGS_IN,
    raises=(InvalidCredentials, AccountSuspended),
)
def login(wanted: LogIn, request: Request) -> Tokens:
    """Sign in on this device."""
    return Tokens.of(service.log_in(wanted.email, wanted.password, signing=_signing(request)))


@auth.post(
    "/refresh",
    access=Permission.PUBLIC,
    limit=Limit(knocks=120, seconds=300, by="address"),
    needs=service.REFRESHES,
    raises=(InvalidRefreshToken,),
)
def refresh(wanted: Refresh) -> Tokens:
    """New tokens for old; repeat it with the same token within 10 s if the answer was lost."""
    return Tokens.of(service.refresh(wanted.refresh_token))


@auth.post(
    "/logout",
    access=Permission.MEMBER,
    needs=service.ENDS,
    status=HTTPStatus.NO_CONTENT,
)
def logout(caller: Caller) -> None:
    """Sign out on this device; its sockets close."""
    service.end(caller.user_id, caller.session_id)


@auth.get("/sessions", access=Permission.MEMBER, needs=service.LISTS, raises=(InvalidCursor,))
def sessions(caller: Caller, page: Page) -> SessionList:
    """The devices on which the member is signed in, the newest first."""
    kept, next_cursor = service.sessions_of(caller.user_id, page)
    items = [SessionView.of(session, caller) for session in kept]
    return SessionList(items=items, next_cursor=next_cursor)


@auth.delete(
    "/sessions/{session_id}",
    access=Permission.MEMBER,
    needs=service.ENDS,
    status=HTTPStatus.NO_CONTENT,
)
def end_session(caller: Caller, session_id: SessionId) -> None:
    """Sign out on another device; its sockets close."""
    service.end(caller.user_id, session_id)


@me.get("", access=Permission.MEMBER, needs=service.SHOWS)
def show(caller: Caller) -> Me:
    """The caller's own account."""
    return Me.of(service.profile_of(caller.user_id))


def _signing(request: Request) -> service.Signing:
    return service.Signing(agent=request.agent, address=request.address)
