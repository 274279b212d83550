"""Wheels and bytecode for the machine that a stage runs on, or a reason why not."""

import os
from pathlib import Path

import msgspec
import pytest

from infra.package import bytecode, wheels
from infra.package.errors import NotPackaged
from infra.package.stage import Stage, read
from tests.package.conftest import MACHINE, RUNTIME


@pytest.fixture
def stage() -> Stage:
    """On a machine like this one."""
    return msgspec.structs.replace(read("dev", {}), runtime=RUNTIME, architecture=MACHINE)


@pytest.mark.parametrize(
    ("runtime", "architecture", "newest"),
    [
        ("python3.11", "x86_64", "manylinux_2_26_x86_64"),
        ("python3.12", "x86_64", "manylinux_2_34_x86_64"),
        ("python3.13", "arm64", "manylinux_2_34_aarch64"),
    ],
)
def test_wheels_are_for_what_the_runtime_is_made_of(
    stage: Stage, runtime: str, architecture: str, newest: str
) -> None:
    there = msgspec.structs.replace(stage, runtime=runtime, architecture=architecture)

    platforms = wheels.platforms(there)

    machine = wheels.MACHINES[there.architecture]
    assert platforms[0] == newest
    assert platforms[-2:] == [f"manylinux_2_17_{machine}", f"manylinux2014_{machine}"]


def test_a_wheel_for_another_machine_is_told_with_what_to_do(
    stage: Stage,
    only_wheels_from_here: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, text in only_wheels_from_here.items():
        monkeypatch.setenv(name, text)
    other = "arm64" if MACHINE == "x86_64" else "x86_64"
    there = msgspec.structs.replace(stage, architecture=other)
    (tmp_path / "requirements.txt").write_text("msgspec==0.22.0\n")

    with pytest.raises(NotPackaged) as refused:
        wheels.install(tmp_path / "requirements.txt", there, tmp_path / "into")

    machine = wheels.MACHINES[there.architecture]
    newest = wheels.GLIBC_MINOR[there.runtime]
    assert f"no wheel of msgspec==0.22.0 for {RUNTIME} on manylinux_2_{newest}_{machine}" in str(
        refused.value
    )
    assert "Pin a version that has one" in str(refused.value)


def test_nothing_is_built_from_source_for_a_machine_that_is_not_this_one(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "thing-1.0.tar.gz").write_bytes(b"")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    (tmp_path / "requirements.txt").write_text("thing==1.0\n")

    with pytest.raises(NotPackaged, match=r"pip finds no wheel of thing==1\.0 for"):
        wheels.install(tmp_path / "requirements.txt", stage, tmp_path / "into")


def test_another_fault_of_pips_is_told_in_its_words(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (tmp_path / "requirements.txt").write_text("no requirement at all\n")

    with pytest.raises(NotPackaged, match=r"because pip says:\nERROR: Invalid requirement"):
        wheels.install(tmp_path / "requirements.txt", stage, tmp_path / "into")


@pytest.mark.parametrize("shim", [None, "#!/bin/sh\nexit 127\n", "#!/bin/sh\necho python3.10\n"])
def test_without_the_runtimes_interpreter_nothing_is_compiled(
    stage: Stage, shim: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be missing, or stand there as a version manager's that starts nothing."""
    other = "python3.12" if RUNTIME != "python3.12" else "python3.13"
    if shim:
        (tmp_path / other).write_text(shim)
        (tmp_path / other).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/nowhere")
    there = msgspec.structs.replace(stage, runtime=other)

    with pytest.raises(NotPackaged, match=f"Stage dev needs {other} to compile.* Install {other}"):
        bytecode.compile_all(tmp_path, there)


def test_the_runtimes_interpreter_is_found_on_the_path(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = "python3.12" if RUNTIME != "python3.12" else "python3.13"
    told = tmp_path / "told"
    (tmp_path / other).write_text(f'#!/bin/sh\necho {other}; echo "$@" >> {told}\n')
    (tmp_path / other).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    bytecode.compile_all(tmp_path, msgspec.structs.replace(stage, runtime=other))

    assert "-m compileall -q --invalidation-mode unchecked-hash" in told.read_text()


def test_a_source_that_does_not_compile_is_told(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("def :\n")

    with pytest.raises(NotPackaged, match=r"cannot compile what is packaged:\n(?s:.*)broken\.py"):
        bytecode.compile_all(tmp_path, stage)
