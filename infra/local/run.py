"""`python -m infra.local.run`: the whole of Pairly on this machine, until Ctrl-C.

    HOST            where to listen, 127.0.0.1
    PORT            the gateway's port, 8000; the next two are DynamoDB's and moto's; 0 for any free
    DATA_DIR        what is kept between runs, ./.data
    PAIRLY_ENGINE   dynoxide, moto, or the URL of a DynamoDB
    PACKAGE         a folder that `make package` made, to run instead of the sources: build/dev

`DATA_DIR/stack.json` says, for programs, where everything is; it exists only while all of it is up.
"""

import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from infra.local import seed
from infra.local.errors import NotStarted
from infra.local.packaged import Package, packaged_stack, read
from infra.local.sandboxes import LOGS
from infra.local.stack import Stack

log = logging.getLogger(__name__)

READY_FILE = "stack.json"
LATER = '{"advance_seconds": 3600}'
PORT_MAX = 65_533  # two more stand behind it


def main(environ: Mapping[str, str]) -> int:
    """Run until told to stop; the exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        package = _package(environ)
        stack = _stack(environ, package).start()
    except NotStarted as failure:
        sys.stderr.write(f"Pairly did not start. {failure}\n")
        return 1
    ready_file = stack.folder / READY_FILE
    try:
        logins = _logins(stack)
        _write_at_once(ready_file, json.dumps(described(stack), indent=2) + "\n")
        sys.stdout.write(banner(stack, logins, package))
        sys.stdout.flush()
        stopping.wait()
    finally:
        ready_file.unlink(missing_ok=True)
        stack.stop()
    return 0


def described(stack: Stack) -> dict[str, str | int]:
    """Where everything is, for programs."""
    where = stack.addresses
    return {
        "base_url": where.base_url,
        "ws_url": where.websocket_url,
        "outbox_url": where.base_url + "/outbox",
        "engine_endpoint": where.engine,
        "aws_endpoint": where.aws,
        "stage": stack.stage,
        "pid": os.getpid(),
    }


def banner(stack: Stack, logins: list[str], package: Package | None = None) -> str:
    """Where everything is, for people."""
    links = stack.addresses.listed()
    of_package = f" PACKAGE={package.folder}" if package else ""
    listed = links | {"Engine": stack.engine.label, "Data": str(stack.folder.resolve())}
    if package is not None:
        functions = len({function.name for function in package.functions})
        listed |= {
            "Package": f"{package.folder}, {functions} functions of stage {package.stage}",
            "Logs of its functions": str(stack.folder.resolve() / LOGS),
        }
    width = max(map(len, listed))
    lines = [f"  {label:<{width}}  {address}" for label, address in listed.items()]
    return "\n".join(
        [
            "",
            f"Pairly is ready: {stack.addresses.base_url}",
            "",
            *lines,
            "",
            "Demo logins (they have matched, and can talk)",
            *(f"  {login}" for login in logins),
            "",
            "Try",
            f"  the reference above, or a whole story with: make demo{of_package}",
            f"  an hour later, at once: curl -d '{LATER}' {links['Clock']}",
            "",
            "Ctrl-C stops it; everything is kept.",
            "",
            "",
        ]
    )


def _write_at_once(file: Path, text: str) -> None:
    """Nobody who waits for the file ever reads half of it."""
    half = file.with_suffix(".half")
    half.write_text(text)
    half.replace(file)


def _package(environ: Mapping[str, str]) -> Package | None:
    named = environ.get("PACKAGE")
    return read(Path(named)) if named else None


def _stack(environ: Mapping[str, str], package: Package | None) -> Stack:
    folder = Path(environ.get("DATA_DIR", ".data"))
    about: dict[str, Any] = {
        "host": environ.get("HOST", "127.0.0.1"),
        "port": _port(environ.get("PORT", "8000")),
        "engine": environ.get("PAIRLY_ENGINE", "dynoxide"),
        "live": True,
    }
    return packaged_stack(package, folder, **about) if package else Stack(folder, **about)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= PORT_MAX):
        raise NotStarted(f"PORT is {text!r}; set it to a number from 1 to {PORT_MAX}, or to 0.")
    return int(text)


def _logins(stack: Stack) -> list[str]:
    try:
        return seed.seed(stack.addresses.base_url)
    except (seed.NotSeeded, httpx.HTTPError) as failure:
        log.warning("There are no demo members: %s", failure)
        return []


if __name__ == "__main__":
    sys.exit(main(os.environ))
