"""Access and refresh tokens.

An access token is a JWT (HS256) of ten minutes, signed by a key of the ring, named in `kid`.
A refresh token is `<user>.<session>.<generation>.<proof>`: its proof is the HMAC of session and
generation under the session's seed and a key of the ring. So a successor can be made again for a
client that lost it, an old token is known as ours when it comes back, and neither the table nor
the keyring alone is enough to forge one.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

import jwt

from chalicelib.accounts.errors import InvalidRefreshToken
from chalicelib.accounts.models import Session
from chalicelib.core import clock, keys
from chalicelib.core.errors import NotSignedIn
from chalicelib.core.settings import settings

ISSUER = "pairly"
ALGORITHM = "HS256"


@dataclass(frozen=True)
class Claims:
    """Whose an access token is."""

    user_id: str
    session_id: str


def access_token(session: Session) -> str:
    """A token that opens the API for ten minutes."""
    issued = clock.now()
    claims = {
        "iss": ISSUER,
        "aud": _audience(),
        "sub": session.user_id,
        "sid": session.session_id,
        "iat": issued,
        "exp": issued + timedelta(seconds=settings().access_token_seconds),
    }
    return jwt.encode(
        claims, keys.active_key("access"), algorithm=ALGORITHM, headers={"kid": keys.active()}
    )


def read_access_token(token: str) -> Claims:
    """Whose token it is. Raises NotSignedIn unless it is ours, whole and in time."""
    try:
        signing = keys.key("access", jwt.get_unverified_header(token).get("kid", ""))
        if signing is None:
            raise NotSignedIn()
        claims = jwt.decode(
            token,
            signing,
            algorithms=[ALGORITHM],
            audience=_audience(),
            issuer=ISSUER,
            options={"require": ["exp", "sub", "sid"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.PyJWTError:
        raise NotSignedIn() from None
    if claims["exp"] <= clock.timestamp():
        raise NotSignedIn()
    return Claims(claims["sub"], claims["sid"])


def _audience() -> str:
    """A token of one stage opens no other, even if they were given the same keys."""
    return f"pairly-{settings().stage}"


@dataclass(frozen=True)
class RefreshToken:
    """A refresh token taken apart; `proof` is not yet verified."""

    user_id: str
    session_id: str
    generation: int
    proof: str


def refresh_token(session: Session) -> str:
    """The newest token of a session's family."""
    generation = int(session.generation)
    proof = _proof(session, generation, session.kid)
    return f"{session.user_id}.{session.session_id}.{generation}.{proof}"


def parse_refresh_token(token: str) -> RefreshToken:
    """Take a token apart. Raises InvalidRefreshToken."""
    parts = token.split(".")
    if len(parts) != 4 or not all(parts) or not (parts[2].isascii() and parts[2].isdecimal()):
        raise InvalidRefreshToken()
    return RefreshToken(parts[0], parts[1], int(parts[2]), parts[3])


def is_ours(token: RefreshToken, session: Session) -> bool:
    """Whether we made this token, now or long ago, with any key that is still in the ring."""
    return any(
        hmac.compare_digest(token.proof, _proof(session, token.generation, kid))
        for kid in keys.keyring().keys
    )


def _proof(session: Session, generation: int, kid: str) -> str:
    signing = keys.key("refresh", kid)
    if signing is None:
        raise InvalidRefreshToken()
    message = f"{session.session_id}.{generation}".encode()
    proof = hmac.digest(signing, session.seed + message, hashlib.sha256)
    return base64.urlsafe_b64encode(proof).decode().rstrip("=")
