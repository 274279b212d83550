"""Realtime over HTTP."""

from http import HTTPStatus

from chalicelib.core.access import Caller, Permission
from chalicelib.core.http import Api
from chalicelib.core.limits import Limit
from chalicelib.core.settings import settings
from chalicelib.realtime import service
from chalicelib.realtime.schemas import TicketView

api = Api("realtime", prefix="/v1/realtime")
apis = [api]


@api.post(
    "/tickets",
    access=Permission.MEMBER,
    limit=Limit(knocks=60, seconds=60, by="account"),
    needs=service.ISSUES,
    status=HTTPStatus.CREATED,
)
def issue_ticket(caller: Caller) -> TicketView:
    """A ticket to open one socket within 30 s. A lost answer costs nothing: ask again."""
    ticket, expires_at = service.issue_ticket(caller)
    url = f"{settings().websocket_url}?ticket={ticket}"
    return TicketView(ticket=ticket, url=url, expires_at=expires_at)
