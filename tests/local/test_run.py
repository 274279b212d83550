"""`python -m infra.local.run`, as a process of its own."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from infra.local import engine, seed
from infra.local.errors import NotStarted
from infra.local.ports import Ports
from infra.local.run import READY_FILE

from .parcel import NAMES, STAGE, Parcel

READY_SECONDS_MAX = 30.0
STOP_SECONDS_MAX = 15.0
Process = subprocess.Popen[str]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return inherited | {"PORT": "0", "DATA_DIR": str(tmp_path)}


def test_it_tells_people_and_programs_where_everything_is_and_stops_cleanly(
    environ: dict[str, str], tmp_path: Path
) -> None:
    with _running(environ) as (process, where):
        assert where["pid"] == process.pid
        assert httpx.get(where["base_url"] + "/v1/health/live").status_code == 200
        assert where["base_url"] in httpx.get(where["base_url"]).text
        assert (tmp_path / "keyring.json").stat().st_mode & 0o777 == 0o600

        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=STOP_SECONDS_MAX)

    assert process.returncode == 0
    assert where["ws_url"] in said
    assert f"{seed.EMAILS[0]} / {seed.PASSWORD}" in said
    assert not (tmp_path / READY_FILE).exists()
    assert not (tmp_path / engine.PID_FILE).exists()


def test_nothing_is_lost_when_it_is_killed_and_it_starts_again(environ: dict[str, str]) -> None:
    environ["PORT"] = str(_three_free_ports())
    with _running(environ) as (process, where):
        mails = httpx.get(where["base_url"] + "/_local/outbox").json()
        tokens = _log_in(where)
        process.kill()
        process.wait()

    with _running(environ) as (process, where):
        assert httpx.get(where["base_url"] + "/_local/outbox").json() == mails
        known = {"Authorization": f"Bearer {tokens['access_token']}"}
        wallet = httpx.get(where["base_url"] + "/v1/wallet", headers=known)
        assert wallet.status_code == 200
        assert _log_in(where)["user_id"] == tokens["user_id"]


def test_two_stacks_cannot_run_on_the_same_data(environ: dict[str, str]) -> None:
    with _running(environ):
        second = subprocess.run(
            _command(),
            env=environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=READY_SECONDS_MAX,
        )

    assert second.returncode == 1
    assert "Another stack runs on the data" in second.stderr


def test_a_taken_port_is_named_with_what_to_change(environ: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        failed = subprocess.run(
            _command(),
            env=environ | {"PORT": port},
            capture_output=True,
            text=True,
            check=False,
            timeout=READY_SECONDS_MAX,
        )

    assert failed.returncode == 1
    assert f"Port {port}" in failed.stderr
    assert "set PORT" in failed.stderr


def test_a_package_is_run_in_place_of_the_sources_and_says_so(
    environ: dict[str, str], tmp_path: Path
) -> None:
    environ["PACKAGE"] = str(Parcel(tmp_path / "notes").write(tmp_path / "package"))
    with _running(environ) as (process, where):
        own = httpx.post(where["base_url"] + "/v1/uploads").json()
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=STOP_SECONDS_MAX)

    assert process.returncode == 0
    assert (own["OWN"], where["stage"]) == ("upload", STAGE)
    assert f"{environ['PACKAGE']}, {len(NAMES)} functions of stage {STAGE}" in said


def test_a_package_that_is_not_there_is_told_before_anything_starts(
    environ: dict[str, str], tmp_path: Path
) -> None:
    environ["PACKAGE"] = str(tmp_path / "nine")
    failed = subprocess.run(
        _command(),
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=READY_SECONDS_MAX,
    )

    assert failed.returncode == 1
    assert "There is no folder" in failed.stderr
    assert "make package STAGE=dev" in failed.stderr
    assert list(tmp_path.iterdir()) == []


def _three_free_ports() -> int:
    """The first of three: the same address before and after, as a person who restarts it has."""
    while True:
        ports = Ports.claim("127.0.0.1", 0)
        port = ports.gateway
        ports.listener.close()
        with contextlib.suppress(NotStarted):
            Ports.claim("127.0.0.1", port).listener.close()
            return port


def _command() -> list[str]:
    return [sys.executable, "-m", "infra.local.run"]


@contextlib.contextmanager
def _running(environ: dict[str, str]) -> Iterator[tuple[Process, dict[str, Any]]]:
    ready_file = Path(environ["DATA_DIR"]) / READY_FILE
    ready_file.unlink(missing_ok=True)
    process = subprocess.Popen(_command(), env=environ, stdout=subprocess.PIPE, text=True)
    try:
        yield process, _ready(process, ready_file)
    finally:
        process.terminate()
        process.communicate(timeout=STOP_SECONDS_MAX)


def _ready(process: Process, ready_file: Path) -> dict[str, Any]:
    deadline = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < deadline and process.poll() is None:
        if ready_file.exists():
            where: dict[str, Any] = json.loads(ready_file.read_text())
            return where
        time.sleep(0.02)
    raise AssertionError("the stack did not become ready")


def _log_in(where: dict[str, Any]) -> dict[str, Any]:
    login = {"email": seed.EMAILS[0], "password": seed.PASSWORD}
    answer = httpx.post(where["base_url"] + "/v1/auth/login", json=login)
    assert answer.status_code < 300, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens
