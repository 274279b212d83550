"""Keeping child processes from outliving the stack, however it dies."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
GONE_SECONDS_MAX = 5.0


def tied_to_parent() -> Callable[[], None] | None:
    """What a child runs first so that Linux ends it with the thread that started it.

    Elsewhere there is no such tie: `end_orphan` finds what was left behind.
    """
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def end_orphan(pid_file: Path, argument: str) -> None:
    """End the child of a stack that was killed, if it still runs.

    A process id may have been given to another program since, so its command line must name our
    own `argument`.
    """
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text())
    deadline = time.monotonic() + GONE_SECONDS_MAX
    while argument in _command(pid):
        if time.monotonic() > deadline:
            raise TimeoutError(f"process {pid} of an earlier stack does not end")
        os.kill(pid, signal.SIGTERM)
        time.sleep(0.01)
    pid_file.unlink()


def _command(pid: int) -> str:
    """The command line of a process, or nothing if there is none such."""
    process = Path(f"/proc/{pid}/cmdline")
    if process.parent.parent.joinpath("self").exists():
        return process.read_bytes().decode() if process.exists() else ""
    asked = ["ps", "-o", "command=", "-p", str(pid)]
    return subprocess.run(asked, capture_output=True, check=False).stdout.decode()
