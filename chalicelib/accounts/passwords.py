"""Passwords: Argon2id with OWASP's parameters (19 MiB, 2 passes, 1 lane)."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from chalicelib.core.schema import normalised

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


OF_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$3SccxU2gZHSQMt1oL8deig$zfptYA"
    "2zBt0rQrNQUAPn3eNdlrD2+17Jo2ukWJLuFDM"
)
"""The hash of a password that was thrown away."""


def hashed(password: str) -> str:
    """What is stored of a password."""
    return _hasher().hash(normalised(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password. Takes as long for an account that does not exist."""
    try:
        _hasher().verify(password_hash or OF_NOBODY, normalised(password))
    except VerifyMismatchError:
        return False
    return password_hash is not None


def outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return _hasher().check_needs_rehash(password_hash)
