"""A durable stand-in for SQS: standard queues with delay, visibility, redrive and replay.

Every queue `<name>` has a dead-letter queue `<name>-dead`, where a message goes that was received
`receives_max` times and never deleted.

Invariants
- An accepted message is delivered at least once, also across `kill -9`.
- A message being handled is hidden from other receivers until its visibility timeout.
- All instants are on the stack clock.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from infra.functions import RECEIVES_MAX
from infra.local.state import Database

DEAD = "-dead"
DELAY_SECONDS_MAX = 900

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL,
    queue TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_at REAL NOT NULL,
    visible_at REAL NOT NULL,
    receives INTEGER NOT NULL DEFAULT 0,
    first_received_at REAL,
    receipt TEXT
);
CREATE INDEX IF NOT EXISTS messages_due ON messages (queue, visible_at);
CREATE INDEX IF NOT EXISTS messages_by_receipt ON messages (receipt);
"""
BURY = """
UPDATE messages SET queue = queue || '-dead', visible_at = ?, receipt = NULL
WHERE queue = ? AND visible_at <= ? AND receives >= ?
"""
TAKE = """
UPDATE messages
SET receives = receives + 1, visible_at = ?, first_received_at = coalesce(first_received_at, ?),
    receipt = ? || '.' || id
WHERE id IN (
    SELECT id FROM messages WHERE queue = ? AND visible_at <= ? ORDER BY visible_at, id LIMIT ?
)
RETURNING id, message_id, body, sent_at, receives, first_received_at, receipt
"""


class NoSuchQueue(Exception):
    """Nobody declared a queue of this name."""


@dataclass(frozen=True)
class Draft:
    """A message to send."""

    body: str
    delay_seconds: float = 0


@dataclass(frozen=True)
class Message:
    """A message as received. `receipt` is what deletes it."""

    message_id: str
    body: str
    sent_at: float
    receives: int
    first_received_at: float
    receipt: str


@dataclass(frozen=True)
class Depth:
    """How many messages wait, are being handled, and are not due yet."""

    visible: int
    in_flight: int
    delayed: int


class Queues(Database):
    """All queues, in one file."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        super().__init__(path, SCHEMA)
        self._clock = clock
        self._names: set[str] = set()
        self._receives_max: dict[str, int] = {}
        self._listeners: list[Callable[[str], None]] = []

    @property
    def names(self) -> list[str]:
        """Every queue, dead-letter queues included."""
        return sorted(self._names)

    def declare(self, name: str, receives_max: int = RECEIVES_MAX) -> None:
        """Let there be a queue of this name, with its dead-letter queue."""
        self._names |= {name, name + DEAD}
        self._receives_max[name] = receives_max

    def listen(self, hear: Callable[[str], None]) -> None:
        """Call `hear(queue)` after something was put into a queue."""
        self._listeners.append(hear)

    def send(self, queue: str, drafts: Iterable[Draft]) -> list[str]:
        """Keep messages until they are due, and return their ids."""
        self.check(queue)
        now = self._clock()
        rows = [
            (str(uuid.uuid4()), queue, draft.body, now, now + draft.delay_seconds)
            for draft in drafts
        ]
        with self.lock:
            self.connection.execute("BEGIN")
            self.connection.executemany(
                "INSERT INTO messages (message_id, queue, body, sent_at, visible_at)"
                " VALUES (?, ?, ?, ?, ?)",
                rows,
            )
            self.connection.execute("COMMIT")
        self._tell(queue)
        return [row[0] for row in rows]

    def receive(self, queue: str, limit: int, *, visibility_seconds: float) -> list[Message]:
        """Take up to `limit` due messages, oldest first; bury those received too often."""
        self.check(queue)
        now = self._clock()
        with self.lock:
            if queue in self._receives_max:
                self.run(BURY, now, queue, now, self._receives_max[queue])
            rows = self.run(
                TAKE, now + visibility_seconds, now, str(uuid.uuid4()), queue, now, limit
            )
        return [Message(*row[1:]) for row in sorted(rows)]

    def delete(self, receipts: Iterable[str]) -> None:
        """Forget messages that were handled. A receipt that was superseded deletes nothing."""
        with self.lock:
            self.connection.execute("BEGIN")
            self.connection.executemany(
                "DELETE FROM messages WHERE receipt = ?", [(receipt,) for receipt in receipts]
            )
            self.connection.execute("COMMIT")

    def hide(self, queue: str, receipt: str, seconds: float) -> None:
        """Change when a received message becomes visible again."""
        until = self._clock() + seconds
        self.run("UPDATE messages SET visible_at = ? WHERE receipt = ?", until, receipt)
        self._tell(queue)

    def purge(self, queue: str) -> None:
        """Forget everything in a queue."""
        self.check(queue)
        self.run("DELETE FROM messages WHERE queue = ?", queue)

    def dead(self, queue: str) -> list[str]:
        """The bodies of a queue's dead letters, oldest first."""
        self.check(queue)
        rows = self.run("SELECT body FROM messages WHERE queue = ? ORDER BY id", queue + DEAD)
        return [row[0] for row in rows]

    def replay(self, queue: str) -> int:
        """Put a queue's dead letters back into it as if new, and return how many."""
        self.check(queue)
        moved = self.run(
            "UPDATE messages SET queue = ?, receives = 0, visible_at = ? WHERE queue = ?"
            " RETURNING id",
            queue,
            self._clock(),
            queue + DEAD,
        )
        self._tell(queue)
        return len(moved)

    def depth(self, queue: str) -> Depth:
        """How full a queue is now."""
        self.check(queue)
        now = self._clock()
        rows = self.run(
            "SELECT sum(visible_at <= ?), sum(visible_at > ? AND receives > 0),"
            " sum(visible_at > ? AND receives = 0) FROM messages WHERE queue = ?",
            now,
            now,
            now,
            queue,
        )
        return Depth(*(count or 0 for count in rows[0]))

    def next_due_at(self, queue: str) -> float | None:
        """When the next message of a queue becomes visible, or None if it is empty."""
        rows = self.run("SELECT min(visible_at) FROM messages WHERE queue = ?", queue)
        due_at: float | None = rows[0][0]
        return due_at

    def check(self, queue: str) -> None:
        """Raise NoSuchQueue unless the queue was declared."""
        if queue not in self._names:
            raise NoSuchQueue(queue)

    def _tell(self, queue: str) -> None:
        for hear in self._listeners:
            hear(queue)
