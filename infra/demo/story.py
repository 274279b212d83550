"""The story, chapter by chapter. Each goes on where the one before it ended."""

from collections.abc import Callable

from infra.demo.chapters import (
    crash,
    deciding,
    devices,
    discovering,
    joining,
    ledger,
    moderating,
    money,
    people,
    photos,
    protecting,
    roles,
    sessions,
    talking,
)
from infra.demo.scene import Scene

Chapter = tuple[str, Callable[[Scene], None]]

CHAPTERS: list[Chapter] = [
    ("Alice and Bob join, like each other and match", joining.play),
    ("They talk", talking.play),
    ("What talking costs", money.play),
    ("Another device, and a device that was away", devices.play),
    ("Who is signed in", sessions.play),
    ("What members tell of themselves", people.play),
    ("Whom one is shown", discovering.play),
    ("Likes, passes, and the end of a match", deciding.play),
    ("Reports and blocks", protecting.play),
    ("What waits for a moderator", moderating.play),
    ("Photos", photos.play),
    ("The stack is killed while four members write", crash.play),
    ("The ledger", ledger.play),
]
OF_A_PACKAGE: list[Chapter] = [("What roles grant, and what was called", roles.play)]
"""What can be told besides, where a package was run."""
