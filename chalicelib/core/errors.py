"""The tree of refusals: what a client is meant to read when the answer is no.

    PairlyError
    ├── BadRequest            400   MalformedJson · InvalidCursor
    ├── Unauthorized          401   NotSignedIn
    ├── PaymentRequired       402
    ├── Forbidden             403   NotAllowed
    ├── NotFound              404   NoSuchRoute
    ├── MethodNotAllowed      405
    ├── Conflict              409   IdempotencyConflict
    ├── PayloadTooLarge       413
    ├── UnsupportedMediaType  415
    ├── Unprocessable         422   Invalid
    ├── TooManyRequests       429
    ├── Unexpected            500
    └── Unavailable           503   Busy · Pending · NotReady

A feature adds leaves in its own `errors.py`. Anything else that is raised is a fault of ours:
it is logged once, with its stack, and answered as `Unexpected`, which says nothing.
"""

from dataclasses import dataclass, fields
from http import HTTPStatus
from typing import Any, ClassVar

import msgspec

from chalicelib.core.settings import settings


class Fault(msgspec.Struct, frozen=True):
    """One thing that is wrong with a request: where, which rule, and in words."""

    at: str
    rule: str
    message: str


class Problem(msgspec.Struct, frozen=True):
    """RFC 9457 problem details. Facts of the refusal stand beside these members."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: list[Fault]


@dataclass(eq=False)
class PairlyError(Exception):
    """A refusal that the client is meant to read.

    A subclass says *what* in its docstring, *how bad* in `status`, and *the facts* in its
    fields. `code` is the contract: clients branch on it, so it never changes once released.
    """

    code: ClassVar[str]
    status: ClassVar[HTTPStatus]

    @classmethod
    def title(cls) -> str:
        """The first line of the docstring: the same words for every occurrence."""
        return (cls.__doc__ or cls.code).strip().splitlines()[0]

    def facts(self) -> dict[str, Any]:
        """What a client may want to compute with."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def faults(self) -> list[Fault]:
        """Which parts of the request are wrong, where that is the reason."""
        return []


class BadRequest(PairlyError):
    status = HTTPStatus.BAD_REQUEST


class Unauthorized(PairlyError):
    status = HTTPStatus.UNAUTHORIZED


class PaymentRequired(PairlyError):
    status = HTTPStatus.PAYMENT_REQUIRED


class Forbidden(PairlyError):
    status = HTTPStatus.FORBIDDEN


class NotFound(PairlyError):
    """There is no such thing, or it is not yours to see."""

    code = "not_found"
    status = HTTPStatus.NOT_FOUND


class MethodNotAllowed(PairlyError):
    """This address does not answer to that method."""

    code = "method_not_allowed"
    status = HTTPStatus.METHOD_NOT_ALLOWED


class Conflict(PairlyError):
    status = HTTPStatus.CONFLICT


class PayloadTooLarge(PairlyError):
    """The request is larger than we read."""

    code = "payload_too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class UnsupportedMediaType(PairlyError):
    """The body is not application/json."""

    code = "unsupported_media_type"
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class Unprocessable(PairlyError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(eq=False)
class TooManyRequests(PairlyError):
    """Too often; wait and try again."""

    code = "rate_limited"
    status = HTTPStatus.TOO_MANY_REQUESTS
    retry_after_seconds: int


class Unexpected(PairlyError):
    """Something went wrong on our side."""

    code = "internal_error"
    status = HTTPStatus.INTERNAL_SERVER_ERROR


class Unavailable(PairlyError):
    status = HTTPStatus.SERVICE_UNAVAILABLE


class MalformedJson(BadRequest):
    """The body is not a JSON document we can read."""

    code = "malformed_json"


class InvalidCursor(BadRequest):
    """The cursor is not one we gave out for this list."""

    code = "invalid_cursor"


class NotSignedIn(Unauthorized):
    """The request carries no valid access token."""

    code = "not_signed_in"


class NotAllowed(Forbidden):
    """Your role does not permit this."""

    code = "not_allowed"


class NoSuchRoute(NotFound):
    """Nothing answers at this address."""

    code = "no_such_route"


@dataclass(eq=False)
class UnknownAction(NotFound):
    """There is no such action."""

    code = "unknown_action"


class IdempotencyConflict(Conflict):
    """This idempotency key was used before, with another request."""

    code = "idempotency_conflict"


@dataclass(eq=False)
class Invalid(Unprocessable):
    """A part of the request breaks a rule."""

    code = "invalid_request"
    at: str
    rule: str
    message: str

    def facts(self) -> dict[str, Any]:
        return {}

    def faults(self) -> list[Fault]:
        return [Fault(self.at, self.rule, self.message)]


@dataclass(eq=False)
class Busy(Unavailable):
    """Others are writing the same thing right now; the same request is safe to repeat."""

    code = "busy"
    retry_after_seconds: int = 1


@dataclass(eq=False)
class Pending(Unavailable):
    """We cannot tell yet whether it was done; the same request is safe to repeat, and only that."""

    code = "pending"
    retry_after_seconds: int = 1


class NotReady(Unavailable):
    """A part we depend on does not answer."""

    code = "not_ready"


def problem(refusal: PairlyError, request_id: str) -> dict[str, Any]:
    """The one shape of every error, over HTTP and over the socket."""
    faults = refusal.faults()
    stated = Problem(
        type=f"{settings().public_url}/v1/docs#refusal-{refusal.code}",
        title=refusal.title(),
        status=int(refusal.status),
        code=refusal.code,
        detail="; ".join(f"{fault.at}: {fault.message}" for fault in faults) or refusal.title(),
        request_id=request_id,
        errors=faults,
    )
    return msgspec.structs.asdict(stated) | refusal.facts() | {"errors": faults}
