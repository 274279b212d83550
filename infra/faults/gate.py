"""The mutation gate: the code without one condition, and the scenes that must notice."""

from collections.abc import Iterator
from dataclasses import dataclass

from infra.faults.mutants import EQUIVALENT
from infra.faults.mutating import Mutant
from infra.faults.races import explore, serial
from infra.faults.scenes import ready
from infra.faults.stages import RACES, SCENES
from infra.faults.sweep import Violation, sweep, wanted_of
from infra.faults.world import World


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant.

    noticed  the first violation, or "" where none was
    idle     nothing was taken out at all
    """

    mutant: str
    noticed: str
    cases: int
    idle: bool = False

    @property
    def as_expected(self) -> bool:
        """Killed, or listed as equivalent and alive."""
        return not self.idle and bool(self.noticed) != (self.mutant in EQUIVALENT)


def hunt(world: World, mutant: Mutant) -> Verdict:
    """Play the mutant's scenes until one notices."""
    cases = 0
    for name in mutant.hunts:
        _prepare(world, name)
        with mutant.applied():
            for violations in _cases(world, name):
                cases += 1
                if violations:
                    return Verdict(mutant.name, str(violations[0]), cases)
    return Verdict(mutant.name, "", cases, idle=mutant.idle)


def _prepare(world: World, name: str) -> None:
    """Stage the scene, and learn how it ends, with the code as it is."""
    if name in SCENES:
        wanted_of(world, ready(world, SCENES[name]))
    else:
        serial(world, ready(world, RACES[name]))


def _cases(world: World, name: str) -> Iterator[list[Violation]]:
    """Every case of a scene; one that cannot even be played has noticed too."""
    try:
        yield from sweep(world, SCENES[name]) if name in SCENES else explore(world, RACES[name])
    except Exception as failure:
        yield [Violation(name, "not playable", repr(failure))]
