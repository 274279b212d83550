"""Whether a message's words may be sent, by the rules of safety."""

from dataclasses import dataclass

from chalicelib import accounts, safety
from chalicelib.core import db
from chalicelib.core.errors import NotFound
from chalicelib.messaging.service.scene import Scene
from chalicelib.safety import rules

JUDGES_TEXT = safety.REMEMBERS_OPENINGS


@dataclass(frozen=True)
class Judged:
    """What is kept of a message that may be sent: the rules it breaks, and how it opens."""

    flags: frozenset[str]
    opening: safety.Opening | None

    def remember(self, tx: db.Transaction) -> None:
        """Within the message's transaction; raises db.Stale at commit if it is no longer true."""
        if self.opening is not None:
            self.opening.remember(tx)


def judge(body: str, scene: Scene) -> Judged:
    """Judge a message of the caller's, of whom `scene` has the account. Raises TextRefused."""
    sender = scene.found[accounts.member_key(scene.user_id)]
    if sender is None:
        raise NotFound()
    first = not scene.conversation.side_of(scene.user_id).sent_seq
    mark = rules.mark_of(body) if first else None
    opening = safety.Opening(scene.user_id, mark) if mark else None
    verdict = rules.judge(
        body,
        surface="message",
        trust=rules.trust_of(sender.created_at),
        first=first,
        before=opening.before if opening else (),
    )
    if verdict.action == "refuse":
        raise safety.TextRefused(rules=list(verdict.rules))
    return Judged(frozenset(verdict.rules if verdict.action == "flag" else ()), opening)
