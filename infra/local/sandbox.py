"""One process that runs one function of a package, as Lambda's sandboxes do.

Invariants
- It is given the function's own environment and role and no others, and shares no module with this
  process.
- An invocation ends within the function's time limit: a sandbox that did not is killed.
- It does not outlive this process, however that ends: it ends when nobody holds its wires.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import iam
from infra.local.clock import Anchor
from infra.local.events import ACCOUNT, REGION, SOCKET_API, request_id

BOOTSTRAP = Path(__file__).with_name("bootstrap.py")
INIT_SECONDS_MAX = 10.0
"""Lambda's own limit on importing a function's code; it is not part of the function's time."""
EXIT_SECONDS_MAX = 1.0
CHUNK_BYTES = 1 << 16
Message = dict[str, Any]


class FunctionFailed(Exception):
    """A function raised, or did not live to answer; the message is the one that Lambda gives."""

    def __init__(self, kind: str, message: str, trace: list[str] | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.add_note(f"{kind} in the function\n{''.join(trace or [])}".rstrip())

    @classmethod
    def told(cls, failed: Message) -> "FunctionFailed":
        """What a sandbox told of a failure."""
        return cls(failed["errorType"], failed["errorMessage"], failed["stackTrace"])


@dataclass(frozen=True, kw_only=True)
class Shipped:
    """A function as a package has it.

    name         as the stack knows it
    deployed     its name on AWS
    entry        what Lambda is told to call
    environment  its variables
    statements   what its role says
    bundle       the folder of its unpacked code
    """

    name: str
    deployed: str
    entry: str
    runtime: str
    memory_mb: int
    timeout_seconds: int
    environment: Mapping[str, str]
    statements: list[Any]
    bundle: Path


class Sandbox:
    """A running process. What the function prints goes to the end of `log_file`."""

    def __init__(self, shipped: Shipped, stage: str, log_file: Path) -> None:
        self.name = shipped.name
        self._seconds_max = shipped.timeout_seconds
        self._arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{shipped.deployed}"
        with log_file.open("ab") as printed:
            self._process = subprocess.Popen(
                [sys.executable, "-S", "-B", "-P", BOOTSTRAP],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=printed,
                cwd=shipped.bundle,
                env=environment_of(shipped),
                start_new_session=True,
            )
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("a process with wires has none")
        self._questions, self._answers = self._process.stdin, self._process.stdout
        self._poll = select.poll()
        self._poll.register(self._answers, select.POLLIN)
        self._setting = {
            "iam": iam.__file__,
            "account": ACCOUNT,
            "sockets": f"{SOCKET_API}/{stage}",
            "role": f"arn:aws:sts::{ACCOUNT}:assumed-role/{shipped.deployed}",
            "statements": shipped.statements,
        }

    @property
    def pid(self) -> int:
        """The process."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def begin(self) -> None:
        """Wait until the function's code is imported. Raises FunctionFailed where it cannot be."""
        try:
            answer = self._ask(self._setting, request_id(), INIT_SECONDS_MAX)
            if "failed" in answer:
                raise FunctionFailed.told(answer["failed"])
        except BaseException:
            self.end()
            raise

    def invoke(self, event: Any, anchor: Anchor) -> Message:
        """What came of one invocation. Raises FunctionFailed if it did not live to answer."""
        asked = {
            "event": event,
            "request_id": request_id(),
            "arn": self._arn,
            "seconds": self._seconds_max,
            "clock": anchor,
        }
        return self._ask(asked, asked["request_id"], self._seconds_max)

    def end(self) -> int:
        """Kill it, and say how it ended."""
        self._process.kill()
        code = self._process.wait()
        self._answers.close()
        with suppress(BrokenPipeError):
            self._questions.close()
        return code

    def _ask(self, message: Message, about: str, seconds_max: float) -> Message:
        deadline = time.monotonic() + seconds_max
        try:
            self._questions.write(json.dumps(message).encode() + b"\n")
            self._questions.flush()
            answer: Message = json.loads(self._line(deadline))
        except TimeoutError as failure:
            self.end()
            said = f"RequestId: {about} Error: Task timed out after {seconds_max:.2f} seconds"
            raise FunctionFailed("Sandbox.Timedout", said) from failure
        except (BrokenPipeError, EOFError) as failure:
            said = f"RequestId: {about} Error: Runtime exited {self._how_it_ended()}"
            raise FunctionFailed("Runtime.ExitError", said) from failure
        return answer

    def _line(self, deadline: float) -> bytes:
        """The next line, or TimeoutError or EOFError."""
        parts: list[bytes] = []
        while not parts or not parts[-1].endswith(b"\n"):
            if not self._poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise TimeoutError
            part = os.read(self._answers.fileno(), CHUNK_BYTES)
            if not part:
                raise EOFError
            parts.append(part)
        return b"".join(parts)

    def _how_it_ended(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(EXIT_SECONDS_MAX)
        code = self.end()
        if code == 0:
            return "without providing a reason"
        how = f"signal: {signal.strsignal(-code)}" if code < 0 else f"exit status {code}"
        return f"with error: {how.lower()}"


def environment_of(shipped: Shipped) -> dict[str, str]:
    """The function's own variables, and those that Lambda adds."""
    return dict(shipped.environment) | {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_SESSION_TOKEN": "local",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{shipped.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": shipped.deployed,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(shipped.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{shipped.deployed}",
        "AWS_LAMBDA_LOG_STREAM_NAME": f"local/[$LATEST]{shipped.name}",
        "LAMBDA_TASK_ROOT": str(shipped.bundle),
        "_HANDLER": shipped.entry,
        "HOME": "/home/sbx_user1051",  # so that nothing of the person's own settings is read
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "TZ": ":UTC",
    }
