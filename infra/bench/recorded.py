"""The live stack, as `make run` starts it, which also writes down every request to DynamoDB.

For each, a line of JSON in `DATA_DIR/requests.jsonl`; about 0.1 ms for a message, all in all.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import msgspec

from infra.local.clock import StackClock
from infra.local.run import READY_FILE, described
from infra.local.stack import Deployed, Stack, pairly

REQUESTS = "requests.jsonl"
BUFFER_BYTES = 1 << 20


def main() -> int:
    """Run until told to stop; the exit code."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    folder = Path(os.environ["DATA_DIR"])
    port = int(os.environ["PORT"])
    with (
        (folder / REQUESTS).open("ab", buffering=BUFFER_BYTES) as file,
        Stack(folder, _recording(file), port=port, live=True) as stack,
    ):
        ready = folder / READY_FILE
        ready.write_text(json.dumps(described(stack) | {"aws_endpoint": stack.addresses.aws}))
        stopping.wait()
        ready.unlink()
    return 0


def _recording(file: BinaryIO) -> Callable[[StackClock], Deployed]:
    def load(clock: StackClock) -> Deployed:
        deployed = pairly(clock)
        from infra.bench import calls  # it reads the environment when imported

        def note(asked: calls.Asked) -> None:
            file.write(msgspec.json.encode(asked) + b"\n")

        calls.listen(note)
        return deployed

    return load


if __name__ == "__main__":
    sys.exit(main())
