"""What functions run: the app, Chalice's runtime and every requirement, in one zip.

A function of Pairly differs from the others in its environment alone, so that all share a bundle;
those that need heavier libraries have bundles of their own.
"""

import hashlib
import shutil
import stat
import zipfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.package import bytecode, trimming, wheels
from infra.package.errors import NotPackaged
from infra.package.stage import Stage

ROOT = Path(__file__).resolve().parents[2]
MB = 1_000_000
UNPACKED_BYTES_MAX = 250 * 1024 * 1024
"""What Lambda takes, layers included."""
DIGEST_LENGTH = 16
COMPRESSION = 9


@dataclass(frozen=True)
class Recipe:
    """What goes into a bundle, and how large it may become."""

    requirements: str
    zipped_bytes_max: int


BUNDLES = {
    "core": Recipe("requirements.txt", zipped_bytes_max=15 * MB),
    "photos": Recipe("requirements-photos.txt", zipped_bytes_max=24 * MB),
}
"""By the name that a function says it by."""

DROPPED = {
    "bin": "commands, which nobody types in Lambda",
    "*.dist-info": "metadata, but for METADATA_READ",
    "**/__pycache__": "whatever was compiled here",
    "**/*.pyi": "types, which are checked before",
    "**/py.typed": "types, which are checked before",
    "**/tests": "tests of the libraries themselves",
    "cffi": "makes extensions; those that are made need only _cffi_backend",
    "pycparser": "cffi's parser",
    "PIL/_avif*": "reads a kind of image that nobody may upload",
    "pillow.libs/libavif*": "reads a kind of image that nobody may upload",
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*.[jc]s*": "a page that is not shown",
}
"""What is installed and never read at run time, and why not."""

METADATA_READ = {
    "python_ulid": "ulid looks up its own version as it is imported",
    "idna": "dnspython trusts only an idna whose version it finds",
}
"""Whose metadata is read at run time, and by whom."""

CHALICE = ("chalice/__init__.py", "chalice/app.py")
"""All of Chalice that runs in Lambda; the rest is its command line."""


@dataclass(frozen=True)
class Bundle:
    """A zip that functions run; `digest` is its SHA-256."""

    name: str
    file: Path
    digest: str
    bytes_zipped: int
    bytes_unpacked: int


def build_bundle(name: str, stage: Stage, into: Path) -> Bundle:
    """Make one bundle of a stage, as `<name>-<digest>.zip` in a folder.

    Raises NotPackaged for what is missing on this machine or too large for Lambda.
    """
    with TemporaryDirectory(prefix="pairly-bundle-") as scratch:
        folder = Path(scratch)
        wheels.install(ROOT / BUNDLES[name].requirements, stage, folder)
        drop(folder)
        trimming.trim(folder / "botocore" / "data")
        add_app(folder, ROOT)
        add_chalice(folder)
        bytecode.compile_all(folder, stage)
        return zipped(folder, name, into)


def drop(folder: Path) -> None:
    """Remove what is never read at run time."""
    for pattern in DROPPED:
        for found in sorted(folder.glob(pattern)):
            if found.suffix == ".dist-info":
                _drop_metadata(found)
            elif found.is_dir():
                shutil.rmtree(found)
            else:
                found.unlink()


def _drop_metadata(folder: Path) -> None:
    kept = folder.name.split("-")[0] in METADATA_READ
    for file in sorted(folder.rglob("*"), reverse=True):
        if file.is_dir():
            file.rmdir()
        elif not (kept and file.name == "METADATA" and file.parent == folder):
            file.unlink()
    if not kept:
        folder.rmdir()


def add_app(folder: Path, root: Path) -> None:
    """Copy the app's own sources. Raises NotPackaged for a file that would be left behind."""
    for source in (root / "app.py", *sorted((root / "chalicelib").rglob("*"))):
        path = source.relative_to(root)
        if source.is_dir() or "__pycache__" in path.parts or path.name.startswith("."):
            continue
        if path.suffix != ".py":
            raise NotPackaged(
                f"{path} is not Python, and nothing else of the app is packaged. Remove it, or"
                " let add_app in infra/package/bundles.py carry such files."
            )
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())


def add_chalice(folder: Path) -> None:
    """Copy what of Chalice runs there. Raises NotPackaged unless it is the version pinned."""
    chalice = metadata.distribution("chalice")
    pin = f"chalice=={chalice.version}"
    if pin not in (ROOT / "requirements-dev.txt").read_text().split():
        raise NotPackaged(
            f"requirements-dev.txt does not pin {pin}, which is here. Run: make setup"
        )
    for path in CHALICE:
        target = folder / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(Path(str(chalice.locate_file(path))).read_bytes())


def zipped(folder: Path, name: str, into: Path) -> Bundle:
    """Zip a folder into another: equal files give equal bytes, whenever and by whomever made.

    Raises NotPackaged if it is larger than this bundle may be.
    """
    into.mkdir(parents=True, exist_ok=True)
    file = into / f"{name}.zip"
    paths = {each.relative_to(folder).as_posix(): each for each in folder.rglob("*")}
    bytes_unpacked = 0
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted(each for each in paths if paths[each].is_file()):
            content = paths[path].read_bytes()
            bytes_unpacked += len(content)
            archive.writestr(_entry(path), content, compresslevel=COMPRESSION)

    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    named = file.rename(into / f"{name}-{digest[:DIGEST_LENGTH]}.zip")
    bundle = Bundle(name, named, digest, named.stat().st_size, bytes_unpacked)
    _refuse_too_large(bundle, BUNDLES[name])
    return bundle


def _entry(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, on whatever machine
    permissions = 0o755 if path.endswith(".so") else 0o644
    entry.external_attr = (stat.S_IFREG | permissions) << 16
    return entry


def _refuse_too_large(bundle: Bundle, recipe: Recipe) -> None:
    for said, found, most in (
        ("zipped", bundle.bytes_zipped, recipe.zipped_bytes_max),
        ("unpacked", bundle.bytes_unpacked, UNPACKED_BYTES_MAX),
    ):
        if found > most:
            raise NotPackaged(
                f"The bundle {bundle.name} has {found / MB:.1f} MB {said}, over {most / MB:.1f}."
                f" Take something out of {recipe.requirements}, or drop more of it in"
                " infra/package/bundles.py."
            )
