"""Blocking over HTTP."""

from http import HTTPStatus

from chalicelib.blocking import service
from chalicelib.blocking.errors import BlockedOneself
from chalicelib.blocking.schemas import BlockList, BlockView, WantedBlock
from chalicelib.core.access import Caller, Permission
from chalicelib.core.errors import InvalidCursor, NotFound
from chalicelib.core.http import Api
from chalicelib.core.limits import Limit
from chalicelib.core.schema import Page, UserId

blocks = Api("blocking", prefix="/v1/blocks")
apis = [blocks]


@blocks.post(
    access=Permission.MEMBER,
    limit=Limit(knocks=100, seconds=3600, by="account"),
    needs=service.BLOCKS,
    status=HTTPStatus.CREATED,
    raises=(NotFound, BlockedOneself),
)
def block(caller: Caller, wanted: WantedBlock) -> BlockView:
    """Block a member, matched or not: from now on neither is there for the other. Repeatable."""
    return BlockView.of(service.block(caller.user_id, wanted.user_id))


@blocks.get(access=Permission.MEMBER, needs=service.LISTS, raises=(InvalidCursor,))
def blocked(caller: Caller, page: Page) -> BlockList:
    """Those whom the caller blocks."""
    found, next_cursor = service.blocks_of(caller.user_id, page)
    return BlockList(items=[BlockView.of(each) for each in found], next_cursor=next_cursor)


@blocks.delete(
    "/{user_id}",
    access=Permission.MEMBER,
    needs=service.UNBLOCKS,
    status=HTTPStatus.NO_CONTENT,
)
def unblock(caller: Caller, user_id: UserId) -> None:
    """Lift a block; nothing happens where there is none."""
    service.unblock(caller.user_id, user_id)
