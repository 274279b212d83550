"""AWS's signatures, version 4, as S3 checks them: of pre-signed URLs, and of policies of forms.

Written from AWS's description, and not with the code that signs, so that one checks the other.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote

ALGORITHM = "AWS4-HMAC-SHA256"
KEY_ID = SECRET = "local"
"""The one pair of credentials that there is on this machine."""
STAMP = "%Y%m%dT%H%M%SZ"
EXPIRES_SECONDS_MAX = 7 * 24 * 3600


class BadSignature(Exception):
    """A signature that S3 would refuse, with S3's code for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def check_url(method: str, path: str, query: str, host: str, now: float) -> None:
    """Raises BadSignature unless whoever signed the URL allowed this, and still does."""
    words = dict(parse_qsl(query, keep_blank_values=True))
    try:
        signature = words.pop("X-Amz-Signature")
        signed_at, expires_seconds = words["X-Amz-Date"], int(words["X-Amz-Expires"])
        credential, headers = words["X-Amz-Credential"], words["X-Amz-SignedHeaders"]
        begins_at = _instant(signed_at)
    except (LookupError, ValueError) as failure:
        raise BadSignature(
            "AuthorizationQueryParametersError", f"The URL is not signed as it should be: {failure}"
        ) from failure
    if headers != "host" or not 0 < expires_seconds <= EXPIRES_SECONDS_MAX:
        raise BadSignature("AuthorizationQueryParametersError", "The URL is not signed by us.")

    listed = "&".join(
        f"{quote(name, safe='')}={quote(words[name], safe='')}" for name in sorted(words)
    )
    request = f"{method}\n{path}\n{listed}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
    scope = _scope(credential, signed_at)
    hashed = hashlib.sha256(request.encode()).hexdigest()
    _check(signature, f"{ALGORITHM}\n{signed_at}\n{scope}\n{hashed}", scope)
    if not begins_at - 900 <= now < begins_at + expires_seconds:
        raise BadSignature("AccessDenied", "Request has expired")


def check_policy(fields: Mapping[str, str]) -> None:
    """Raises BadSignature unless the policy in these fields of a form was signed."""
    try:
        signed_at, credential = fields["x-amz-date"], fields["x-amz-credential"]
        signature, policy = fields["x-amz-signature"], fields["policy"]
        algorithm = fields["x-amz-algorithm"]
    except KeyError as missing:
        raise BadSignature("AccessDenied", f"The form has no field {missing}.") from missing
    if algorithm != ALGORITHM:
        raise BadSignature("InvalidRequest", f"The form is not signed by {ALGORITHM}.")
    _check(signature, policy, _scope(credential, signed_at))


def _scope(credential: str, signed_at: str) -> str:
    key_id, _, scope = credential.partition("/")
    if key_id != KEY_ID:
        raise BadSignature("InvalidAccessKeyId", "The access key is not one of this machine.")
    if scope.count("/") != 3 or not signed_at.startswith(scope[:8]):
        raise BadSignature("AuthorizationQueryParametersError", f"{scope} is not our scope.")
    return scope


def _check(signature: str, signed: str, scope: str) -> None:
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    expected = hmac.digest(key, signed.encode(), hashlib.sha256).hex()
    if not hmac.compare_digest(signature, expected):
        raise BadSignature("SignatureDoesNotMatch", "The signature does not match what it signs.")


def _instant(stamp: str) -> float:
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC).timestamp()
