"""How stacks are put into their parent: which templates, with which arguments."""

from collections.abc import Iterator

from infra.package.assertions.made import PARENT, STACK, World, template_name


def faults(world: World) -> Iterator[str]:
    """Templates without a stack, stacks without a template, and arguments that do not fit."""
    placed: list[str] = []
    for node, resource in world.templates[PARENT]["Resources"].items():
        if resource["Type"] != STACK:
            continue
        stack = template_name(resource)
        if stack == PARENT or stack not in world.templates:
            yield f"{PARENT}: {node} is made of {stack}, and no such template is packaged"
            continue
        placed.append(stack)
        yield from _arguments(world, node, stack, resource["Properties"].get("Parameters", {}))

    for stack in world.templates.keys() - {PARENT}:
        if placed.count(stack) != 1:
            yield f"{PARENT}: {placed.count(stack)} of its stacks are made of {stack}; make it one"


def _arguments(world: World, node: str, stack: str, given: dict[str, object]) -> Iterator[str]:
    asked = world.templates[stack].get("Parameters", {})
    for name, parameter in asked.items():
        if name not in given and "Default" not in parameter:
            yield f"{PARENT}: {node} does not get {name}, which the {stack} stack asks for"
    for name in given.keys() - asked.keys():
        yield f"{PARENT}: {node} gets {name}, which is no parameter of the {stack} stack"
