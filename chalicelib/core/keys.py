"""The keyring: secrets that sign what we hand out, each for one purpose only.

The secret in Secrets Manager is `{"active": kid, kid: base64url of 32 bytes, …}`: flat, so that
CloudFormation can make the first key itself, where nobody sees it. To rotate, first add a key; make
it active once every process has read it, five minutes later; remove the old one when nothing it
signed can still be valid.

Invariant: a key for one purpose tells nothing of the key for another (HKDF-like HMAC of the name).
"""

import base64
import hashlib
import hmac

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.core import clock
from chalicelib.core.aws import client
from chalicelib.core.needs import Need, Needs
from chalicelib.core.settings import settings
from chalicelib.core.telemetry import count, logger

REFRESH_SECONDS = 300
SIGNS = Needs([Need("secretsmanager:GetSecretValue", "secret/keyring")])


class Keyring(msgspec.Struct, frozen=True):
    """All keys that may have signed something still valid, and the one that signs now."""

    active: str
    keys: dict[str, str]


_kept: tuple[int, Keyring] | None = None


def keyring() -> Keyring:
    """The keyring, read again every five minutes so that a rotation is noticed.

    While Secrets Manager does not answer, the ring that was read last goes on signing.
    """
    global _kept  # noqa: PLW0603  one ring for each process
    period = int(clock.timestamp()) // REFRESH_SECONDS
    if _kept is None or _kept[0] != period:
        try:
            _kept = period, _read()
        except (BotoCoreError, ClientError):
            if _kept is None:
                raise
            _kept = period, _kept[1]
            logger.warning("the keyring could not be read again", exc_info=True)
            count("KeyringStale")
    return _kept[1]


def _read() -> Keyring:
    secret = client("secretsmanager").get_secret_value(SecretId=settings().keyring_secret)
    kept = msgspec.json.decode(secret["SecretString"], type=dict[str, str])
    return Keyring(active=kept.pop("active"), keys=kept)


def active() -> str:
    """The id of the key that signs now."""
    return keyring().active


def key(purpose: str, kid: str) -> bytes | None:
    """The 32 bytes that sign for `purpose` under key `kid`, or None if that key is retired."""
    encoded = keyring().keys.get(kid)
    if encoded is None:
        return None
    master = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    return hmac.digest(master, purpose.encode(), hashlib.sha256)


def active_key(purpose: str) -> bytes:
    """The 32 bytes that sign for `purpose` now."""
    signing = key(purpose, active())
    if signing is None:
        raise LookupError("the keyring's active key is not among its keys")
    return signing


def tag(purpose: str, message: bytes, kid: str) -> bytes | None:
    """The HMAC-SHA256 of `message` under a key of the ring, or None if that key is retired."""
    signing = key(purpose, kid)
    return None if signing is None else hmac.digest(signing, message, hashlib.sha256)


def fingerprint(request: bytes) -> str:
    """What is kept of a request: enough to know it again, nothing to read it by."""
    kid = active()
    return f"{kid}:{hmac.digest(active_key('fingerprint'), request, hashlib.sha256).hex()}"


def same(kept: str, request: bytes) -> bool | None:
    """Whether `request` is the one whose fingerprint was kept; None once its key is retired."""
    kid, _, proof = kept.partition(":")
    again = tag("fingerprint", request, kid)
    return None if again is None else hmac.compare_digest(proof, again.hex())


def digest(secret: str) -> str:
    """What is stored in place of a high-entropy secret: its SHA-256, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()
