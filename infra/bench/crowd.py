"""Many pairs of members on open sockets, each pair sending one paid message after another.

Both members of a pair take turns: whoever heard a message writes the next. So a message counts once
it was acknowledged to its sender and heard by its receiver, and no backlog can hide what it costs.
"""

import asyncio
import itertools
import json
import time
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from infra.demo.telling import NotAsItShouldBe

BODY = "a" * 400
ANSWER_SECONDS_MAX = 60.0


@dataclass
class Talk:
    """When messages were sent, acknowledged and heard, in seconds of one clock."""

    acknowledged: list[float] = field(default_factory=list)
    heard: list[float] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)


class Voice:
    """One member's socket."""

    def __init__(self, socket: ClientConnection, talk: Talk) -> None:
        self._socket = socket
        self._talk = talk
        self._answers: asyncio.Queue[Any] = asyncio.Queue()
        self._heard: asyncio.Queue[int] = asyncio.Queue()
        self.listening = asyncio.create_task(self._listen())

    async def say(self, conversation_id: str, number: int, credits: int) -> None:
        """Send one message, and wait until it is acknowledged."""
        data = {
            "conversation_id": conversation_id,
            "client_message_id": f"message-{number:08}",
            "body": BODY,
            "quoted_credits": credits,
        }
        began = time.monotonic()
        await self._socket.send(json.dumps({"action": "message.send", "ref": "r", "data": data}))
        frame = await asyncio.wait_for(self._answers.get(), ANSWER_SECONDS_MAX)
        if "error" in frame:
            raise NotAsItShouldBe(f"a message was refused: {frame['error']}")
        now = time.monotonic()
        self._talk.acknowledged.append(now)
        self._talk.waited.append(now - began)

    async def hear(self, number: int) -> None:
        """Wait for a message, which must be this one."""
        seq = await asyncio.wait_for(self._heard.get(), ANSWER_SECONDS_MAX)
        if seq != number:
            raise NotAsItShouldBe(f"message {seq} was heard when {number} was due")
        self._talk.heard.append(time.monotonic())

    async def _listen(self) -> None:
        async for text in self._socket:
            frame = json.loads(text)
            if frame.get("event") == "message.created":
                self._heard.put_nowait(frame["data"]["message"]["seq"])
            elif "event" not in frame:
                self._answers.put_nowait(frame)


@dataclass(frozen=True)
class Couple:
    """Two members' tickets' URLs, and their conversation."""

    urls: tuple[str, str]
    conversation_id: str


class Crowd:
    """All couples, connected while the block lasts."""

    def __init__(self, couples: list[Couple], credits: int) -> None:
        self._couples = couples
        self._credits = credits
        self._sockets: list[ClientConnection] = []
        self._voices: list[tuple[Voice, Voice]] = []
        self._sent = itertools.count()
        self.talk = Talk()

    async def __aenter__(self) -> "Crowd":
        for couple in self._couples:
            one, other = [await self._open(url) for url in couple.urls]
            self._voices.append((one, other))
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in self._sockets:
            await socket.close()

    async def send(self, messages: int) -> None:
        """Send so many messages in all; returns once the last was heard."""
        talks = [
            self._talk_on(voices, couple.conversation_id, messages)
            for voices, couple in zip(self._voices, self._couples, strict=True)
        ]
        await asyncio.gather(*talks)

    async def _talk_on(self, voices: tuple[Voice, Voice], conversation_id: str, last: int) -> None:
        """Take turns until the crowd has sent enough."""
        for seq in itertools.count(1):
            number = next(self._sent)
            if number >= last:
                return
            speaker, listener = voices if seq % 2 else reversed(voices)
            await speaker.say(conversation_id, number, self._credits)
            await listener.hear(seq)

    async def _open(self, url: str) -> Voice:
        socket = await connect(url, max_queue=None, open_timeout=ANSWER_SECONDS_MAX)
        self._sockets.append(socket)
        return Voice(socket, self.talk)
