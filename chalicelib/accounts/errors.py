"""Why signing up or in is refused."""

from dataclasses import dataclass

from chalicelib.core.errors import Conflict, Forbidden, Unauthorized, Unavailable, Unprocessable


class InvalidCredentials(Unauthorized):
    """No account has this address and this password."""

    code = "invalid_credentials"


class InvalidCode(Unprocessable):
    """The code is wrong, was used, or has expired."""

    code = "invalid_code"


@dataclass(eq=False)
class MailUnavailable(Unavailable):
    """We cannot send mail right now; ask again in a moment."""

    code = "mail_unavailable"
    retry_after_seconds: int = 10


class EmailTaken(Conflict):
    """An account with this address exists already; sign in instead."""

    code = "email_taken"


class InvalidRefreshToken(Unauthorized):
    """The session is over; sign in again."""

    code = "invalid_refresh_token"


class AccountSuspended(Forbidden):
    """This account is suspended."""

    code = "account_suspended"


@dataclass(eq=False)
class TooYoung(Unprocessable):
    """Members must be of age."""

    code = "too_young"
    age_years_min: int
