"""The sandboxes of all functions of a package, and what they were seen to call.

A sandbox handles one invocation at a time. It is kept warm for the next, the one that worked last
first; another starts when all of its function's are busy, and where there are too many in all, the
one that has rested longest makes room.
"""

import json
import logging
import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.functions import Function
from infra.local.clock import StackClock
from infra.local.sandbox import FunctionFailed, Message, Sandbox, Shipped

log = logging.getLogger(__name__)

SANDBOXES_MAX = 48
STARTING_MAX = os.cpu_count() or 2
"""More would start no sooner, and each would come near Lambda's limit on starting."""
CALLS, LOGS = "calls.jsonl", "logs"


class Calls:
    """Each call to AWS that a function was seen to make, once, in a file that only grows."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._seen = set(file.read_text().splitlines()) if file.exists() else set()
        self._file = file.open("a", buffering=1)  # a line is safe as soon as it is written

    def note(self, function: str, action: str, arn: str) -> None:
        """A function made this call."""
        line = json.dumps({"function": function, "action": action, "arn": arn})
        with self._lock:
            if line not in self._seen:
                self._seen.add(line)
                self._file.write(line + "\n")

    def close(self) -> None:
        """Note no more."""
        self._file.close()


class Sandboxes:
    """Runs functions in sandboxes. `folder` is where their logs and calls are kept."""

    def __init__(
        self, shipped: Mapping[str, Shipped], *, stage: str, clock: StackClock, folder: Path
    ) -> None:
        self._shipped = shipped
        self._stage = stage
        self._clock = clock
        self._logs = folder / LOGS
        self._logs.mkdir(exist_ok=True)
        self._calls = Calls(folder / CALLS)
        self._starting = threading.Semaphore(STARTING_MAX)
        self._changed = threading.Condition()
        self._resting: list[Sandbox] = []
        self._count = 0

    def run(self, function: Function, event: Any) -> Any:
        """Run a function in a sandbox. Raises FunctionFailed."""
        sandbox = self._take(function.name)
        try:
            answer = sandbox.invoke(event, self._clock.anchor)
        finally:
            self._give_back(sandbox)
        self._note(function.name, answer)
        if "failed" in answer:
            raise FunctionFailed.told(answer["failed"])
        return answer["returned"]

    def stop(self) -> None:
        """End every sandbox."""
        with self._changed:
            for sandbox in self._resting:
                sandbox.end()
            self._resting.clear()
        self._calls.close()

    @property
    def count(self) -> int:
        """How many there are, those included that are at work or only starting."""
        return self._count

    @property
    def pids(self) -> dict[int, str]:
        """The processes that rest now, and whose they are."""
        with self._changed:
            return {sandbox.pid: sandbox.name for sandbox in self._resting}

    def _take(self, name: str) -> Sandbox:
        with self._changed:
            while (warm := self._warm(name)) is None and not self._has_room():
                self._changed.wait()
        return warm or self._start(name)

    def _warm(self, name: str) -> Sandbox | None:
        """The one of this function's that worked last, if it still lives."""
        for place in range(len(self._resting) - 1, -1, -1):
            if self._resting[place].name == name:
                sandbox = self._resting.pop(place)
                if sandbox.lives:
                    return sandbox
                sandbox.end()
                self._count -= 1
        return None

    def _has_room(self) -> bool:
        """Whether another may start; its place is taken then."""
        if self._count < SANDBOXES_MAX:
            self._count += 1
            return True
        if self._resting:
            self._resting.pop(0).end()
            return True
        return False

    def _start(self, name: str) -> Sandbox:
        try:
            with self._starting:
                sandbox = Sandbox(self._shipped[name], self._stage, self._logs / f"{name}.log")
                sandbox.begin()
        except BaseException:
            self._leave()
            raise
        return sandbox

    def _give_back(self, sandbox: Sandbox) -> None:
        if not sandbox.lives:
            self._leave()
            return
        with self._changed:
            self._resting.append(sandbox)
            self._changed.notify_all()

    def _leave(self) -> None:
        with self._changed:
            self._count -= 1
            self._changed.notify_all()

    def _note(self, name: str, answer: Message) -> None:
        for action, arn in answer["calls"]:
            self._calls.note(name, action, arn)
        for action, arn in answer["refused"]:
            log.error("%s was refused %s on %s: its role does not allow it", name, action, arn)
