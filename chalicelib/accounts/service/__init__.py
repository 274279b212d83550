"""What can be done with an account."""

from chalicelib.accounts.service.joining import REGISTERS, VERIFIES, register, verify_email
from chalicelib.accounts.service.members import SHOWS, assign_role, profile_of
from chalicelib.accounts.service.sessions import (
    ADMITS,
    ENDS,
    LISTS,
    LOGS_IN,
    REFRESHES,
    SIGNED_IN,
    Signing,
    admit,
    end,
    log_in,
    refresh,
    sessions_of,
    still_signed_in,
)

__all__ = [
    "ADMITS",
    "ENDS",
    "LISTS",
    "LOGS_IN",
    "REFRESHES",
    "REGISTERS",
    "SHOWS",
    "SIGNED_IN",
    "VERIFIES",
    "Signing",
    "admit",
    "assign_role",
    "end",
    "log_in",
    "profile_of",
    "refresh",
    "register",
    "sessions_of",
    "still_signed_in",
    "verify_email",
]
