"""Refusals that only API Gateway gives, the one on this machine and the one on AWS."""

from http import HTTPStatus
from typing import ClassVar

from chalicelib.core.errors import BadRequest, Forbidden, PairlyError, Unavailable


class BrokenIntegration(PairlyError):
    """The function behind this address failed, or gave an answer that cannot be sent."""

    code = "bad_gateway"
    status = HTTPStatus.BAD_GATEWAY


class TooSlow(Unavailable):
    """The function behind this address took longer than the gateway waits."""

    code = "gateway_timeout"
    status: ClassVar[HTTPStatus] = HTTPStatus.GATEWAY_TIMEOUT


class NotUnderstood(BadRequest):
    """The gateway cannot make sense of the request."""

    code = "bad_request"


class Blocked(Forbidden):
    """A firewall in front of the gateway stopped the request."""

    code = "request_blocked"
