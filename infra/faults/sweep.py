"""The crash-point sweep: each operation, each request it makes, each kind of fault."""

from collections.abc import Iterator
from dataclasses import dataclass

from infra.faults.judge import (
    Ending,
    Reference,
    at_rest,
    first_answer,
    frames,
    last_answer,
    play,
    reference,
    same_end,
)
from infra.faults.kinds import KINDS, Fault, Kind
from infra.faults.network import DYNAMODB, Actor
from infra.faults.scenes import Scene, Set, ready
from infra.faults.world import World


@dataclass(frozen=True)
class Violation:
    """A rule that did not hold, and how to see it again."""

    scene: str
    case: str
    told: str

    def __str__(self) -> str:
        return f"{self.scene} [{self.case}] {self.told}"


@dataclass(frozen=True)
class Cell:
    """One fault at one request of an operation."""

    number: int
    kind: Kind
    asked: str

    @property
    def outside(self) -> bool:
        """Whether it befalls a service other than DynamoDB: then an honest 500 is an answer."""
        return not self.asked.startswith(DYNAMODB)

    def __str__(self) -> str:
        return f"{self.kind.name} at request {self.number}, {self.asked}"


_references: dict[str, Reference] = {}


def wanted_of(world: World, scene: Set) -> Reference:
    """What the scene's operation does undisturbed; played once in a process."""
    name = scene.scene.name
    if name not in _references:
        _references[name] = reference(world, scene)
    return _references[name]


def cells(wanted: Reference) -> list[Cell]:
    """Every fault at every request."""
    return [
        Cell(number, kind, call.name)
        for number, call in enumerate(wanted.calls, start=1)
        for kind in KINDS
        if kind.befalls(call)
    ]


def sweep(world: World, scene: Scene) -> Iterator[list[Violation]]:
    """Play every cell of a scene; yields what each violated."""
    stage = ready(world, scene)
    wanted = wanted_of(world, stage)
    for cell in cells(wanted):
        yield [Violation(scene.name, str(cell), told) for told in played(world, stage, cell)]


def played(world: World, scene: Set, cell: Cell) -> list[str]:
    """Inject the fault, deliver again, work off the reactions, check."""
    wanted = wanted_of(world, scene)
    world.restore(scene.snapshot)
    (step,) = scene.staging.parts[0]
    first = play(step, Actor("first", Fault(cell.kind, cell.number)))
    items = scene.lens.items(world.image())
    told: list[str] = []
    if not (cell.outside and first.status == 500):
        told += first_answer(scene, wanted, first, items)

    last = play(step, Actor("again"))
    told += last_answer(scene, wanted, first, last)
    broken, image = at_rest(world, scene, [first, last])
    found = Ending((), scene.lens.items(image), frames(world, scene))
    return told + broken + list(same_end(scene, wanted, found))
