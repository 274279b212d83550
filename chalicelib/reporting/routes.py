"""Reporting over HTTP."""

from http import HTTPStatus

from chalicelib.core.access import Caller, Permission
from chalicelib.core.errors import IdempotencyConflict, NotFound
from chalicelib.core.http import Api
from chalicelib.core.limits import Limit
from chalicelib.core.signature import Request
from chalicelib.reporting import service
from chalicelib.reporting.errors import ReportedOneself
from chalicelib.reporting.schemas import ReportView, WantedReport

reports = Api("reporting", prefix="/v1/reports")
apis = [reports]


@reports.post(
    access=Permission.MEMBER,
    limit=Limit(knocks=20, seconds=3600, by="account"),
    needs=service.REPORTS,
    status=HTTPStatus.CREATED,
    raises=(NotFound, ReportedOneself, IdempotencyConflict),
)
def report(caller: Caller, wanted: WantedReport, request: Request) -> ReportView:
    """Report a member, or one message or photo of theirs; a repetition adds to the report."""
    made = service.report(caller.user_id, wanted.to(), idempotency_key=request.idempotency_key)
    return ReportView.of(made)
