"""A durable stand-in for S3: objects in a folder, what is known of them in SQLite.

Whoever watches a folder of a bucket is told of each object that arrives there: a notice is kept
with the object until it was handled.

Invariants
- An accepted object and the notice of it survive `kill -9`; half an object is never seen.
- Of a key there is one object, the one written last; who asks to be the first is the only one.
- All instants are on the stack clock.
"""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.state import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    bucket TEXT NOT NULL, key TEXT NOT NULL, file TEXT NOT NULL, content_type TEXT NOT NULL,
    cache_control TEXT NOT NULL, etag TEXT NOT NULL, bytes INTEGER NOT NULL,
    stored_at REAL NOT NULL, PRIMARY KEY (bucket, key)
);
CREATE TABLE IF NOT EXISTS notices (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL,
    etag TEXT NOT NULL, bytes INTEGER NOT NULL, stored_at REAL NOT NULL,
    due_at REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS notices_due ON notices (bucket, due_at);
"""
STORED = "content_type, cache_control, etag, bytes, stored_at"
BELOW = "bucket = ? AND substr(key, 1, length(?)) = ?"


class NoSuchBucket(Exception):
    """Nobody declared a bucket of this name."""


class AlreadyThere(Exception):
    """There is an object of this key, and the writer wanted to be the first."""


@dataclass(frozen=True)
class About:
    """What is known of an object besides its content."""

    content_type: str
    cache_control: str
    etag: str
    bytes: int
    stored_at: float


@dataclass(frozen=True)
class Notice:
    """An object arrived. `tries` is how often somebody failed to handle that."""

    id: int
    bucket: str
    key: str
    etag: str
    bytes: int
    stored_at: float
    tries: int


class Buckets(Database):
    """All buckets: their list in one file, their objects in the folder beside it."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        super().__init__(path, SCHEMA)
        self._folder = path.with_suffix("")
        self._folder.mkdir(exist_ok=True)
        self._clock = clock
        self._names: set[str] = set()
        self._watched: set[tuple[str, str]] = set()
        self._listeners: list[Callable[[str], None]] = []
        self._sweep()

    @property
    def names(self) -> list[str]:
        """Every bucket."""
        return sorted(self._names)

    def declare(self, name: str) -> None:
        """Let there be a bucket of this name."""
        self._names.add(name)

    def watch(self, bucket: str, prefix: str) -> None:
        """From now on keep a notice of each object that arrives below a prefix."""
        self.check(bucket)
        self._watched.add((bucket, prefix))

    def listen(self, hear: Callable[[str], None]) -> None:
        """Call `hear(bucket)` after something was put into a bucket."""
        self._listeners.append(hear)

    def put(
        self,
        bucket: str,
        key: str,
        content: bytes,
        *,
        content_type: str,
        cache_control: str = "",
        is_first: bool = False,
    ) -> About:
        """Keep an object in place of the one before it. Raises AlreadyThere if it is to be none."""
        self.check(bucket)
        etag = hashlib.md5(content, usedforsecurity=False).hexdigest()
        about = About(content_type, cache_control, etag, len(content), self._clock())
        file = uuid.uuid4().hex
        (self._folder / file).write_bytes(content)
        with self._at_once():
            outdated = self._file_of(bucket, key)
            if outdated and is_first:
                (self._folder / file).unlink()
                raise AlreadyThere(key)
            self._note(bucket, key, file, about)
        if outdated:
            (self._folder / outdated).unlink(missing_ok=True)
        for hear in self._listeners:
            hear(bucket)
        return about

    def get(self, bucket: str, key: str) -> tuple[About, bytes] | None:
        """An object with its content, or None."""
        self.check(bucket)
        with self.lock:
            rows = self.run(
                f"SELECT {STORED}, file FROM objects WHERE bucket = ? AND key = ?", bucket, key
            )
            if not rows:
                return None
            *about, file = rows[0]
            return About(*about), (self._folder / file).read_bytes()

    def remove(self, bucket: str, keys: Iterable[str]) -> None:
        """Forget objects; those that are not there are no matter."""
        self.check(bucket)
        for key in keys:
            rows = self.run(
                "DELETE FROM objects WHERE bucket = ? AND key = ? RETURNING file", bucket, key
            )
            for (file,) in rows:
                (self._folder / file).unlink(missing_ok=True)

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        """The keys of a bucket's objects."""
        self.check(bucket)
        rows = self.run(
            f"SELECT key FROM objects WHERE {BELOW} ORDER BY key", bucket, prefix, prefix
        )
        return [row[0] for row in rows]

    def due(self, bucket: str, prefix: str, limit: int) -> list[Notice]:
        """Notices that are to be handled now, the oldest first."""
        rows = self.run(
            f"SELECT id, bucket, key, etag, bytes, stored_at, tries FROM notices WHERE {BELOW}"
            " AND due_at <= ? ORDER BY due_at, id LIMIT ?",
            *(bucket, prefix, prefix, self._clock(), limit),
        )
        return [Notice(*row) for row in rows]

    def next_due_at(self, bucket: str, prefix: str) -> float | None:
        """When the next notice is to be handled, or None if there is none."""
        rows = self.run(f"SELECT min(due_at) FROM notices WHERE {BELOW}", bucket, prefix, prefix)
        due_at: float | None = rows[0][0]
        return due_at

    def handled(self, notice: Notice) -> None:
        """Forget a notice."""
        self.run("DELETE FROM notices WHERE id = ?", notice.id)

    def postpone(self, notice: Notice, seconds: float) -> None:
        """Have it handled again later."""
        self.run(
            "UPDATE notices SET tries = tries + 1, due_at = ? WHERE id = ?",
            self._clock() + seconds,
            notice.id,
        )

    def check(self, bucket: str) -> None:
        """Raise NoSuchBucket unless the bucket was declared."""
        if bucket not in self._names:
            raise NoSuchBucket(bucket)

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Around writes that land together or not at all."""
        with self.lock:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    def _note(self, bucket: str, key: str, file: str, about: About) -> None:
        self.run(
            f"INSERT OR REPLACE INTO objects (bucket, key, file, {STORED})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(bucket, key, file, about.content_type, about.cache_control),
            *(about.etag, about.bytes, about.stored_at),
        )
        if any(bucket == each and key.startswith(prefix) for each, prefix in self._watched):
            self.run(
                "INSERT INTO notices (bucket, key, etag, bytes, stored_at, due_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                *(bucket, key, about.etag, about.bytes, about.stored_at, about.stored_at),
            )

    def _file_of(self, bucket: str, key: str) -> str | None:
        rows = self.run("SELECT file FROM objects WHERE bucket = ? AND key = ?", bucket, key)
        return rows[0][0] if rows else None

    def _sweep(self) -> None:
        """Remove files of which a stack that was killed had not yet, or no longer, an object."""
        known = {row[0] for row in self.run("SELECT file FROM objects")}
        for file in self._folder.iterdir():
            if file.name not in known:
                file.unlink()
