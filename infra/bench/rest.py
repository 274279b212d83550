"""REST requests on one connection that is kept open: the stack, against plain `chalice local`.

Both run as processes of their own, on the same engine.
"""

import http.client
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx

from infra import attaching
from infra.bench.results import Measure, at_least, plain
from infra.demo.devices import Town
from infra.demo.process import ROOT, StackProcess, free_ports
from infra.demo.telling import NotAsItShouldBe

SECONDS = 3.0
ROUNDS = 3
RATIO_MIN = 50
READY_SECONDS_MAX = 30.0
LIVE, WALLET = "/v1/health/live", "/v1/wallet"
Headers = dict[str, str]


def measure() -> list[Measure]:
    """Requests per second of both, in turns, and how many times as many the stack answers."""
    with StackProcess() as stack:
        where = stack.start()
        environment = attaching.variables({"DATA_DIR": str(stack.folder)})
        with httpx.Client(base_url=where.base_url) as client:
            token = Town(client).join("alice").tokens["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        with _chalice_local(environment) as plain_port:
            stack_port = urlsplit(where.base_url).port or 80
            ports = {"the stack": stack_port, "chalice local": plain_port}
            turns = [
                {name: _rate(port, LIVE, {}) for name, port in ports.items()} for _ in range(ROUNDS)
            ]
        wallet = _rate(stack_port, WALLET, bearer)
    rates = {name: statistics.median(turn[name] for turn in turns) for name in ports}
    return [
        *(plain(f"GET {LIVE}, {name}", rates[name], "requests/s") for name in ports),
        plain(f"GET {WALLET}, the stack", wallet, "requests/s"),
        at_least(
            "the stack ÷ chalice local", rates["the stack"] / rates["chalice local"], "", RATIO_MIN
        ),
    ]


def _rate(port: int, path: str, headers: Headers) -> float:
    """Requests per second, one after the other on one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    _ask(connection, path, headers)
    answered, began = 0, time.monotonic()
    while (passed := time.monotonic() - began) < SECONDS:
        _ask(connection, path, headers)
        answered += 1
    connection.close()
    return answered / passed


def _ask(connection: http.client.HTTPConnection, path: str, headers: Headers) -> None:
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise NotAsItShouldBe(f"GET {path} answered {answer.status}: {body[:200]!r}")


@contextmanager
def _chalice_local(environment: dict[str, str]) -> Iterator[int]:
    """`chalice local`, ready to answer, on its port."""
    port = free_ports(1)
    chalice = os.path.join(os.path.dirname(sys.executable), "chalice")
    arguments = ["local", "--port", str(port), "--no-autoreload"]
    process = subprocess.Popen(
        [chalice, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_ready(process, port)
        yield port
    finally:
        process.kill()
        process.wait()


def _wait_ready(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            return _ask(connection, LIVE, {})
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise NotAsItShouldBe("chalice local does not answer")
