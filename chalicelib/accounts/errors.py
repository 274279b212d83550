"""Why signing up or in is refused."""

from dataclasses import dataclass

from chalicelib.core.errors import Conflict, Forbidden, Unauthorized, Unprocessable


class InvalidCredentials(Unauthorized):
    """No account has this address and this password."""

    code = "invalid_credentials"


class InvalidCode(Unprocessable):
    """The code is wrong, was used, or has expired."""

    code = "invalid_code"


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
