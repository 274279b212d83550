"""Reports, and what was seen when they were made."""

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.core import db

OPEN = "open"


class Digests(db.Part):
    """SHA-256 of what was kept last of each."""

    profile = UnicodeAttribute(null=True)
    messages = UnicodeAttribute(null=True)


class Report(db.Record, table="reports"):
    """One member's complaint about another, or about a message or photo of theirs.

    report_id    partition key, "<reporter>/<reported>/<subject>": a repetition is the same report
    reporter_id, reported_id
    subject      "user", or the id of a message or photo
    reason       the last one given
    notes        in the reporter's words, at most five, the newest last
    times        how often it was made
    written_by   which attempt did it last: so that one whose answer was lost knows that it landed
    looks        how often there was something to keep that had not been kept, at most five
    digests      of what was kept last
    state        open
    reported_at  first
    repeated_at  last
    """

    report_id = UnicodeAttribute(hash_key=True)
    reporter_id = UnicodeAttribute()
    reported_id = UnicodeAttribute()
    subject = UnicodeAttribute()
    reason = UnicodeAttribute()
    notes = ListAttribute[str](default=list)
    times = NumberAttribute(default=1)
    written_by = UnicodeAttribute()
    looks = NumberAttribute(default=0)
    digests = Digests(default=Digests)
    state = UnicodeAttribute(default=OPEN)
    reported_at = db.InstantAttribute()
    repeated_at = db.InstantAttribute()


class Evidence(db.Record, table="evidence"):
    """A part of what was there when a report was made; at most 100 KB, never changed.

    report_id, part  partition and sort key; the parts of the first look are "profile" and
                     "messages", those of the second are "profile/2" and "messages/2"
    content          JSON
    taken_at
    expires_at       photos that were copied for it go after as long
    """

    report_id = UnicodeAttribute(hash_key=True)
    part = UnicodeAttribute(range_key=True)
    content = UnicodeAttribute()
    taken_at = db.InstantAttribute()
    expires_at = db.ExpiryAttribute()
