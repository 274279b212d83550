"""The whole stack as one object: what runs, and in which order it starts and stops.

    with Stack(scratch_folder()) as stack:
        httpx.post(stack.addresses.base_url + "/v1/…")
        stack.clock.advance(3600)
        stack.settle()

Invariants
- The environment is complete before the app is loaded, because the app reads it once.
- Parts stop in the opposite order of their start, also when a later one did not come up.
"""

import importlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from infra.functions import BucketSource, Function, QueueSource, StreamSource
from infra.local import environment
from infra.local.arrivals import BucketPump
from infra.local.aws import Aws
from infra.local.buckets import Buckets
from infra.local.chores import Chores, Lookout
from infra.local.clock import Anchor, StackClock
from infra.local.consumers import QueuePump
from infra.local.engine import choose, end_earlier
from infra.local.events import REGION
from infra.local.front import Front
from infra.local.gateway import Gateway
from infra.local.lambdas import Lambdas, Runner
from infra.local.pages import Pages
from infra.local.ports import Ports
from infra.local.pumps import Pump, Pumps
from infra.local.queues import Queues
from infra.local.runtime import Rest, Runtime
from infra.local.s3 import S3
from infra.local.schedules import SchedulePump
from infra.local.server import Server
from infra.local.sqs import Sqs
from infra.local.state import State
from infra.local.streams import Stream, StreamPump
from infra.local.websockets import Sockets
from infra.local.wire import Wire

IDLE_SECONDS_MAX = 60.0
CLOCK = "clock"


@dataclass(frozen=True)
class Deployed:
    """What is run.

    runner         what runs the functions
    create_tables  makes the tables that are missing
    queues         queues that there are besides those which functions read, and how often a message
                   of theirs is received before it is buried
    shorten        gives the functions a short way to the queues
    """

    runner: Runner
    functions: list[Function]
    rest: Rest
    create_tables: Callable[[Wire], None]
    queues: Mapping[str, int] = field(default_factory=dict)
    shorten: Callable[[Sqs], None] = lambda _: None


Load = Callable[[StackClock], Deployed]


def pairly(clock: StackClock) -> Deployed:
    """Pairly itself, imported only when it is called for: by then the environment is complete."""
    deployed: Deployed = importlib.import_module("infra.local.deployed").load(clock)
    return deployed


class Stack:
    """The local stack over one data folder. Ports are taken, and addresses known, before `start`.

    A `live` stack works by itself; otherwise queues, streams and schedules stand still until
    `settle`. `settings` go before those of this machine, but for where its services are.
    """

    def __init__(
        self,
        folder: Path,
        load: Load = pairly,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        engine: str = "dynoxide",
        stage: str = "dev",
        settings: Mapping[str, str] | None = None,
        live: bool = False,
        clock: StackClock | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.stage = stage
        self._load = load
        self._live = live
        self._parts = ExitStack()
        self.pumps = Pumps()
        with self._all_or_nothing():
            self._open(host, port, engine, clock)
        self.environment = (
            environment.variables(self.addresses, stage)
            | dict(settings or {})
            | environment.reaching(self.addresses, stage)
        )

    def start(self) -> Self:
        """Bring everything up, or nothing: raises NotStarted with the reason."""
        with self._all_or_nothing():
            os.environ.update(self.environment)
            self._start_services()
            self._start_app()
        return self

    def stop(self) -> None:
        """Take everything down; what was written stays."""
        self._parts.close()

    def settle(self) -> None:
        """Work off everything that is due, in this thread, until nothing is left to do."""
        if self._live:
            raise RuntimeError("a live stack works by itself")
        while True:
            self.server.catch_up()
            self.lambdas.wait_idle(IDLE_SECONDS_MAX)
            if not self.pumps.turn():
                return

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.stop()
            raise

    def _open(self, host: str, port: int, engine: str, clock: StackClock | None) -> None:
        self.state = State(self.folder / "stack.sqlite")
        self._parts.callback(self.state.close)
        self.clock = clock or self._kept_clock()
        self.queues = Queues(self.folder / "queues.sqlite", self.clock)
        self._parts.callback(self.queues.close)
        self.buckets = Buckets(self.folder / "buckets.sqlite", self.clock)
        self._parts.callback(self.buckets.close)
        end_earlier(self.folder)
        self.ports = Ports.claim(host, port)
        self._parts.callback(self.ports.listener.close)
        self.aws = Aws(self.ports.moto, self.state, self.clock)
        self._parts.callback(self.aws.stop)
        self.engine = choose(engine, self.folder, self.ports.engine, moto=self.aws.endpoint)
        shown = "127.0.0.1" if host == "0.0.0.0" else host
        self.addresses = environment.Addresses(
            base_url=f"http://{shown}:{self.ports.gateway}",
            engine=self.engine.endpoint,
            aws=self.aws.endpoint,
        )

    def _start_services(self) -> None:
        self.aws.start()
        for secret in {environment.KEYRING_SECRET, self.environment["PAIRLY_KEYRING_SECRET"]}:
            self.aws.seed(
                keyring_file=self.folder / "keyring.json",
                keyring_secret=secret,
                mail_sender=self.environment["PAIRLY_MAIL_SENDER"],
            )
        self._run(self.engine)

    def _start_app(self) -> None:
        deployed = self._load(self.clock)
        wire = Wire(self.engine.endpoint, region=REGION)
        deployed.create_tables(wire)
        for queue, receives_max in deployed.queues.items():
            self.queues.declare(queue, receives_max)
        self.lambdas = Lambdas(deployed.runner)
        self._parts.callback(self.lambdas.stop)
        runtime = Runtime(
            self.stage,
            deployed.functions,
            deployed.rest,
            self.clock,
            self.lambdas,
            self.state,
            self.queues,
            self.buckets,
            self.pumps.pause,
        )
        self.sockets = Sockets(runtime)
        sqs = Sqs(self.queues, self.addresses.base_url)
        if self._live:
            deployed.shorten(sqs)
        s3 = S3(self.buckets, self.clock, self.environment.get("PAIRLY_CORS_ORIGIN", "*"))
        pages = Pages(self.state, self.queues, self.clock, self.addresses.listed())
        front = Front(Gateway(runtime), self.sockets, sqs, s3, pages)
        self.server = Server(front, self.ports.listener)
        self._run(self.server)
        self._start_pumps(runtime, wire)

    def _start_pumps(self, runtime: Runtime, wire: Wire) -> None:
        lookout = Lookout(self.engine, self.pumps.wake_tables)
        chores = Chores(self._expire_sockets, self.engine, self.clock)
        self.pumps.add([lookout, *self._batch_pumps(runtime, wire)])
        self.pumps.add([SchedulePump(runtime), chores])
        self.lambdas.listen(lookout.wake.set)
        self.queues.listen(self.pumps.wake_queue)
        self.buckets.listen(self.pumps.wake_bucket)
        self.clock.listen(self._clock_was_set)
        self.pumps.wake()
        if self._live:
            self._run(self.pumps)

    def _batch_pumps(self, runtime: Runtime, wire: Wire) -> Iterator[Pump]:
        polls = self.engine.changed() is None
        for function in runtime.functions:
            source = function.trigger
            if isinstance(source, QueueSource):
                yield QueuePump(function, source, runtime)
            elif isinstance(source, StreamSource):
                table = runtime.physical(source.table)
                stream = Stream(table, function.name, wire, self.state)
                yield StreamPump(function, source, stream, runtime, polls=polls)
            elif isinstance(source, BucketSource):
                yield BucketPump(function, source, runtime)

    def _run(self, part: "Part") -> None:
        part.start()
        self._parts.callback(part.stop)

    def _expire_sockets(self) -> int:
        return self.server.call(self.sockets.expire())

    def _clock_was_set(self, anchor: Anchor) -> None:
        self.state.put(CLOCK, json.dumps(anchor))
        self.pumps.wake()

    def _kept_clock(self) -> StackClock:
        kept = self.state.get(CLOCK)
        return StackClock(Anchor(*json.loads(kept)) if kept else None)


class Part(Protocol):
    """Something that runs between its start and its stop."""

    def start(self) -> None: ...

    def stop(self) -> None: ...


def scratch_folder() -> Path:
    """A new folder for a stack that nobody keeps, in memory where the system offers that."""
    in_memory = Path("/dev/shm")
    parent = in_memory if os.access(in_memory, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="pairly-", dir=parent))
