"""The engine alone, asked by bare boto3 what the stack asked of it: for the members' twins."""

import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec

from infra.bench.calls import Asked, Bare
from infra.bench.recorded import REQUESTS
from infra.local.engine import choose
from infra.local.events import REGION
from infra.local.ports import Ports

CLIENTS = (1, 4)
MESSAGES_MAX = 2500
"""For each number of clients; what is asked is the same from first to last."""

Period = tuple[float, float]
"""From and until, in seconds since the epoch."""

_MEMBER = re.compile(rb"(?:usr|cnv)_(\w{26})")


def bare_rates(
    folder: Path, conversation_ids: Sequence[str], messages: int, period: Period
) -> dict[int, float]:
    """Messages per second of bare boto3, by how many clients ask at once; each for other couples.

    The couples' share of the requests is theirs as a whole, in the order in which it was made.
    """
    step = max(len(CLIENTS), messages // MESSAGES_MAX)
    couples = _requests(folder / REQUESTS, conversation_ids, period)
    rates = {}
    with _engine_alone(folder) as endpoint:
        for turn, clients in enumerate(CLIENTS):
            own = [couples[place] for place in range(turn, len(conversation_ids), step)]
            rates[clients] = _rate(endpoint, own, clients)
    return rates


def _requests(
    file: Path, conversation_ids: Sequence[str], period: Period
) -> dict[int, list[bytes]]:
    """The lines about each couple, by its place in the list."""
    places = {
        member.encode(): place
        for place, name in enumerate(conversation_ids)
        for member in (name[4:30], name[30:])
    }
    couples: dict[int, list[bytes]] = defaultdict(list)
    asked_at = msgspec.json.Decoder(_When).decode
    with file.open("rb") as lines:
        for line in lines:
            member = _MEMBER.search(line)
            place = places.get(member[1]) if member else None
            if place is not None and period[0] <= asked_at(line).at <= period[1]:
                couples[place].append(line)
    return couples


class _When(msgspec.Struct):
    at: float


def _rate(endpoint: str, couples: Sequence[list[bytes]], clients: int) -> float:
    """Messages per second when so many clients share these couples."""
    decode = msgspec.json.Decoder(Asked).decode
    asked = [[decode(line).of_twins() for line in couple] for couple in couples]
    messages = sum(each.operation == "TransactWriteItems" for couple in asked for each in couple)
    bare = [Bare(endpoint, REGION) for _ in range(clients)]

    def ask(number: int) -> None:
        for couple in asked[number::clients]:
            bare[number].ask(couple)

    began = time.monotonic()
    with ThreadPoolExecutor(clients) as threads:
        for _ in threads.map(ask, range(clients)):
            pass
    return messages / (time.monotonic() - began)


@contextmanager
def _engine_alone(folder: Path) -> Iterator[str]:
    ports = Ports.claim("127.0.0.1", 0)
    engine = choose("dynoxide", folder, ports.engine, moto="")
    engine.start()
    try:
        yield engine.endpoint
    finally:
        engine.stop()
        ports.listener.close()
