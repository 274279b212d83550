"""Tickets, connections, and each member's set of them."""

from pynamodb.attributes import UnicodeAttribute, UnicodeSetAttribute

from chalicelib.core import db


class Ticket(db.Record, table="tickets"):
    """A right to open one socket.

    digest      partition key, SHA-256 of the ticket
    user_id, session_id, roles  whose socket it will be
    expires_at  void then
    """

    digest = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()
    session_id = UnicodeAttribute()
    roles = UnicodeSetAttribute()
    expires_at = db.ExpiryAttribute()


class Connection(db.Record, table="connections", stream=True):
    """One open socket.

    connection_id  partition key, API Gateway's
    user_id, session_id, roles  whose it is
    opened_at      when $connect let it in
    expires_at     API Gateway has closed it by then
    """

    connection_id = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()
    session_id = UnicodeAttribute()
    roles = UnicodeSetAttribute()
    opened_at = db.InstantAttribute()
    expires_at = db.ExpiryAttribute()


class Devices(db.Record, table="devices"):
    """All open sockets of one member.

    user_id         partition key
    connection_ids  at most `devices_max`
    """

    user_id = UnicodeAttribute(hash_key=True)
    connection_ids = UnicodeSetAttribute(null=True)
