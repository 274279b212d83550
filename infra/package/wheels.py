"""Wheels of what runs in Lambda: for a stage's interpreter and machine, whatever this one is."""

import re
import subprocess
import sys
from pathlib import Path

from infra.package.errors import NotPackaged
from infra.package.stage import Stage

GLIBC_MINOR = {"python3.11": 26, "python3.12": 34, "python3.13": 34}
"""Which glibc 2.x a runtime has: 3.11 runs on Amazon Linux 2, later ones on Amazon Linux 2023."""
GLIBC_MINOR_MIN = 17
"""That of manylinux2014, the oldest platform that wheels are still made for."""
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
"""What wheels call an architecture."""

_MISSING = re.compile(r"No matching distribution found for (?P<requirement>\S+)")


def install(requirements: Path, stage: Stage, folder: Path) -> None:
    """Unpack every requirement into a folder. Raises NotPackaged for one without a wheel."""
    options = ["--no-deps", "--only-binary=:all:", "--no-compile", "--quiet", "--no-input"]
    target = ["--target", str(folder), "--implementation", "cp"]
    version = ["--python-version", stage.runtime.removeprefix("python")]
    allowed = [f"--platform={each}" for each in platforms(stage)]
    pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]

    ran = subprocess.run(
        [*pip, *options, *target, *version, *allowed, "--requirement", str(requirements)],
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode != 0:
        raise NotPackaged(_why(ran.stderr, requirements, stage))


def platforms(stage: Stage) -> list[str]:
    """The platforms that a wheel may be made for, newest first."""
    machine = MACHINES[stage.architecture]
    minors = range(GLIBC_MINOR[stage.runtime], GLIBC_MINOR_MIN - 1, -1)
    return [*(f"manylinux_2_{minor}_{machine}" for minor in minors), f"manylinux2014_{machine}"]


def _why(said: str, requirements: Path, stage: Stage) -> str:
    missing = _MISSING.search(said)
    if missing is None:
        faults = [line for line in said.splitlines() if not line.startswith("WARNING")]
        return f"{requirements.name} was not installed, because pip says:\n" + "\n".join(faults)
    return (
        f"{requirements.name}: pip finds no wheel of {missing['requirement']} for {stage.runtime}"
        f" on {platforms(stage)[0]} or older. Pin a version that has one, choose another runtime or"
        " architecture in infra/stages.toml, or see that this machine reaches its package index."
    )
