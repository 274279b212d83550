"""What cfn-lint misses: faults between stacks, in words that a person can act on.

cfn-lint looks at one template and believes every name in it. Here all stacks of a stage are looked
at together, as CloudFormation would make them: whatever is named has to be made by one of them,
whatever calls has to be let in, and whatever is needed has to come first.

Invariants:
- Nothing is asked of AWS, and the templates are left as they are.
"""

from typing import TYPE_CHECKING

from infra.package.assertions import (
    buckets,
    doors,
    functions,
    names,
    nesting,
    order,
    routes,
    sources,
)
from infra.package.assertions.made import World

if TYPE_CHECKING:
    from infra.package.templates import Templates

CHECKS = (
    nesting.faults,
    names.faults,
    functions.faults,
    sources.faults,
    buckets.faults,
    doors.faults,
    routes.faults,
    order.faults,
)


def faults(templates: "Templates") -> list[str]:
    """Every fault of a stage's templates, each said once; an empty list lets them be deployed."""
    world = World(templates.parent, templates.nested)
    found = [*world.faults, *(fault for check in CHECKS for fault in check(world))]
    return list(dict.fromkeys(found))
