"""What the stack itself remembers, in SQLite: facts by name, and logs that only grow.

Written in WAL mode without a sync for each commit, which survives the death of the process (the
promise here) though not a power cut.
"""

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

from infra.local.errors import NotStarted

SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS logs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, log TEXT NOT NULL, entry TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS logs_by_name ON logs (log, id);
"""


class Database:
    """One SQLite file, shared by the stack's threads one statement or transaction at a time."""

    def __init__(self, path: Path, schema: str, *, wait_seconds: float = 30) -> None:
        self.lock = threading.RLock()
        self.connection = sqlite3.connect(
            path, timeout=wait_seconds, isolation_level=None, check_same_thread=False
        )
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.executescript(schema)

    def run(self, statement: str, *values: Any) -> list[Any]:
        """Run one statement and return its rows."""
        with self.lock:
            return self.connection.execute(statement, values).fetchall()

    def close(self) -> None:
        """Leave the file; what was committed is in it."""
        with self.lock:
            self.connection.close()


class State(Database):
    """Positions in streams, last runs, the clock; failures and mail.

    Whoever has it open owns the data folder: the system takes that back when the process dies.
    """

    def __init__(self, path: Path) -> None:
        try:
            super().__init__(path, "PRAGMA locking_mode = EXCLUSIVE;" + SCHEMA, wait_seconds=1)
        except sqlite3.OperationalError as failure:
            raise NotStarted(
                f"Another stack runs on the data in {path.parent}. Stop it, or choose another"
                " DATA_DIR, and another PORT."
            ) from failure

    def get(self, name: str) -> str | None:
        """A fact, or None."""
        rows = self.run("SELECT value FROM facts WHERE name = ?", name)
        return rows[0][0] if rows else None

    def put(self, name: str, value: str) -> None:
        """Remember a fact in place of what was known before."""
        self.run("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, value)

    def append(self, log: str, entry: dict[str, Any]) -> None:
        """Add to a log."""
        self.run("INSERT INTO logs (log, entry) VALUES (?, ?)", log, json.dumps(entry))

    def entries(self, log: str, limit: int = 200) -> list[dict[str, Any]]:
        """The newest entries of a log, newest first."""
        rows = self.run("SELECT entry FROM logs WHERE log = ? ORDER BY id DESC LIMIT ?", log, limit)
        return [json.loads(row[0]) for row in rows]
