"""The DynamoDB under the stack: dynoxide where it is to be had, else moto or an endpoint given.

dynoxide keeps all tables in one SQLite file, and three things must be done for it there:
- each write to a table with a stream looks up the table's greatest sequence number as an integer,
  without an index for it; one expression index keeps writes as fast as the first;
- stream records are kept for ever; DynamoDB's are gone after 24 hours. The last record of each
  table must stay, because dynoxide counts on from it;
- asking which tables changed costs 4 µs in the file, against 1 ms for each GetRecords.
"""

import logging
import os
import platform
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Protocol

from infra.local.children import end_orphan, tied_to_parent
from infra.local.errors import NotStarted

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
FILE, PID_FILE = "dynamodb.sqlite", "dynamodb.pid"
READY_SECONDS_MAX = 10.0
STREAM_SECONDS = 24 * 3600

INDEX = """
CREATE INDEX IF NOT EXISTS _stream_records_by_sequence
ON _stream_records (table_name, CAST(sequence_number AS INTEGER))
"""
TRIM = """
DELETE FROM _stream_records WHERE created_at < ? AND id NOT IN (
    SELECT max(id) FROM _stream_records GROUP BY table_name
)
"""
CHANGED = "SELECT max(id), table_name FROM _stream_records WHERE id > ? GROUP BY table_name"


class Engine(Protocol):
    """Something that speaks DynamoDB at an endpoint."""

    label: str
    endpoint: str

    def start(self) -> None:
        """Be ready for calls, or raise NotStarted."""

    def stop(self) -> None:
        """Leave what was written safe, and end."""

    def changed(self) -> set[str] | None:
        """Tables with stream records since the last call, or None if only reading can tell."""

    def trim(self) -> None:
        """Drop stream records that DynamoDB would have dropped by now."""


class Given:
    """An endpoint that somebody else runs."""

    def __init__(self, endpoint: str, label: str = "DynamoDB endpoint") -> None:
        self.endpoint = endpoint.rstrip("/")
        self.label = label

    def start(self) -> None:
        """It runs already."""

    def stop(self) -> None:
        """It is not ours to stop."""

    def changed(self) -> set[str] | None:
        return None

    def trim(self) -> None:
        """It does so itself."""


class Dynoxide:
    """A dynoxide process of our own, and its file."""

    label = "dynoxide"

    def __init__(self, binary: Path, folder: Path, port: int) -> None:
        self.endpoint = f"http://127.0.0.1:{port}"
        self._binary = binary
        self._file = folder / FILE
        self._pid_file = folder / PID_FILE
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._peek: sqlite3.Connection | None = None
        self._peeking = threading.Lock()
        self._seen = 0

    @property
    def pid(self) -> int | None:
        """The process, while it runs."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        arguments = ["serve", "--port", str(self._port), "--db-path", str(self._file)]
        with self._file.with_suffix(".log").open("wb") as log_file:
            self._process = subprocess.Popen(
                [self._binary, *arguments],
                stdout=log_file,
                stderr=log_file,
                preexec_fn=tied_to_parent(),  # noqa: PLW1509  # it calls nothing but prctl
                start_new_session=True,
            )
        self._pid_file.write_text(str(self._process.pid))
        self._wait_ready()
        self._tune()

    def stop(self) -> None:
        if self._peek:
            self._peek.close()
        if self._process:
            self._process.terminate()
            self._process.wait()
            self._process = None
            self._pid_file.unlink(missing_ok=True)

    def changed(self) -> set[str] | None:
        if self._peek is None:
            return None
        with self._peeking:
            rows = self._peek.execute(CHANGED, (self._seen,)).fetchall()
            self._seen = max((row[0] for row in rows), default=self._seen)
        return {row[1] for row in rows}

    def trim(self) -> None:
        """Drop stream records that DynamoDB would have dropped by now."""
        self._execute(TRIM, int(time.time()) - STREAM_SECONDS)

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            if self._process and self._process.poll() is not None:
                raise NotStarted(f"dynoxide ended at once, with {self._process.returncode}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self._port)) == 0:
                    return
            time.sleep(0.01)
        raise NotStarted(f"dynoxide did not answer within {READY_SECONDS_MAX:.0f} s")

    def _tune(self) -> None:
        self._execute(INDEX)
        self._peek = sqlite3.connect(
            f"file:{self._file}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
        )

    def _execute(self, statement: str, *values: int) -> None:
        """Run a statement in dynoxide's file; it waits its turn as dynoxide itself does."""
        file = sqlite3.connect(self._file, isolation_level=None, timeout=30)
        try:
            file.execute(statement, values)
        finally:
            file.close()


def find_dynoxide(root: Path) -> Path | None:
    """The binary that npm put into `node_modules` for this platform, if any."""
    system = {"win32": "win32", "darwin": "darwin"}.get(sys.platform, "linux")
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    name = "dynoxide.exe" if system == "win32" else "dynoxide"
    binary = root / "node_modules" / "@dynoxide" / f"{system}-{machine}" / name
    return binary if binary.exists() and os.access(binary, os.X_OK) else None


def choose(setting: str, folder: Path, port: int, *, moto: str) -> Engine:
    """The engine that PAIRLY_ENGINE names: `dynoxide`, `moto`, or the URL of another."""
    if setting.startswith("http"):
        return Given(setting)
    if setting == "moto":
        return Given(moto, "moto (slow, and nothing is kept)")
    if setting != "dynoxide":
        raise NotStarted(f"PAIRLY_ENGINE={setting!r} is neither dynoxide, moto nor a URL")
    binary = find_dynoxide(ROOT)
    if binary is None:
        log.warning(
            "No dynoxide for this platform under node_modules (npm install brings it)."
            " Falling back to moto: slow, and its tables are gone at the next start."
        )
        return Given(moto, "moto, as dynoxide is not installed")
    return Dynoxide(binary, folder, port)


def end_earlier(folder: Path) -> None:
    """End the engine of a stack that was killed while it ran on this folder."""
    end_orphan(folder / PID_FILE, str(folder / FILE))
