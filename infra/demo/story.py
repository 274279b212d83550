"""The story, chapter by chapter. Each goes on where the one before it ended."""

from collections.abc import Callable

from infra.demo.chapters import crash, devices, joining, ledger, money, sessions, talking
from infra.demo.scene import Scene

CHAPTERS: list[tuple[str, Callable[[Scene], None]]] = [
    ("Alice and Bob join, like each other and match", joining.play),
    ("They talk", talking.play),
    ("What talking costs", money.play),
    ("Another device, and a device that was away", devices.play),
    ("Who is signed in", sessions.play),
    ("The stack is killed while four members write", crash.play),
    ("The ledger", ledger.play),
]
