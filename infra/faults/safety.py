"""What must hold of blocks, reports and first messages in a world at rest."""

from collections.abc import Iterator

from chalicelib.core import ids
from chalicelib.safety.service.openings import MARKS_MAX
from infra.faults.image import Image, records


def _blocks(image: Image) -> Iterator[str]:
    """A member's own list, what stands between the two, and their conversation say the same."""
    listed = {
        (ids.pair_of(block.user_id, block.blocked_id), block.user_id)
        for block in records(image, "blocks")
    }
    standing = {
        (pair.pair_id, blocker)
        for pair in records(image, "pairs")
        for blocker in pair.blocked_by or ()
    }
    if listed != standing:
        yield f"blocking: listed and standing blocks differ by {sorted(listed ^ standing)}"
    for conversation in records(image, "conversations"):
        pair_id = ids.pair_of(*conversation.members)
        blockers = {blocker for pair, blocker in standing if pair == pair_id}
        if blockers != set(conversation.barred_by or ()):
            yield f"blocking: {sorted(blockers)} block, barred by {conversation.barred_by}"


def _reports(image: Image) -> Iterator[str]:
    """Evidence belongs to a report; a report names what its key names."""
    reports = {report.report_id: report for report in records(image, "reports")}
    for report_id, report in reports.items():
        if report_id != f"{report.reporter_id}/{report.reported_id}/{report.subject}":
            yield f"reporting: {report_id} is about something else"
        if report.times < 1 or len(report.notes) > min(report.times, 5):
            yield f"reporting: {report_id} has {len(report.notes)} notes of {report.times}"
    for evidence in records(image, "evidence"):
        if evidence.report_id not in reports:
            yield f"reporting: evidence of no report {evidence.report_id}"


def _openings(image: Image) -> Iterator[str]:
    """A mark is kept for a first message that was sent, and only so many."""
    sent = {message.sender_id for message in records(image, "messages")}
    for opening in records(image, "openings"):
        if opening.user_id not in sent or len(opening.marks) > MARKS_MAX:
            yield f"safety: {opening.user_id} has marks of {len(opening.marks)} first messages"


SAFETY = (_blocks, _reports, _openings)
