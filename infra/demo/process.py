"""The local stack as a process of its own: started, killed, started again on the same data."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from infra.demo.telling import NotAsItShouldBe, must
from infra.local.stack import scratch_folder

READY_SECONDS_MAX = 30.0
STOPPED_SECONDS_MAX = 20.0
LOOK_SECONDS = 0.01
LOG_BYTES_SHOWN = 4000
PORTS = range(20_000, 30_000)
"""Below those that systems give to clients, so that nobody takes one while the stack is down."""
PORTS_TAKEN = 3
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Where:
    """What a ready stack says of itself in its `stack.json`."""

    base_url: str
    ws_url: str
    engine_endpoint: str
    pid: int


class StackProcess:
    """`python -m infra.local.run` over a throw-away folder, gone when the block ends.

    Another `module` may be run instead, if it is told and tells the same things.
    """

    def __init__(self, module: str = "infra.local.run") -> None:
        self.folder = scratch_folder()
        self._module = module
        self._port = free_ports(PORTS_TAKEN)
        self._log = self.folder / "run.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._end()
        finally:
            shutil.rmtree(self.folder)

    def start(self) -> Where:
        """Start, on the same port and the same data each time; returns once it is ready."""
        environment = os.environ | {"PORT": str(self._port), "DATA_DIR": str(self.folder)}
        if "PACKAGE" in environment:
            environment["PACKAGE"] = os.path.abspath(environment["PACKAGE"])
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self._module],
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=environment,
                start_new_session=True,
            )
        return self._wait_ready(self._process)

    def kill(self) -> None:
        """Kill it as a power cut would: nothing of it gets to say goodbye."""
        process = self._running()
        process.kill()
        process.wait()
        self._process = None

    def stop(self) -> int:
        """Ask it to stop, as Ctrl-C does; returns its exit code."""
        process = self._running()
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(STOPPED_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.kill()
            raise NotAsItShouldBe("the stack does not stop") from None
        self._process = None
        return code

    def command(self, module: str, *arguments: str) -> None:
        """Run one of the commands for operators against it, and on no deployed stage."""
        environment = os.environ | {"DATA_DIR": str(self.folder)}
        environment.pop("PAIRLY_STAGE", None)
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
            env=environment,
        )
        must(done.returncode == 0, f"{module} says: {done.stderr or done.stdout}")

    def last_words(self) -> str:
        """The end of what it wrote."""
        if not self._log.exists():
            return ""
        return self._log.read_bytes()[-LOG_BYTES_SHOWN:].decode("utf-8", "replace")

    def _wait_ready(self, process: "subprocess.Popen[bytes]") -> Where:
        deadline = time.monotonic() + READY_SECONDS_MAX
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise NotAsItShouldBe(f"the stack ended at once, with {process.returncode}")
            where = _read(self.folder / "stack.json")
            if where is not None and where.pid == process.pid:
                return where
            time.sleep(LOOK_SECONDS)
        raise NotAsItShouldBe(f"the stack is not ready after {READY_SECONDS_MAX:.0f} s")

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None:
            raise NotAsItShouldBe("the stack does not run")
        return self._process

    def _end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            try:
                self.stop()
            except NotAsItShouldBe:
                return  # it was killed


def _read(file: Path) -> Where | None:
    """What is in the file, unless it is missing or half written."""
    try:
        said = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return Where(said["base_url"], said["ws_url"], said["engine_endpoint"], said["pid"])


def free_ports(count: int) -> int:
    """A port that is free together with those behind it."""
    for first in random.sample(PORTS, len(PORTS)):
        if all(_is_free(port) for port in range(first, first + count)):
            return first
    raise NotAsItShouldBe(f"no {count} free ports in a row")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
