"""What blocking hears and says."""

from datetime import datetime

from chalicelib.blocking.models import Block
from chalicelib.core.schema import In, Out, UserId


class WantedBlock(In, frozen=True):
    """Whom the caller blocks."""

    user_id: UserId


class BlockView(Out, frozen=True):
    """Somebody whom the caller blocks."""

    user_id: str
    blocked_at: datetime

    @classmethod
    def of(cls, block: Block) -> "BlockView":
        return cls(user_id=block.blocked_id, blocked_at=block.blocked_at)


class BlockList(Out, frozen=True):
    """A page of those whom the caller blocks, in the order of their ids."""

    items: list[BlockView]
    next_cursor: str | None
