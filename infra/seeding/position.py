"""How far the seeding is, kept so that a power cut does not matter."""

import os
from pathlib import Path


class Position:
    """A number in a file: so many members are written for sure."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> int:
        """Where to go on; 0 where nothing is known."""
        try:
            return int(self._file.read_text())
        except (FileNotFoundError, ValueError):
            return 0

    def keep(self, number: int) -> None:
        """Replace the number: a reader finds the old one or the new one, never a part."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        beside = self._file.with_suffix(".new")
        with beside.open("w") as file:
            file.write(f"{number}\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, self._file)
