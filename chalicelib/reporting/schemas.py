"""What reporting hears and says."""

from datetime import datetime
from typing import Annotated

import msgspec

from chalicelib.core.errors import Invalid
from chalicelib.core.schema import SOMETHING_ON_ANY_LINES, In, MessageId, Out, PhotoId, UserId
from chalicelib.reporting.models import Report
from chalicelib.reporting.service import Complaint, Reason

Note = Annotated[str, msgspec.Meta(pattern=SOMETHING_ON_ANY_LINES, min_length=1, max_length=1000)]


class WantedReport(In, frozen=True):
    """Whom the caller reports and why; or which message or photo of theirs, if it is one."""

    user_id: UserId
    reason: Reason
    note: Note | None = None
    message_id: MessageId | None = None
    photo_id: PhotoId | None = None

    def to(self) -> Complaint:
        """The complaint. Raises Invalid if it is about two things."""
        if self.message_id is not None and self.photo_id is not None:
            raise Invalid(
                at="$.photo_id", rule="exclusive", message="cannot stand beside `message_id`"
            )
        return Complaint(
            reported_id=self.user_id,
            reason=self.reason,
            note=self.note,
            message_id=self.message_id,
            photo_id=self.photo_id,
        )


class ReportView(Out, frozen=True):
    """What the caller reported. Nobody but staff learns of it, or by whom it was."""

    user_id: str
    subject: str
    reported_at: datetime

    @classmethod
    def of(cls, report: Report) -> "ReportView":
        return cls(
            user_id=report.reported_id, subject=report.subject, reported_at=report.reported_at
        )
