"""Compiling for a runtime, by that very interpreter: bytecode belongs to one minor version.

A function's folder cannot be written, so that without this every cold start would compile anew.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from infra.package.errors import NotPackaged
from infra.package.stage import Stage

TASK = "/var/task"
"""Where Lambda unpacks a bundle; tracebacks name files there."""


def compile_all(folder: Path, stage: Stage) -> None:
    """Put a `.pyc` beside every source. Raises NotPackaged without the runtime's interpreter.

    The files are not checked against their sources when loaded, and hold no path or time of this
    machine. One process compiles all in order, so that equal sources give equal bytes.
    """
    options = ["-q", "--invalidation-mode", "unchecked-hash", "-s", str(folder), "-p", TASK]
    ran = subprocess.run(
        [_interpreter(stage), "-s", "-S", "-m", "compileall", *options, str(folder)],
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 0:
        raise NotPackaged(f"{stage.runtime} cannot compile what is packaged:\n{ran.stdout.strip()}")


def _environment() -> dict[str, str]:
    """This process's, without what would make Python compile otherwise."""
    kept = {name: set_to for name, set_to in os.environ.items() if not name.startswith("PYTHON")}
    return kept | {"PYTHONHASHSEED": "0"}


def _interpreter(stage: Stage) -> str:
    for found in (sys.executable, shutil.which(stage.runtime)):
        if found and _version(found) == stage.runtime:
            return found
    raise NotPackaged(
        f"Stage {stage.name} needs {stage.runtime} to compile what runs there, and this machine has"
        f" none on its PATH. Install {stage.runtime}, or set another runtime in infra/stages.toml."
    )


def _version(interpreter: str) -> str | None:
    """What it calls itself; None for one that does not start, as a version manager's may not."""
    told = "import sys; print('python%d.%d' % sys.version_info[:2])"
    try:
        ran = subprocess.run([interpreter, "-c", told], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return ran.stdout.strip() if ran.returncode == 0 else None
