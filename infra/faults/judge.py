"""What an undisturbed run leaves, and whether a disturbed one left the same."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infra.faults.deliveries import NeverSettles
from infra.faults.doors import Answer
from infra.faults.image import Image, difference
from infra.faults.invariants import broken, went_back
from infra.faults.network import Actor, Call, Strike, as_actor
from infra.faults.scenes import Set, Step
from infra.faults.world import World

Items = Counter[str]


@dataclass(frozen=True)
class Ending:
    """A run at rest: what every actor learned, what stands in the tables, what devices heard."""

    answers: tuple[tuple[str, ...], ...]
    items: Items
    frames: frozenset[str]


@dataclass(frozen=True)
class Reference:
    """One operation undisturbed: once, and delivered twice.

    calls   what it asks of AWS
    states  the tables before it, and after each of its writes
    """

    calls: list[Call]
    states: list[Items]
    once: Ending
    twice: Ending
    first: Answer


def play(step: Step, actor: Actor) -> Answer:
    """Let an actor do one step."""
    with as_actor(actor):
        return step()


def reference(world: World, scene: Set) -> Reference:
    """Play a scene's one operation undisturbed."""
    (step,) = scene.staging.parts[0]
    states = [scene.lens.items(scene.before)]

    def watch(_number: int, call: Call) -> Strike | None:
        return Strike("", look) if call.written_tables() else None

    def look(call: Call, carry: Any) -> Any:
        answer = carry(call)
        states.append(scene.lens.items(world.image()))
        return answer

    actor = Actor("undisturbed", watch)
    world.restore(scene.snapshot)
    first = play(step, actor)
    once = ending(world, scene, [[first]])
    world.restore(scene.snapshot)
    answers = [play(step, Actor("undisturbed")) for _ in range(2)]
    return Reference(actor.calls, states, once, ending(world, scene, [answers]), first)


def ending(world: World, scene: Set, answers: list[list[Answer]]) -> Ending:
    """Work off what is due, and look."""
    world.backlog.settle()
    return Ending(
        tuple(tuple(text(scene, answer) for answer in own) for own in answers),
        scene.lens.items(world.image()),
        frames(world, scene),
    )


def text(scene: Set, answer: Answer) -> str:
    """An answer, comparable."""
    return f"{answer.status} {scene.lens.text(answer.body)}"


def frames(world: World, scene: Set) -> frozenset[str]:
    """Every event that each device heard since the beginning; replies are answers, not frames."""
    earlier = scene.snapshot.outside.frames
    return frozenset(
        f"{connection_id} {scene.lens.text(frame)}"
        for connection_id, heard in world.outside.frames.items()
        for frame in heard[len(earlier.get(connection_id, [])) :]
        if "event" in frame
    )


def at_rest(world: World, scene: Set, answers: list[Answer]) -> tuple[list[str], Image]:
    """The general rules, once nothing is left to do; and what stands in the tables."""
    try:
        world.backlog.settle()
    except NeverSettles as failure:
        return [str(failure)], world.image()
    image = world.image()
    told = broken(image) + went_back(scene.before, image)
    if scene.staging.also:
        told += scene.staging.also(world, answers)
    return told, image


def first_answer(scene: Set, wanted: Reference, answer: Answer, items: Items) -> Iterator[str]:
    """I16, I17: after the fault, and before anything is repeated."""
    if answer.status in (0, 503):
        undone = wanted.states[:-1] if wanted.first.ok else wanted.states
        if answer.code == "busy" and not _among(items, undone or wanted.states):
            yield "I17 it was refused as busy, and done"
    elif text(scene, answer) != wanted.once.answers[0][0]:
        rule = "I16 it was not told that it won" if wanted.first.ok else "I17 another refusal"
        yield f"{rule}: {answer}, undisturbed {wanted.first}"
    elif answer.refused and not _among(items, wanted.states):
        yield "I17 a refused operation changed something"


def last_answer(scene: Set, wanted: Reference, first: Answer, last: Answer) -> Iterator[str]:
    """I18: what the repetition is told."""
    again = text(scene, last)
    allowed = {wanted.twice.answers[0][1]}
    if not first.ok:
        allowed.add(wanted.once.answers[0][0])
    if again not in allowed:
        yield f"I18 repeated, it was told {again}, and not {' or '.join(sorted(allowed))}"


def same_end(scene: Set, wanted: Reference, found: Ending) -> Iterator[str]:
    """The tables stand as if nothing had disturbed them, and every device heard it."""
    if found.items not in (wanted.once.items, wanted.twice.items):
        told = difference(wanted.twice.items, found.items)
        yield f"another end: {'; '.join(told)}"
    if not scene.scene.courtesy and found.frames not in (wanted.once.frames, wanted.twice.frames):
        missing = sorted(wanted.twice.frames - found.frames)
        extra = sorted(found.frames - wanted.twice.frames)
        yield f"told otherwise: missing {missing}, too much {extra}"


def _among(items: Items, states: list[Items]) -> bool:
    return any(items == state for state in states)
