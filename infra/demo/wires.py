"""Sockets as an app uses them: ask and be answered, and hear what happens."""

import itertools
import json
import time
from collections.abc import Callable
from typing import Any

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from infra.demo.telling import NotAsItShouldBe

WAIT_SECONDS_MAX = 10.0
Frame = dict[str, Any]


class Wire:
    """One open socket. Frames that nobody has asked for yet are kept in their order."""

    def __init__(self, owner: str, url: str) -> None:
        self.owner = owner
        self._connection = connect(url, max_queue=None, open_timeout=WAIT_SECONDS_MAX)
        self._refs = itertools.count(1)
        self._kept: list[Frame] = []

    def ask(self, action: str, **wanted: Any) -> Frame:
        """Send an action and wait for its reply, `{"ref", "data"}` or `{"ref", "error"}`."""
        ref = f"r{next(self._refs)}"
        self._connection.send(json.dumps({"action": action, "ref": ref, "data": wanted}))
        return self._next(f"an answer to {action}", lambda frame: frame.get("ref") == ref)

    def do(self, action: str, **wanted: Any) -> Any:
        """The same, for what must succeed; the reply's data."""
        reply = self.ask(action, **wanted)
        if "error" in reply:
            raise NotAsItShouldBe(f"{action} by {self.owner} was refused: {_refusal(reply)}")
        return reply["data"]

    def refused(self, action: str, code: str, **wanted: Any) -> Frame:
        """The same, for what must be refused with this code; the problem."""
        reply = self.ask(action, **wanted)
        if reply.get("error", {}).get("code") != code:
            raise NotAsItShouldBe(f"{action} by {self.owner} should be {code}: {_refusal(reply)}")
        problem: Frame = reply["error"]
        return problem

    def hears(self, event: str, **facts: Any) -> Any:
        """Wait for an event with these facts in it; its data."""
        told = f"{event} {facts or ''}".strip()
        frame = self._next(told, lambda frame: _tells(frame, event, facts))
        return frame["data"]

    def has_heard(self, event: str) -> list[Any]:
        """What was heard of this kind so far and not asked for."""
        return [frame["data"] for frame in self._kept if frame.get("event") == event]

    def is_closed(self) -> int:
        """Wait until the other side closes it; the code."""
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        try:
            while True:
                self._kept.append(self._receive(deadline))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
        except TimeoutError:
            raise NotAsItShouldBe(f"the socket of {self.owner} stays open") from None

    def close(self) -> None:
        """Leave, as a client does."""
        self._connection.close()

    def _next(self, wanted: str, fits: Callable[[Frame], bool]) -> Frame:
        for place, frame in enumerate(self._kept):
            if fits(frame):
                return self._kept.pop(place)
        deadline = time.monotonic() + WAIT_SECONDS_MAX
        try:
            while True:
                frame = self._receive(deadline)
                if fits(frame):
                    return frame
                self._kept.append(frame)
        except TimeoutError:
            heard = [kept.get("event", "a reply") for kept in self._kept]
            raise NotAsItShouldBe(f"{self.owner} waits for {wanted} and has only {heard}") from None

    def _receive(self, deadline: float) -> Frame:
        seconds = max(0.0, deadline - time.monotonic())
        frame: Frame = json.loads(self._connection.recv(timeout=seconds))
        return frame


def refused_handshake(url: str) -> int:
    """Try to open a socket that must not open; the status it is refused with."""
    try:
        connect(url, open_timeout=WAIT_SECONDS_MAX).close()
    except InvalidStatus as refusal:
        return refusal.response.status_code
    raise NotAsItShouldBe("a ticket opened a second socket")


def _tells(frame: Frame, event: str, facts: Frame) -> bool:
    if frame.get("event") != event:
        return False
    said = frame["data"].get("message", {}) | frame["data"]
    return all(said.get(name) == fact for name, fact in facts.items())


def _refusal(reply: Frame) -> str:
    error = reply.get("error")
    return f"{error['code']}, {error['detail']}" if error else f"it was done, {reply['data']}"
