"""A scene: a staged world, and what one or two actors are about to do in it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from infra.faults.doors import Answer
from infra.faults.image import Image, Lens
from infra.faults.world import Snapshot, World

Step = Callable[[], Answer]
Part = tuple[Step, ...]
"""What one actor does, one request after another. Each can be delivered again."""
Check = Callable[[World, list[Answer]], list[str]]


@dataclass(frozen=True, kw_only=True)
class Staging:
    """What a scene's staging made ready.

    also     what else to look at once all is over, beside the general rules
    """

    parts: tuple[Part, ...]
    also: Check | None = None


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One operation, or a race of two.

    courtesy  its frames are told directly, once or not at all; otherwise at least once
    """

    name: str
    stage: Callable[[World], Staging]
    courtesy: bool = False


SCENES: dict[str, Scene] = {}
"""Every scene of one operation, by name: for the sweep."""
RACES: dict[str, Scene] = {}
"""Every scene of two actors, by name."""

Stage = Callable[[World], Staging]


def scene(name: str, *, courtesy: bool = False) -> Callable[[Stage], Stage]:
    """Declare an operation."""
    return _declare(SCENES, name, courtesy)


def race(name: str, *, courtesy: bool = False) -> Callable[[Stage], Stage]:
    """Declare a race."""
    return _declare(RACES, name, courtesy)


def _declare(scenes: dict[str, Scene], name: str, courtesy: bool) -> Callable[[Stage], Stage]:
    def declare(stage: Stage) -> Stage:
        if name in SCENES or name in RACES:
            raise ValueError(f"two scenes are called {name}")
        scenes[name] = Scene(name=name, stage=stage, courtesy=courtesy)
        return stage

    return declare


@dataclass
class Set:
    """A scene made ready in this process, and the moment from which it is played."""

    scene: Scene
    snapshot: Snapshot
    staging: Staging
    lens: Lens = field(init=False)

    def __post_init__(self) -> None:
        self.lens = Lens(self.snapshot.image)

    @property
    def before(self) -> Image:
        """All tables before anybody acts."""
        return self.snapshot.image


_ready: dict[str, Set] = {}


def ready(world: World, scene: Scene) -> Set:
    """The scene staged; the world stands at its beginning afterwards."""
    if scene.name not in _ready:
        world.empty(scene.name)
        staging = scene.stage(world)
        _ready[scene.name] = Set(scene, world.snapshot(), staging)
    else:
        world.restore(_ready[scene.name].snapshot)
    return _ready[scene.name]
