"""Discovery over HTTP."""

from chalicelib.core.access import Caller, Permission
from chalicelib.core.errors import InvalidCursor
from chalicelib.core.http import Api
from chalicelib.matching.discovery import service
from chalicelib.matching.discovery.errors import ProfileIncomplete
from chalicelib.matching.discovery.schemas import PageOfPeople, People

discovery = Api("matching", prefix="/v1/discovery")
apis = [discovery]


@discovery.get(
    access=Permission.MEMBER,
    needs=service.DISCOVERS,
    raises=(ProfileIncomplete, InvalidCursor),
)
def discover(caller: Caller, page: PageOfPeople) -> People:
    """People to decide on, the best of each page first.

    A page may be short, or empty: as long as there is a `next_cursor`, there is more to come. The
    same cursor gives the same page until another was asked for. Without a cursor, whoever of the
    last page is still undecided comes first, on any device; a minute after the end everybody who is
    undecided comes again.
    """
    found = service.page_of(caller.user_id, limit=page.limit, cursor=page.cursor)
    return People.of(found)
