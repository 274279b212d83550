"""Races: two actors at once, in every order of their requests.

Whatever the order, the outcome must be that of one request after the other: the same answers, the
same tables, the same told to devices.
"""

from collections.abc import Iterator

from infra.faults.doors import Answer
from infra.faults.image import difference
from infra.faults.judge import Ending, at_rest, ending, frames, play, text
from infra.faults.network import Actor
from infra.faults.scenes import Scene, Set, ready
from infra.faults.scheduler import Choose, Orders, together
from infra.faults.sweep import Violation
from infra.faults.world import World

ORDERS_MAX = 300
_endings: dict[str, list[Ending]] = {}


def explore(world: World, scene: Scene, orders: Orders | None = None) -> Iterator[list[Violation]]:
    """Play every order of a race, or those given; yields what each violated."""
    stage = ready(world, scene)
    wanted = serial(world, stage)
    for choose in orders or Orders(ORDERS_MAX):
        chosen: list[int] = []
        told = _played(world, stage, wanted, _noting(choose, chosen))
        case = "order " + "".join(chr(ord("a") + number) for number in chosen)
        yield [Violation(scene.name, case, each) for each in told]


def serial(world: World, scene: Set) -> list[Ending]:
    """How the race may end: after each order of whole requests. Played once in a process."""
    name = scene.scene.name
    if name not in _endings:
        sizes = tuple(len(part) for part in scene.staging.parts)
        _endings[name] = [_one_after_other(world, scene, order) for order in merged(sizes)]
    return _endings[name]


def merged(sizes: tuple[int, ...]) -> Iterator[list[int]]:
    """Every order of so many steps of each actor, that keeps each actor's own."""
    if not any(sizes):
        yield []
    for number, left in enumerate(sizes):
        if left:
            fewer = (*sizes[:number], left - 1, *sizes[number + 1 :])
            for rest in merged(fewer):
                yield [number, *rest]


def _one_after_other(world: World, scene: Set, order: list[int]) -> Ending:
    world.restore(scene.snapshot)
    steps = [iter(part) for part in scene.staging.parts]
    answers: list[list[Answer]] = [[] for _ in steps]
    for number in order:
        answers[number].append(play(next(steps[number]), Actor(f"actor {number}")))
    return ending(world, scene, answers)


def _played(world: World, scene: Set, wanted: list[Ending], choose: Choose) -> list[str]:
    world.restore(scene.snapshot)
    actors = [Actor(f"actor {number}") for number in range(len(scene.staging.parts))]
    answers = together(scene.staging.parts, actors, choose)
    told, image = at_rest(world, scene, [answer for own in answers for answer in own])
    found = Ending(
        tuple(tuple(text(scene, answer) for answer in own) for own in answers),
        scene.lens.items(image),
        frames(world, scene),
    )
    return told + list(_unlike(scene, wanted, found))


def _unlike(scene: Set, wanted: list[Ending], found: Ending) -> Iterator[str]:
    """What tells the outcome from every serial one."""
    alike = [each for each in wanted if each.answers == found.answers]
    if not alike:
        yield f"no order of whole requests gives these answers: {found.answers}"
        return
    same = [each for each in alike if each.items == found.items]
    if not same:
        yield f"another end: {'; '.join(difference(alike[0].items, found.items))}"
    elif not scene.scene.courtesy and all(each.frames != found.frames for each in same):
        missing, extra = same[0].frames - found.frames, found.frames - same[0].frames
        yield f"told otherwise: missing {sorted(missing)}, too much {sorted(extra)}"


def _noting(choose: Choose, chosen: list[int]) -> Choose:
    def choose_and_note(parked: list[int]) -> int:
        chosen.append(choose(parked))
        return chosen[-1]

    return choose_and_note
