"""What is told of a package that cannot be run here."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest

from infra.local.errors import NotStarted
from infra.local.packaged import packaged_stack, read

from .parcel import STAGE, Parcel


def test_a_filter_that_is_not_understood_is_told(parcel: Parcel, tmp_path: Path) -> None:
    source = parcel.stacks["tiny"]["Resources"]["StreamSource"]["Properties"]
    source["FilterCriteria"]["Filters"][0]["Pattern"] = '{"dynamodb": {}}'

    with pytest.raises(NotStarted, match="only eventName is understood"):
        read(parcel.write(tmp_path))


def test_a_folder_that_is_not_there_is_told_with_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match=r"There is no .*/nine; .* make package STAGE=nine"):
        read(tmp_path / "nine")


def test_a_folder_that_is_no_package_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match=r"is not a package: there is no parent\.json"):
        read(tmp_path)


def test_a_package_for_another_python_is_told_with_how_to_run_it(
    parcel: Parcel, tmp_path: Path
) -> None:
    parcel.function("show")["Runtime"] = "python3.9"

    with pytest.raises(NotStarted, match=r"made for python3\.9.*make run PYTHON=python3\.9"):
        read(parcel.write(tmp_path))


def test_a_package_for_another_processor_is_told(parcel: Parcel, tmp_path: Path) -> None:
    parcel.function("show")["Architectures"] = ["s390x"]

    with pytest.raises(NotStarted, match="made for s390x"):
        read(parcel.write(tmp_path))


def test_a_module_that_this_python_does_not_load_is_told(parcel: Parcel, tmp_path: Path) -> None:
    parcel.bundle["fast.cpython-39-x86_64-linux-gnu.so"] = "not for here"
    stack = packaged_stack(read(parcel.write(tmp_path / "package")), tmp_path / "data")

    with _refused(r"holds fast\.cpython-39"), stack:
        pass
    assert list((tmp_path / "data" / "bundles").iterdir()) == []


def test_a_torn_bundle_is_told(parcel: Parcel, tmp_path: Path) -> None:
    package = read(parcel.write(tmp_path / "package"))
    (tmp_path / "package" / "artifacts" / "bundles" / "core-4567.zip").write_bytes(b"PK\3")
    stack = packaged_stack(package, tmp_path / "data")

    with _refused("cannot be unpacked"), stack:
        pass


def test_a_torn_template_is_told(parcel: Parcel, tmp_path: Path) -> None:
    parcel.write(tmp_path)
    (tmp_path / "artifacts" / "stacks" / "tiny-0123.json").write_text("{")

    with pytest.raises(NotStarted, match=r"tiny-0123\.json cannot be read"):
        read(tmp_path)


def test_a_template_that_refers_to_nothing_is_told(parcel: Parcel, tmp_path: Path) -> None:
    parcel.function("show")["Role"] = {"Ref": "Nobody"}

    with pytest.raises(NotStarted, match="Nobody is not known"):
        read(parcel.write(tmp_path))


def test_a_stack_that_is_given_what_no_other_puts_out_is_told(
    parcel: Parcel, tmp_path: Path
) -> None:
    parcel.stacks["data"]["Outputs"] = {}

    with pytest.raises(NotStarted, match="what TinyStack should be given, no stack puts out"):
        read(parcel.write(tmp_path))


@pytest.mark.parametrize("reader", ["stream", "queue"])
def test_a_role_that_lets_lambda_read_nothing_is_told(
    parcel: Parcel, tmp_path: Path, reader: str
) -> None:
    role = parcel.stacks["tiny"]["Resources"][f"{reader.capitalize()}FunctionRole"]
    role["Properties"]["Policies"] = []

    with pytest.raises(NotStarted, match=f"role of pairly-{STAGE}-{reader} does not grant"):
        read(parcel.write(tmp_path))


@contextmanager
def _refused(told: str) -> Iterator[None]:
    with mock.patch.dict(os.environ), pytest.raises(NotStarted, match=told):
        yield
