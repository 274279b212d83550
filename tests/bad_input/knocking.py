"""Sending requests that should be refused, and what is promised of each refusal."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Self
from urllib.parse import quote, urlencode

import httpx
import jwt
from msgspec import inspect

from chalicelib.accounts.schemas import SessionId
from chalicelib.core import clock, keys, schema
from chalicelib.core.access import Permission
from chalicelib.core.http import Endpoint
from chalicelib.core.limits import Limit
from chalicelib.operations import refusals
from tests import tables
from tests.bad_input.values import Wrong, bodies
from tests.bad_input.words import parts, queries
from tests.bad_input.world import ULID, Example, World
from tests.problems import told

JSON = {"Content-Type": "application/json"}


class Walk:
    """Around many requests at one door: none of them may write, nor be refused for its number.

    with Walk(world, endpoint.limit) as walk:
        walk.step()
        knock(…)
    """

    def __init__(self, world: World, limit: Limit | None) -> None:
        self._world = world
        self._limit = limit

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if kind is None:
            self._end()

    def step(self) -> None:
        """Before each request: pass on to the next stretch of time before this one is used up."""
        self._steps += 1
        if self._limit is not None and self._steps > self._limit.knocks:
            self._end()
            self._begin()
            self._steps = 1

    def _begin(self) -> None:
        clock = self._world.stack.clock
        if self._limit is not None:
            clock.advance(self._limit.seconds - clock() % self._limit.seconds)
        self._world.fresh()
        self._steps = 0
        self._before = tables.image(self._world.stack)

    def _end(self) -> None:
        assert tables.changed(self._before, tables.image(self._world.stack)) == {}


def knock(
    world: World,
    endpoint: Endpoint,
    example: Example,
    *,
    text: str | bytes | None = None,
    path: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> httpx.Response:
    """Send a door its example, with the body or query, a part of the path, or headers replaced."""
    spelled = {name: quote(part, safe="") for name, part in example.path.items()} | (path or {})
    url = endpoint.path.format(**spelled)
    sender = world.alice if endpoint.access is Permission.MEMBER else world.admin
    sent = {} if endpoint.access is Permission.PUBLIC else sender.headers()
    content: bytes | None = None
    if endpoint.takes_body:
        good = httpx.Request("POST", "http://x", json=example.sent).content
        content = good if text is None else text.encode() if isinstance(text, str) else text
        sent |= JSON
    elif text is not None or example.sent:
        url += "?" + (urlencode(example.sent) if text is None else str(text))
    kept = {name: value for name, value in (sent | (headers or {})).items() if value}
    return world.alice.http.request(endpoint.method, url, content=content, headers=kept)


def wrongs(endpoint: Endpoint, example: Example) -> Iterator[tuple[Wrong, dict[str, Any]]]:
    """Every wrong body, query and part of the path, with how to send it."""
    struct = endpoint.signature.struct_type
    if struct is not None:
        every = bodies if endpoint.takes_body else queries
        for each in every(struct, example.sent, example.spare):
            yield each, {"text": each.text}
    for name, kind in endpoint.signature.path.items():
        for each in parts(name, kind, example.path[name]):
            yield each, {"path": {name: each.text}}


def documented(endpoint: Endpoint) -> set[tuple[int, str]]:
    """Status and code of every refusal that the API document tells of this route."""
    return {(int(each.status), each.code) for each in refusals.of_endpoint(endpoint)}


def complaint(answer: httpx.Response, each: Wrong, allowed: set[tuple[int, str]]) -> str | None:
    """What is wrong with the refusal of a wrong request, or None if it is as promised."""
    if answer.status_code < 400:
        return f"{each.what}: accepted with {answer.status_code}"
    said = told(answer)
    return judged(said, each, allowed)


def judged(said: dict[str, Any], each: Wrong, allowed: set[tuple[int, str]]) -> str | None:
    """The same, of the problem itself."""
    got = said["status"], said["code"]
    if got not in allowed:
        return f"{each.what}: {got} is not documented"
    if not each.rules:
        return None if got == (400, "malformed_json") else f"{each.what}: {got}, {said['errors']}"
    faults = [(fault["at"], fault["rule"]) for fault in said["errors"]]
    expected = got == (422, "invalid_request") and len(faults) == 1
    if expected and faults[0][0] == each.at and faults[0][1] in each.rules:
        return None
    return f"{each.what}: {got} {faults}, not {each.at} {sorted(each.rules)}"


def bad_tokens(world: World) -> dict[str, str]:
    """Authorization headers that open nothing, by what is wrong with them."""
    honest = jwt.decode(world.alice.access_token, options={"verify_signature": False})

    def signed(key: bytes, **claims: Any) -> str:
        said = honest | claims
        return jwt.encode(said, key, algorithm="HS256", headers={"kid": keys.active()})

    key = keys.active_key("access")
    unsigned = jwt.encode(honest, None, algorithm="none", headers={"kid": keys.active()})
    expired = signed(key, exp=clock.now() - timedelta(seconds=1))
    return {
        "none": "",
        "not a token": "Bearer nonsense",
        "another scheme": f"Basic {world.alice.access_token}",
        "forged": f"Bearer {signed(b'x' * 32)}",
        "unsigned": f"Bearer {unsigned}",
        "expired": f"Bearer {expired}",
        "for another audience": f"Bearer {signed(key, aud='https://elsewhere')}",
        "of a session that never was": f"Bearer {signed(key, sid=f'ses_{ULID}')}",
        "a refresh token": f"Bearer {world.alice.refresh_token}",
    }


def foreign_ids(world: World) -> dict[str, list[str]]:
    """Ids that are not the caller's to use, by the pattern of their type."""
    alices, carols = (each.user_id.removeprefix("usr_") for each in (world.alice, world.carol))
    unmatched = "".join(sorted((alices, carols)))
    pair = world.conversation.removeprefix("cnv_")
    return {
        _pattern(schema.ConversationId): [
            world.strangers,
            f"cnv_{unmatched}",
            f"cnv_{alices}{alices}",
            f"cnv_{ULID}{ULID}",
        ],
        _pattern(schema.MessageId): [
            world.strangers_message,
            world.theirs,
            f"msg_{pair}_00000000",
            f"msg_{pair}_ffffffff",
            f"msg_{unmatched}_00000001",
        ],
        _pattern(SessionId): [world.bob.session_id, f"ses_{ULID}"],
        _pattern(schema.UserId): [f"usr_{ULID}"],
    }


def foreign_for(kind: Any, world: World) -> list[str]:
    """Ids of this kind that are not the caller's."""
    info = kind if isinstance(kind, inspect.Type) else inspect.type_info(kind)
    pattern = info.pattern if isinstance(info, inspect.StrType) else None
    return foreign_ids(world).get(pattern or "", [])


def _pattern(kind: Any) -> str:
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StrType)
    assert info.pattern
    return info.pattern
