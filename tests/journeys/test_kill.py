"""What was acknowledged survives the death of everything: `kill -9`, and start again."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from tests import people
from tests.people import Member, draft

START_SECONDS_MAX = 60
SETTLED_SECONDS_MAX = 30
KILLS = 3
ACKNOWLEDGED_BEFORE_EACH_KILL = 12


class Process:
    """A whole stack in a process of its own, over one folder; as `people` want a stack to be."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.addresses = SimpleNamespace(base_url="")
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Come up, with everything that was kept."""
        ready = self.folder / "stack.json"
        ready.unlink(missing_ok=True)
        self._running = subprocess.Popen(
            [sys.executable, "-m", "infra.local.run"],
            env=self.environment() | {"PORT": "0"},
            stdout=subprocess.DEVNULL,
        )
        running = self._running
        wait_until(lambda: ready.exists() or running.poll() is not None, START_SECONDS_MAX)
        self.addresses.base_url = json.loads(ready.read_text())["base_url"]

    def kill(self) -> None:
        """Die on the spot, the database with all the rest."""
        if self._running is None:
            return
        engine = self.folder / "dynamodb.pid"
        engine_pid = int(engine.read_text()) if engine.exists() else None
        self._running.send_signal(signal.SIGKILL)
        if engine_pid:
            with suppress(ProcessLookupError):
                os.kill(engine_pid, signal.SIGKILL)
        self._running.wait()
        self._running = None

    def settle(self) -> None:
        """It works by itself."""

    def verify(self) -> str:
        """What the ledger's own proof says."""
        done = subprocess.run(
            [sys.executable, "-m", "infra.ledger", "verify"],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr

    def environment(self) -> dict[str, str]:
        """The environment of a shell, without that of the stack of the other tests."""
        shell = {k: v for k, v in os.environ.items() if not k.startswith(("PAIRLY_", "AWS_"))}
        return shell | {"DATA_DIR": str(self.folder)}


@dataclass
class Sender:
    """An app that sends one message after another, and repeats what was not acknowledged."""

    member: Member
    conversation: str
    acknowledged: list[dict[str, Any]] = field(default_factory=list)
    unsure: dict[str, Any] | None = None

    def send(self, stop: threading.Event) -> None:
        """Send until the line is cut."""
        while not stop.is_set():
            wanted = self.unsure or draft(f"{self.member.name} {len(self.acknowledged)}")
            self.unsure = wanted
            try:
                self._send_at_its_price(wanted)
            except httpx.HTTPError:
                return

    def repeat_what_is_unsure(self) -> None:
        """Once the line is good again, until it is acknowledged."""
        while self.unsure:
            self._send_at_its_price(self.unsure)

    def _send_at_its_price(self, wanted: dict[str, Any]) -> None:
        path = f"/v1/conversations/{self.conversation}"
        quote = self.member.get(f"{path}/quote").json()["credits"]
        answer = self.member.post(f"{path}/messages", wanted | {"quoted_credits": quote})
        if answer.status_code == 409 and answer.json()["code"] == "price_changed":
            return  # her other device took the last free one: ask again, and repeat
        assert answer.status_code == 201, answer.text
        self.acknowledged.append(answer.json())
        self.unsure = None


def wait_until(holds: Callable[[], bool], seconds_max: float) -> None:
    """Look again until it holds."""
    deadline = time.monotonic() + seconds_max
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.01)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path / "data")
    try:
        process.start()
        yield process
    finally:
        process.kill()


def test_every_acknowledged_message_survives_a_kill_once_and_is_paid_once(
    process: Process,
) -> None:
    alice, bob = people.join(process, "alice"), people.join(process, "bob")
    for member in (alice, bob):
        wait_until(lambda member=member: member.credits == 50, SETTLED_SECONDS_MAX)
        member.put("/v1/me/prices", {"message_credits": 1, "call_minute_credits": 1})
    conversation = people.match(alice, bob)
    senders = [Sender(alice, conversation), Sender(bob, conversation), Sender(alice, conversation)]

    for kill in range(1, KILLS + 1):
        talk_until_killed(process, senders, kill * ACKNOWLEDGED_BEFORE_EACH_KILL)
        process.start()
        for member in (alice, bob):
            move(member, process)

    for sender in senders:
        sender.repeat_what_is_unsure()
    sent = [message for sender in senders for message in sender.acknowledged]
    kept = bob.get(f"/v1/conversations/{conversation}/messages", since=0, limit=100).json()["items"]

    assert len(sent) >= KILLS * ACKNOWLEDGED_BEFORE_EACH_KILL
    assert [message["seq"] for message in kept] == list(range(1, len(kept) + 1))
    assert sorted(sent, key=lambda message: message["seq"]) == kept
    assert len({message["client_message_id"] for message in kept}) == len(kept)
    for member in (alice, bob):
        own = [message for message in kept if message["sender_id"] == member.user_id]
        paid = sum(message["credits"] for message in own)
        assert paid == len(own) - 3
        assert member.credits == 50 - paid
        statement = member.get("/v1/wallet/entries", limit=100).json()["items"]
        assert [entry["number"] for entry in statement] == list(range(paid + 1, 0, -1))
        assert [entry["balance_credits"] for entry in statement] == list(range(50 - paid, 51))
    wait_until(lambda: preview_of(bob, conversation) == kept[-1]["body"], SETTLED_SECONDS_MAX)
    said = process.verify()
    assert said.endswith("Every rule holds.\n"), said
    for member in (alice, bob):
        member.hang_up()


def talk_until_killed(process: Process, senders: list[Sender], acknowledged: int) -> None:
    """Let all send at once, and kill the stack in the middle of it."""
    stop = threading.Event()

    def enough() -> bool:
        return sum(len(sender.acknowledged) for sender in senders) >= acknowledged

    with ThreadPoolExecutor(len(senders)) as threads:
        sending = [threads.submit(sender.send, stop) for sender in senders]
        try:
            wait_until(
                lambda: enough() or any(each.done() for each in sending), SETTLED_SECONDS_MAX
            )
        finally:
            process.kill()
            stop.set()
    for each in sending:
        each.result()


def move(member: Member, process: Process) -> None:
    """Talk to the stack where it is now: its address is another, which tokens are bound to."""
    member.http.close()
    member.http = people.client(process)
    member.come_back()


def preview_of(member: Member, conversation: str) -> str | None:
    return member.get(f"/v1/conversations/{conversation}").json()["preview"]
