"""A package's bundles on this machine: unpacked once, read only, and made for what runs here."""

import hashlib
import platform
import shutil
import sys
import tempfile
import zipfile
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

from infra.local.errors import NotStarted

FOLDER = "bundles"
DIGEST_LENGTH = 16
MACHINES = {"amd64": "x86_64", "aarch64": "arm64"}
"""How systems call what Lambda calls otherwise."""
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"


def check_machine(package: Path, runtime: str, architecture: str) -> None:
    """Raises NotStarted for a package that was made for another Python or processor."""
    if runtime != PYTHON:
        raise NotStarted(
            f"{package} is made for {runtime}, and this is {PYTHON}. Run it so:"
            f" make run PYTHON={runtime} PACKAGE={package}. Or set `runtime` in infra/stages.toml,"
            " and make the package anew."
        )
    machine = platform.machine().lower()
    here = MACHINES.get(machine, machine)
    if architecture != here or sys.platform != "linux":
        raise NotStarted(
            f"{package} is made for {architecture} and Linux, and this machine is {here} and"
            f" {sys.platform}. Run it on such a machine, or run here a stage whose `architecture`"
            f" in infra/stages.toml is {here}."
        )


def unpacked(bundle: Path, data_folder: Path) -> Path:
    """The folder with a bundle's content. Raises NotStarted for one that cannot run here.

    Folders stay writable, or nobody could simply delete what is kept here; what a function writes
    into its own is lost on Lambda, and so is it here with the next bundle.
    """
    try:
        digest = hashlib.sha256(bundle.read_bytes()).hexdigest()[:DIGEST_LENGTH]
        folder = data_folder / FOLDER / digest
        if not folder.exists():
            _unpack(bundle, folder)
    except (OSError, zipfile.BadZipFile) as failure:
        raise NotStarted(
            f"{bundle} cannot be unpacked: {failure}. Make the package anew."
        ) from failure
    return folder.resolve()


def forget_others(folders: set[Path], data_folder: Path) -> None:
    """Remove what was unpacked of packages that run no more."""
    for folder in (data_folder / FOLDER).iterdir():
        if folder.resolve() not in folders:
            shutil.rmtree(folder)


def _unpack(bundle: Path, folder: Path) -> None:
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        fresh = Path(scratch) / "fresh"
        with zipfile.ZipFile(bundle) as archive:
            archive.extractall(fresh)
        for file in fresh.rglob("*"):
            if file.is_file():
                file.chmod(0o444)
        _check_modules(bundle, fresh)
        fresh.rename(folder)


def _check_modules(bundle: Path, folder: Path) -> None:
    """Every compiled module has a name by which this Python would load it."""
    for module in folder.rglob("*.so"):
        if f".{module.name.partition('.')[2]}" not in EXTENSION_SUFFIXES:
            raise NotStarted(
                f"{bundle} holds {module.relative_to(folder)}, which {PYTHON} on this machine does"
                " not load. Make the package anew on this machine."
            )
