"""Opening the world of a process: the environment is complete before the app is imported.

    with opened() as world:
        alice = join(world, "alice")

There is one world in a process, because the app reads its environment once. Nothing here, and
nothing that this imports, imports the app.
"""

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local import environment
from infra.local.engine import Engine, choose
from infra.local.events import REGION
from infra.local.ports import Ports
from infra.local.stack import scratch_folder
from infra.local.wire import Wire

if TYPE_CHECKING:
    from infra.faults.world import World

STAGE = "dev"
NOWHERE = "http://simulated.invalid"
SILENT = {"POWERTOOLS_LOG_LEVEL": "CRITICAL"}


@contextmanager
def opened() -> "Iterator[World]":
    """The world of this process, over a scratch folder that is gone afterwards."""
    folder = scratch_folder()
    engine = _engine(folder)
    try:
        engine.start()
        addresses = environment.Addresses(base_url=NOWHERE, engine=engine.endpoint, aws=NOWHERE)
        os.environ.update(environment.variables(addresses, STAGE) | SILENT)
        logging.getLogger("botocore").setLevel(logging.CRITICAL)
        world = _world(Wire(engine.endpoint, region=REGION))
        yield world
        world.lambdas.stop()
    finally:
        engine.stop()
        shutil.rmtree(folder)


def _world(wire: Wire) -> "World":
    """Only now is the app imported."""
    clockwork = import_module("infra.faults.clockwork")
    time, chance = clockwork.Time(), clockwork.Chance()
    deployed = import_module("infra.local.deployed").load(time)
    clockwork.take_over(time, chance)
    deployed.create_tables(wire)
    world: World = import_module("infra.faults.world").World(deployed, wire, time, chance)
    return world


def _engine(folder: Path) -> Engine:
    ports = Ports.claim("127.0.0.1", 0)
    ports.listener.close()
    setting = os.environ.get("PAIRLY_ENGINE", "dynoxide")
    return choose(setting, folder, ports.engine, moto=NOWHERE)
