"""Blocking somebody, and lifting it again."""

from chalicelib import accounts, messaging, safety
from chalicelib.blocking.errors import BlockedOneself
from chalicelib.blocking.models import Block
from chalicelib.core import clock, cursors, db
from chalicelib.core.errors import NotFound
from chalicelib.core.needs import deletes, fetches, puts, queries
from chalicelib.core.schema import Page

BLOCKS = fetches("members", "blocks") + puts("blocks") + safety.MARKS_PAIRS + messaging.BARS
UNBLOCKS = fetches("blocks") + deletes("blocks") + safety.MARKS_PAIRS + messaging.BARS
LISTS = queries("blocks") + cursors.PAGES


def block(user_id: str, other_id: str) -> Block:
    """Part two members, whatever was between them; a repetition changes nothing.

    Anybody who exists can be blocked: matched or not, suspended, or blocking the caller already.
    Raises BlockedOneself, NotFound.
    """
    if user_id == other_id:
        raise BlockedOneself()
    return db.settle(lambda: _block_once(user_id, other_id))


def _block_once(user_id: str, other_id: str) -> Block:
    block_key, member_key = Block.at(user_id, other_id), accounts.member_key(other_id)
    talk_key = messaging.conversation_key(user_id, other_id)
    found = db.fetch(block_key, member_key, talk_key)
    kept = found[block_key]
    if kept is not None:
        return kept
    if found[member_key] is None:
        raise NotFound()

    made, talk = Block(user_id, other_id, blocked_at=clock.now()), found[talk_key]
    with db.transaction() as tx:
        tx.put(made, otherwise=db.Stale())
        safety.bar(tx, user_id, other_id, met=talk is not None)
        if talk is not None:
            messaging.bar_conversation(tx, user_id, other_id)
    return made


def unblock(user_id: str, other_id: str) -> None:
    """Lift the member's own block; the other's stands. Nothing happens where there is none.

    What the two had is there again, unless it had ended.
    """
    db.settle(lambda: _unblock_once(user_id, other_id))


def _unblock_once(user_id: str, other_id: str) -> None:
    block_key = Block.at(user_id, other_id)
    talk_key = messaging.conversation_key(user_id, other_id)
    found = db.fetch(block_key, talk_key)
    if found[block_key] is None:
        return

    talk = found[talk_key]
    with db.transaction() as tx:
        tx.delete(Block(user_id, other_id), when=Block.present(), otherwise=db.Stale())
        safety.unbar(tx, user_id, other_id, met=talk is not None)
        if talk is not None:
            messaging.unbar_conversation(tx, user_id, other_id)


def blocks_of(user_id: str, page: Page) -> tuple[list[Block], str | None]:
    """A page of those whom the member blocks, in the order of their ids, and the next cursor."""
    scope = f"blocks/{user_id}"
    blocks, after = db.page(
        Block.query(
            user_id,
            consistent_read=True,
            limit=page.limit,
            last_evaluated_key=cursors.unseal(page.cursor, scope),
        )
    )
    return blocks, cursors.seal(after, scope)
