"""What the tests of the simulator let another process do."""

from contextlib import ExitStack
from typing import Any

from infra.faults.opening import opened

_open = ExitStack()
_worlds: list[Any] = []


def open_world() -> None:
    """Open this process's world."""
    _worlds.append(_open.enter_context(opened()))


def close_world() -> None:
    """Close it again."""
    _open.close()


def send_under(fault: str) -> tuple[int, int]:
    """Send a paid message with a fault at its transaction: the answer, and messages kept."""
    from infra.faults.image import records
    from infra.faults.judge import play
    from infra.faults.kinds import KINDS, Fault
    from infra.faults.network import Actor

    world, scene = _staged("send first that is paid, HTTP")
    ((step,),) = scene.staging.parts
    (kind,) = (each for each in KINDS if each.name == fault)
    answer = play(step, Actor("sender", Fault(kind, 2)))
    kept = len(records(world.image(), "messages")) - len(records(scene.before, "messages"))
    return answer.status, kept


def damaged(table: str, attribute: str, value: Any) -> list[str]:
    """The rules that no longer hold once an attribute of each of a table's items is changed."""
    from infra.faults.invariants import broken

    return broken(_changed(table, attribute, value))


def undamaged() -> list[str]:
    """The rules that do not hold of a sound world."""
    from infra.faults.invariants import broken

    return broken(_staged("send second that is paid, HTTP")[1].before)


def turned_back() -> list[str]:
    """What is said when a watermark falls."""
    from infra.faults.invariants import went_back

    later = _changed("inbox", "delivered_seq", {"N": "2"})
    return sorted(set(went_back(later, _changed("inbox", "delivered_seq", {"N": "1"}))))


def orders(*requests: int) -> list[str]:
    """Every order of so many requests of each actor."""
    from infra.faults.scheduler import Orders

    seen = []
    for choose in Orders(100):
        left, taken = list(requests), ""
        while any(left):
            number = choose([each for each, count in enumerate(left) if count])
            left[number] -= 1
            taken += "ab"[number]
        seen.append(taken)
    return seen


def race(name: str) -> tuple[int, list[str]]:
    """How many orders a race has, and what they violate."""
    from infra.faults.races import explore
    from infra.faults.stages import RACES

    played = list(explore(_worlds[0], RACES[name]))
    return len(played), [str(violation) for violations in played for violation in violations]


def hunted(mutant: str) -> str:
    """What notices a mutant, or nothing."""
    from infra.faults.gate import hunt
    from infra.faults.mutants import MUTANTS

    (wanted,) = (each for each in MUTANTS if each.name == mutant)
    return str(hunt(_worlds[0], wanted).noticed)


def history(seed: int) -> dict[str, Any]:
    """A random history: its violations, and everything that it left."""
    from infra.faults.image import without_secrets
    from infra.faults.simulation import simulate

    violations = [told for each in simulate(_worlds[0], seed) for told in each]
    return {"violations": violations, "image": without_secrets(_worlds[0].image())}


def _staged(name: str) -> tuple[Any, Any]:
    from infra.faults.scenes import ready
    from infra.faults.stages import SCENES

    return _worlds[0], ready(_worlds[0], SCENES[name])


def _changed(table: str, attribute: str, value: Any) -> Any:
    world, scene = _staged("send second that is paid, HTTP")
    name = world.physical(table)
    rows = {
        place: {**{key: kept for key, kept in item.items() if key != attribute}}
        | ({} if value is None else {attribute: value})
        for place, item in scene.before[name].items()
    }
    return scene.before | {name: rows}
