"""A world of its own: the app, an engine, and everything else stood in for, in one process."""

from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSResponse

from chalicelib.core.aws import client
from chalicelib.core.db import connection
from chalicelib.core.settings import settings
from infra.faults.clockwork import BEGINNING, Chance, Time
from infra.faults.deliveries import Backlog
from infra.faults.doors import Doors
from infra.faults.image import Image, Tables
from infra.faults.network import Call, Network
from infra.faults.standins import Outside
from infra.functions import Function
from infra.local.lambdas import Lambdas
from infra.local.stack import Deployed
from infra.local.wire import Wire


@dataclass(frozen=True)
class Snapshot:
    """A moment to come back to."""

    image: Image
    outside: Outside
    wall: float


class World:
    """What a scene plays in."""

    def __init__(self, deployed: Deployed, wire: Wire, time: Time, chance: Chance) -> None:
        self.time = time
        self.chance = chance
        self.wire = wire
        self.outside = Outside()
        self.network = Network(self._outside_answers)
        self.lambdas = Lambdas(deployed.runner)
        self.functions = deployed.functions
        self.doors = Doors(self, deployed.functions)
        self.tables = Tables(wire)
        self.people = 0
        self._image: Image = {}
        _attach(self.network)
        self.backlog = Backlog(self)

    def _outside_answers(self, call: Call) -> AWSResponse:
        return self.outside.answer(call)

    def invoke(self, function: Function, event: Any) -> Any:
        """Run a function in this thread."""
        return self.lambdas.invoke(function, event)

    def physical(self, name: str) -> str:
        """A table's or queue's name in this stage."""
        return settings().physical(name)

    def empty(self, seed: str) -> None:
        """Begin anew: no items, no members, the same chance for the same seed."""
        nothing: Image = {name: {} for name in self.tables.names}
        self.outside = Outside()
        self.time.wall = BEGINNING
        self.people = 0
        self._put_back(nothing, seed)

    def snapshot(self) -> Snapshot:
        """This moment."""
        return Snapshot(self.image(), self.outside.copy(), self.time.wall)

    def image(self) -> Image:
        """All tables now; only those written since the last look are read."""
        unread = self.network.written if self._image else self.tables.names
        self._image = self._image | self.tables.read(sorted(unread))
        self.network.written.clear()
        return self._image

    def restore(self, snapshot: Snapshot) -> None:
        """Back to that moment."""
        self.outside = snapshot.outside.copy()
        self.time.wall = snapshot.wall
        self._put_back(snapshot.image, "again")

    def _put_back(self, image: Image, seed: str) -> None:
        changed = self.tables.put_back(image, self.image())
        self._image = image
        self.backlog.skip(changed)
        self.chance.reset(seed)


def _attach(network: Network) -> None:
    """Let every client that the app has pass through here."""
    network.attach(connection().client)
    for service in ("ses", "secretsmanager"):
        network.attach(client(service))
    network.attach(client("sqs", settings().sqs_endpoint))
    network.attach(client("apigatewaymanagementapi", settings().connections_endpoint))
