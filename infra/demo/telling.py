"""How the story is told: a line for each step, with what was seen."""

import sys
import time
from typing import Any


class NotAsItShouldBe(Exception):
    """Something was seen that must not be, or was not seen that must."""


class Teller:
    """Prints chapters and their steps, and knows where the story is."""

    def __init__(self) -> None:
        self.title = "before the first chapter"
        self._steps = 0
        self._began = time.monotonic()

    def chapter(self, title: str) -> None:
        """A new part of the story begins."""
        self.title = title
        _say(f"\n{title}")

    def saw(self, step: str) -> None:
        """This went as it should."""
        self._steps += 1
        _say(f"  ✓ {step}")

    def ends_well(self) -> None:
        """Everything went as it should."""
        seconds = time.monotonic() - self._began
        _say(f"\nAll {self._steps} steps were as they should be, in {seconds:.1f} s.")

    def ends_badly(self, reason: str, log: str) -> None:
        """The step that did not, and what the stack said."""
        sys.stderr.write(f"\n  ✗ {self.title}: {reason}\n")
        if log:
            sys.stderr.write(f"\nThe stack's last words:\n{log}\n")


def must(truth: bool, otherwise: str) -> None:  # it is what is asked
    """Go on only if this is true."""
    if not truth:
        raise NotAsItShouldBe(otherwise)


def must_be(what: str, seen: Any, wanted: Any) -> None:
    """Go on only if this was seen."""
    must(seen == wanted, f"{what} is {seen!r}, and should be {wanted!r}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
