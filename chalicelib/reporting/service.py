"""Reporting a member."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from chalicelib import accounts, messaging, profiles
from chalicelib.core import clock, db, ids, keys
from chalicelib.core.errors import NotFound
from chalicelib.core.idempotency import REMEMBERS, Once
from chalicelib.core.needs import fetches, puts, updates
from chalicelib.core.settings import settings
from chalicelib.reporting import evidence
from chalicelib.reporting.errors import ReportedOneself
from chalicelib.reporting.models import Digests, Evidence, Report

REPORTS = (
    fetches("reports", "members", "profiles")
    + messaging.WITNESSES
    + profiles.KEEPS_PHOTOS
    + puts("reports", "evidence")
    + updates("reports")
    + REMEMBERS
)
NOTES_MAX = 5
LOOKS_MAX = 5
USER = "user"

Reason = Literal["spam", "fake", "harassment", "underage", "scam", "nudity", "other"]


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """What somebody says of another member, or of one message or photo of theirs."""

    reported_id: str
    reason: Reason
    note: str | None = None
    message_id: str | None = None
    photo_id: str | None = None

    @property
    def subject(self) -> str:
        """What it is about."""
        return self.message_id or self.photo_id or USER

    @property
    def words(self) -> bytes:
        """What makes two requests under one key the same."""
        return "\0".join((self.reported_id, self.subject, self.reason, self.note or "")).encode()


def report(reporter_id: str, complaint: Complaint, *, idempotency_key: str | None) -> Report:
    """Keep a complaint, with what was there when it was made.

    Made again about the same, it adds to the first: how often, the last reason, a note, and what is
    there now if that differs. Raises ReportedOneself, IdempotencyConflict, and NotFound for nobody,
    or for what is not theirs.
    """
    if reporter_id == complaint.reported_id:
        raise ReportedOneself()
    once = Once(reporter_id, "reports", idempotency_key, complaint.words)
    attempt = ids.new("rpt")
    return db.settle(lambda: _report_once(reporter_id, complaint, attempt, once))


def _report_once(reporter_id: str, complaint: Complaint, attempt: str, once: Once) -> Report:
    reported_id = complaint.reported_id
    report_id = f"{reporter_id}/{reported_id}/{complaint.subject}"
    member_key, profile_key = accounts.member_key(reported_id), profiles.profile_key(reported_id)
    found = db.fetch(Report.at(report_id), member_key, profile_key, *once.keys())
    made, profile = found[Report.at(report_id)], found[profile_key]
    done = once.done(found) is not None
    if made is not None:
        landed = done or made.written_by == attempt
        return made if landed else _repeat(made, complaint, profile, attempt, once)
    if found[member_key] is None:
        raise NotFound()

    _look_for_photo(complaint.photo_id, profile)
    messages = messaging.witness(reporter_id, reported_id, complaint.message_id)
    _look_who_wrote(complaint, messages)
    made = _report(report_id, reporter_id, complaint, attempt)
    parts = _look(made, profile, messages)
    with db.transaction() as tx:
        tx.put(made, otherwise=db.Stale())
        for part in parts:
            tx.put(part, otherwise=db.Stale())
        once.remember(tx, reference=report_id)
    return made


def _look_for_photo(photo_id: str | None, profile: profiles.Profile | None) -> None:
    photos = profile.photos if profile is not None else []
    if photo_id is not None and photo_id not in {photo.photo_id for photo in photos}:
        raise NotFound()


def _look_who_wrote(complaint: Complaint, messages: list[messaging.Witnessed]) -> None:
    senders = {each.sender_id for each in messages if each.message_id == complaint.message_id}
    if complaint.message_id is not None and senders != {complaint.reported_id}:
        raise NotFound()


def _report(report_id: str, reporter_id: str, complaint: Complaint, attempt: str) -> Report:
    at = clock.now()
    return Report(
        report_id,
        reporter_id=reporter_id,
        reported_id=complaint.reported_id,
        subject=complaint.subject,
        reason=complaint.reason,
        notes=[complaint.note] if complaint.note else [],
        written_by=attempt,
        reported_at=at,
        repeated_at=at,
    )


def _look(
    made: Report, profile: profiles.Profile | None, messages: list[messaging.Witnessed]
) -> list[Evidence]:
    """The parts of what is seen that differ from what was kept last, noted on the report."""
    kept = made.digests.attribute_values
    seen = evidence.seen(profile, messages, made.subject)
    digests = {of: keys.digest(content) for of, content in seen.items()}
    fresh = [of for of in seen if digests[of] != kept.get(of)]
    if not fresh:
        return []
    if profile is not None and evidence.PROFILE in fresh:
        profiles.keep_photos(profile)
    made.looks, made.digests = int(made.looks) + 1, Digests(**(kept | digests))
    suffix = f"/{made.looks}" if made.looks > 1 else ""
    return [_kept(made, of + suffix, seen[of]) for of in fresh]


def _kept(made: Report, part: str, content: str) -> Evidence:
    at = made.repeated_at
    until = at + timedelta(days=settings().evidence_days)
    return Evidence(made.report_id, part, content=content, taken_at=at, expires_at=until)


def _repeat(
    made: Report,
    complaint: Complaint,
    profile: profiles.Profile | None,
    attempt: str,
    once: Once,
) -> Report:
    """Add to a report that was made before; what was kept then stays as it is."""
    before, parts = int(made.times), list[Evidence]()
    made.times, made.reason, made.repeated_at = before + 1, complaint.reason, clock.now()
    made.notes = [*made.notes, *([complaint.note] if complaint.note else [])][-NOTES_MAX:]
    if made.looks < LOOKS_MAX:
        messages = messaging.witness(made.reporter_id, made.reported_id, complaint.message_id)
        parts = _look(made, profile, messages)
    with db.transaction() as tx:
        tx.update(
            Report(made.report_id),
            Report.times.set(made.times),
            Report.reason.set(made.reason),
            Report.notes.set(made.notes),
            Report.written_by.set(attempt),
            Report.looks.set(made.looks),
            Report.digests.set(made.digests),
            Report.repeated_at.set(made.repeated_at),
            when=Report.times == before,
            otherwise=db.Stale(),
        )
        for part in parts:
            tx.put(part, otherwise=db.Stale())
        once.remember(tx, reference=made.report_id)
    return made
