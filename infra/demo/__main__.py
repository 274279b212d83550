"""`python -m infra.demo`: play the story; the exit code says whether all was as it should be."""

import os
import signal
import sys

import httpx
from websockets.exceptions import WebSocketException

from infra.demo.devices import Town
from infra.demo.process import StackProcess
from infra.demo.scene import Scene
from infra.demo.story import CHAPTERS, OF_A_PACKAGE
from infra.demo.telling import NotAsItShouldBe, Teller, must_be

ANSWER_SECONDS_MAX = 10.0
INTERRUPTED = 130


def main() -> int:
    """Play every chapter; the exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    tell = Teller()
    with StackProcess() as stack:
        try:
            _play(stack, tell)
        except (NotAsItShouldBe, httpx.HTTPError, WebSocketException, OSError) as failure:
            tell.ends_badly(str(failure) or repr(failure), stack.last_words())
            return 1
        except KeyboardInterrupt:
            return INTERRUPTED
    tell.ends_well()
    return 0


def _play(stack: StackProcess, tell: Teller) -> None:
    tell.chapter("A stack of its own")
    where = stack.start()
    package = os.environ.get("PACKAGE")
    tell.saw(f"it is ready at {where.base_url}{f', and runs {package}' if package else ''}")
    http = httpx.Client(base_url=where.base_url, timeout=ANSWER_SECONDS_MAX)
    must_be("its readiness", http.get("/v1/health/ready").json()["status"], "ready")
    scene = Scene(stack, Town(http), tell)
    try:
        for title, play in [*CHAPTERS, *(OF_A_PACKAGE if package else [])]:
            tell.chapter(title)
            play(scene)
    finally:
        scene.close()


if __name__ == "__main__":
    sys.exit(main())
