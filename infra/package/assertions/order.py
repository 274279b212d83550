"""What has to be there before something else, across stacks.

CloudFormation orders resources by the references between them. What is named by ARN is no
reference, so its order is only as good as the `DependsOn` of the stacks.
"""

from collections.abc import Iterator, Mapping

from infra.package.assertions.doors import doors
from infra.package.assertions.functions import called
from infra.package.assertions.made import (
    BUCKET,
    MAPPING,
    PARENT,
    PERMISSION,
    QUEUE,
    REST_API,
    REST_STAGE,
    SOCKET_API,
    SOCKET_STAGE,
    TABLE,
    Made,
    World,
)

Needs = Mapping[str, frozenset[str]]


def faults(world: World) -> Iterator[str]:
    """Things that wait for each other, and things that do not wait for what they need."""
    needs = {
        stack: {made.id: made.needs for made in world.resources if made.stack == stack}
        for stack in world.templates
    }
    for stack, graph in needs.items():
        for circle in _circles(graph):
            yield f"{stack}: {' → '.join(circle)}: these wait for each other, so none can be made"
    said: set[tuple[str, str]] = set()
    for first, then in _by_name(world):
        waits, awaited = _places(world, then, first)
        if (waits, awaited) in said or _comes_after(needs, then, waits, awaited):
            continue
        said.add((waits, awaited))
        yield f"{then} needs {first} to be there, and {_missing(needs, then, waits, awaited)}"


def _by_name(world: World) -> Iterator[tuple[Made, Made]]:
    """Pairs of which the second names the first by ARN, and AWS looks whether it is there."""
    functions = world.functions()
    sources = {made.arn: made for made in world.of(QUEUE, TABLE, BUCKET)}
    for made in world.of(PERMISSION, MAPPING):
        function = functions.get(called(made.properties["FunctionName"])[0])
        if function is not None:
            yield function, made
    for mapping in world.of(MAPPING):
        failures = mapping.properties.get("DestinationConfig", {}).get("OnFailure", {})
        source = mapping.properties["EventSourceArn"].partition("/stream/")[0]
        for arn in (source, failures.get("Destination")):
            if arn in sources:
                yield sources[arn], mapping
    yield from _stages(world)


def _stages(world: World) -> Iterator[tuple[Made, Made]]:
    """A stage is open as soon as it is there: the functions behind it have to be there first."""
    functions = world.functions()
    apis = {api.name: api for api in world.of(REST_API, SOCKET_API)}
    for stage in world.of(REST_STAGE, SOCKET_STAGE):
        api = stage.properties.get("RestApiId") or stage.properties.get("ApiId")
        for door in doors(world):
            if door.function in functions and f":{api}/" in door.source and api in apis:
                yield functions[door.function], stage


def _places(world: World, then: Made, first: Made) -> tuple[str, str]:
    """Which logical ids of one template have to wait for each other."""
    if then.stack == first.stack:
        return then.id, first.id
    return _place(world, then), _place(world, first)


def _place(world: World, made: Made) -> str:
    return made.id if made.stack == PARENT else world.nodes.get(made.stack, made.stack)


def _comes_after(needs: Mapping[str, Needs], then: Made, waits: str, awaited: str) -> bool:
    graph = _graph(needs, then, waits)
    return awaited in _all_before(graph, waits)


def _missing(needs: Mapping[str, Needs], then: Made, waits: str, awaited: str) -> str:
    graph = _graph(needs, then, waits)
    if waits in _all_before(graph, awaited):
        return f"{awaited} waits for {waits}: turn that round"
    return f"{waits} does not wait for {awaited}: DependsOn"


def _graph(needs: Mapping[str, Needs], then: Made, waits: str) -> Needs:
    return needs[then.stack] if waits == then.id else needs[PARENT]


def _all_before(graph: Needs, id_: str) -> set[str]:
    """Everything that is made before this."""
    before: set[str] = set()
    ahead = [id_]
    while ahead:
        for each in graph.get(ahead.pop(), frozenset()) - before:
            before.add(each)
            ahead.append(each)
    return before


def _circles(graph: Needs) -> Iterator[list[str]]:
    """One circle for each group of things that wait for each other."""
    seen: set[str] = set()
    for id_ in graph:
        if id_ in seen or id_ not in _all_before(graph, id_):
            continue
        circle = _way_back(graph, id_)
        seen |= set(circle)
        yield circle


def _way_back(graph: Needs, id_: str) -> list[str]:
    """The shortest way from something, by what it waits for, back to itself."""
    ways = [[id_]]
    while True:
        way = ways.pop(0)
        for each in sorted(graph.get(way[-1], frozenset())):
            if each == id_:
                return [*way, id_]
            if each not in way:
                ways.append([*way, each])
