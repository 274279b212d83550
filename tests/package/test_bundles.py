"""What functions run: complete, lean, compiled, and the same whenever it is made."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from marshal import loads
from pathlib import Path
from types import CodeType

import pytest

from infra import attaching
from infra.package import bundles
from infra.package.bundles import BUNDLES, MB, Recipe
from infra.package.errors import NotPackaged
from tests.package.conftest import RUNTIME

INSIDE = """\
import os
import sys
import app
from argon2 import PasswordHasher
from chalicelib.accounts.addresses import normalised_email
from chalicelib.core.aws import client
from chalicelib.core.ids import ULID

PasswordHasher().verify(PasswordHasher().hash("secret"), "secret")
assert normalised_email("Alice@Bücher.example") == "alice@bücher.example"
for service in ("ses", "s3", "sqs", "secretsmanager", "dynamodb"):
    client(service)
client("apigatewaymanagementapi", "https://abc.execute-api.eu-central-1.amazonaws.com/dev")
here = (sys.argv[1], os.path.dirname(os.__file__))
files = [getattr(module, "__file__", None) or here[0] for module in sys.modules.values()]
sys.exit([file for file in files if not file.startswith(here)] or 0)
"""


PILLOW = """\
import io
from PIL import Image
from chalicelib.profiles.photos import pictures
raw = io.BytesIO()
Image.new("RGB", (900, 900)).save(raw, "WEBP")
assert pictures.largest(raw.getvalue(), "image/webp").width == 900
"""


@pytest.fixture(scope="module")
def core(build_dev: Path) -> Iterator[zipfile.ZipFile]:
    with opened(build_dev, "core") as archive:
        yield archive


@pytest.fixture(scope="module")
def photos(build_dev: Path) -> Iterator[zipfile.ZipFile]:
    with opened(build_dev, "photos") as archive:
        yield archive


def opened(build_dev: Path, name: str) -> zipfile.ZipFile:
    [file] = (build_dev / "artifacts" / "bundles").glob(f"{name}-*.zip")
    return zipfile.ZipFile(file)


@pytest.fixture(scope="module")
def names(core: zipfile.ZipFile) -> list[str]:
    return core.namelist()


def test_a_bundle_runs_by_itself(core: zipfile.ZipFile, tmp_path: Path) -> None:
    """Imports every door, hashes a password, checks an address, makes every client."""
    ran = run(core, tmp_path, INSIDE)

    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_bundle_of_photos_runs_by_itself_and_reads_images(
    photos: zipfile.ZipFile, tmp_path: Path
) -> None:
    ran = run(photos, tmp_path, PILLOW + INSIDE)

    assert (ran.returncode, ran.stderr) == (0, "")


def test_only_the_bundle_of_photos_knows_images(
    core: zipfile.ZipFile, photos: zipfile.ZipFile
) -> None:
    here, there = set(core.namelist()), set(photos.namelist())

    assert not [each for each in here if each.startswith(("PIL/", "pillow"))]
    assert {each.split("/")[0] for each in there - here} == {"PIL", "pillow.libs"}
    assert here <= there
    assert not [each for each in there if "avif" in each and not each.endswith((".py", ".pyc"))]


def run(archive: zipfile.ZipFile, folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Run a program on nothing but a bundle."""
    archive.extractall(folder)
    return subprocess.run(
        [sys.executable, "-B", "-S", "-W", "error", "-c", program, str(folder)],
        cwd=folder,
        env=attaching.UNUSED | {"PYTHONPATH": str(folder), "AWS_REGION": "eu-central-1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_source_of_the_app_is_there_and_nothing_else_of_it(names: list[str]) -> None:
    sources = {
        str(each.relative_to(bundles.ROOT)) for each in (bundles.ROOT / "chalicelib").rglob("*.py")
    }

    packaged = {each for each in names if each.startswith("chalicelib/") and ".pyc" not in each}
    assert packaged == sources
    assert "app.py" in names
    assert {each for each in names if each.startswith("chalice/") and ".pyc" not in each} == {
        "chalice/__init__.py",
        "chalice/app.py",
    }


def test_every_source_stands_beside_its_bytecode(names: list[str]) -> None:
    tag = f"cpython-{RUNTIME.removeprefix('python').replace('.', '')}"
    sources = [Path(each) for each in names if each.endswith(".py")]

    expected = {str(each.parent / "__pycache__" / f"{each.stem}.{tag}.pyc") for each in sources}
    assert {each for each in names if each.endswith(".pyc")} == expected


def test_bytecode_is_not_checked_and_names_files_where_lambda_puts_them(
    core: zipfile.ZipFile, names: list[str]
) -> None:
    for name in (each for each in names if each.endswith(".pyc")):
        content = core.read(name)
        folder, _, file = name.partition("__pycache__/")
        source = f"/var/task/{folder}{file.split('.')[0]}.py"

        assert int.from_bytes(content[4:8], "little") == 0b01, name
        assert {each.co_filename for each in codes(loads(content[16:]))} == {source}


def codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


@pytest.mark.parametrize(
    "part", ["bin/", ".pyi", "py.typed", "/tests/", "cffi/", "pycparser/", "swagger-ui", "RECORD"]
)
def test_what_is_never_read_stays_behind(names: list[str], part: str) -> None:
    assert [each for each in names if each.startswith(part) or part in f"/{each}"] == []


def test_metadata_is_kept_where_it_is_read(names: list[str]) -> None:
    kept = {each.split("-")[0] for each in names if ".dist-info/" in each}

    assert kept == bundles.METADATA_READ.keys()


def test_entries_are_sorted_and_bear_no_time_and_no_owner(core: zipfile.ZipFile) -> None:
    entries = core.infolist()

    assert [each.filename for each in entries] == sorted(each.filename for each in entries)
    assert {each.date_time for each in entries} == {(1980, 1, 1, 0, 0, 0)}
    modes = {(each.filename.endswith(".so"), oct(each.external_attr >> 16)) for each in entries}
    assert modes == {(True, "0o100755"), (False, "0o100644")}


def test_the_bundle_is_far_smaller_than_it_may_be(core: zipfile.ZipFile) -> None:
    assert core.filename is not None
    assert Path(core.filename).stat().st_size < 7.5 * MB
    assert sum(each.file_size for each in core.infolist()) < 20 * MB


def test_the_bundle_of_photos_is_far_smaller_than_it_may_be(photos: zipfile.ZipFile) -> None:
    assert photos.filename is not None
    assert Path(photos.filename).stat().st_size < 16 * MB
    assert sum(each.file_size for each in photos.infolist()) < 50 * MB


def test_a_file_of_the_app_that_would_stay_behind_is_told(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "chalicelib" / "__pycache__").mkdir(parents=True)
    (root / "app.py").write_text("")
    (root / "chalicelib" / "__pycache__" / "x.pyc").write_text("")
    (root / "chalicelib" / ".hidden").write_text("")
    bundles.add_app(tmp_path / "into", root)
    assert [each.name for each in (tmp_path / "into").rglob("*")] == ["app.py"]

    (root / "chalicelib" / "page.html").write_text("")
    with pytest.raises(NotPackaged, match=r"chalicelib/page\.html is not Python"):
        bundles.add_app(tmp_path / "into", root)


def test_another_chalice_than_the_one_pinned_is_not_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "requirements-dev.txt").write_text("chalice==1.0.0\n")
    monkeypatch.setattr(bundles, "ROOT", tmp_path)

    with pytest.raises(NotPackaged, match=r"does not pin chalice==.* Run: make setup"):
        bundles.add_chalice(tmp_path / "into")


def test_a_bundle_that_is_too_large_zipped_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "random.so").write_bytes(os.urandom(200_000))
    monkeypatch.setitem(BUNDLES, "core", Recipe("requirements.txt", zipped_bytes_max=100_000))

    with pytest.raises(
        NotPackaged, match=r"core has 0\.2 MB zipped, over 0\.1\. Take something out"
    ):
        bundles.zipped(tmp_path, "core", tmp_path / "into")


def test_a_bundle_that_lambda_would_not_unpack_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "zeros.so").write_bytes(bytes(200_000))
    monkeypatch.setattr(bundles, "UNPACKED_BYTES_MAX", 100_000)

    with pytest.raises(NotPackaged, match=r"core has 0\.2 MB unpacked, over 0\.1\. Take something"):
        bundles.zipped(tmp_path, "core", tmp_path / "into")


def test_the_same_files_make_the_same_zip_whenever_they_were_written(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder, order in ((first, "ab"), (second, "ba")):
        folder.mkdir()
        for name in order:
            (folder / f"{name}.py").write_text(name)
    os.utime(second / "a.py", (1, 1))
    (second / "a.py").chmod(0o600)

    one, other = (
        bundles.zipped(each, "core", tmp_path / "into" / each.name) for each in (first, second)
    )

    assert one.digest == other.digest
    assert one.file.name == other.file.name == f"core-{one.digest[:16]}.zip"
    assert one.bytes_unpacked == 2
