"""The queues and streams that functions read: that Lambda may, and what becomes of what fails."""

from collections.abc import Iterator

from infra import iam
from infra.functions import FAILURES_REPORTED
from infra.package.assertions.functions import called, refused
from infra.package.assertions.made import MAPPING, QUEUE, ROLE, UNKNOWN, Made, World

STREAM = ":dynamodb:"
FOREVER = -1


def faults(world: World) -> Iterator[str]:
    """Sources that Lambda may not read, and those that would lose or hold up what fails."""
    functions = world.functions()
    roles = {role.arn: role for role in world.of(ROLE)}
    queues = {queue.arn: queue for queue in world.of(QUEUE)}
    for mapping in world.of(MAPPING):
        source = mapping.properties["EventSourceArn"]
        function = functions.get(called(mapping.properties["FunctionName"])[0])
        if function is None or source == UNKNOWN:
            continue
        yield from _failing(mapping)
        role = roles.get(function.properties.get("Role", ""))
        if role is not None:
            for action, arn in refused(role, _asked(mapping)):
                yield f"{mapping} needs {action} on {arn}: {role} does not allow it"
        if source in queues:
            yield from _visible_too_soon(queues[source], function)


def _failing(mapping: Made) -> Iterator[str]:
    """What AWS would do otherwise than we mean with a batch of which something fails."""
    said = mapping.properties
    if FAILURES_REPORTED not in said.get("FunctionResponseTypes", []):
        yield (
            f"{mapping} loses what its function says it did not manage:"
            f" FunctionResponseTypes [{FAILURES_REPORTED}]"
        )
    if STREAM not in said["EventSourceArn"]:
        return
    if not said.get("BisectBatchOnFunctionError"):
        yield (
            f"{mapping} holds or drops a whole batch for one bad record: BisectBatchOnFunctionError"
        )
    if said.get("MaximumRecordAgeInSeconds", FOREVER) == FOREVER:
        yield (
            f"{mapping} tries a bad record until the stream forgets it, and all behind it:"
            " MaximumRecordAgeInSeconds"
        )
    if _destination(mapping) is None:
        yield f"{mapping} keeps nothing of a record that it gives up: DestinationConfig OnFailure"


def _asked(mapping: Made) -> Iterator[iam.Grant]:
    """What the function's role must grant for Lambda to read, and to set aside."""
    yield from iam.reading(mapping.properties["EventSourceArn"])
    destination = _destination(mapping)
    if destination not in (None, UNKNOWN):
        yield from iam.setting_aside(str(destination))


def _destination(mapping: Made) -> str | None:
    on_failure = mapping.properties.get("DestinationConfig", {}).get("OnFailure", {})
    destination: str | None = on_failure.get("Destination")
    return destination


def _visible_too_soon(queue: Made, function: Made) -> Iterator[str]:
    hidden = queue.properties.get("VisibilityTimeout", 30)
    runs = function.properties.get("Timeout", 3)
    if hidden < runs:
        yield (
            f"{queue} hides a message for {hidden} s, and {function} may run for {runs} s:"
            " Lambda refuses to read it"
        )
