"""Writing what is made: in full or not at all."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def rendered(content: Any) -> bytes:
    """JSON for CloudFormation, which counts spaces too: none, and in the order as made."""
    return (json.dumps(content, separators=(",", ":"), ensure_ascii=False) + "\n").encode()


def readable(content: Any) -> bytes:
    """JSON for people: one member to a line."""
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A new folder, which takes a folder's place once its making has not failed.

    It is made beside the other, so that both are on one disk and the swap is a rename.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    fresh, replaced = scratch / "fresh", scratch / "replaced"
    fresh.mkdir()
    try:
        yield fresh
        if folder.exists():
            folder.rename(replaced)
        try:
            fresh.rename(folder)
        except OSError:
            if replaced.exists():
                replaced.rename(folder)
            raise
    finally:
        shutil.rmtree(scratch)
