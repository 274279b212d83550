"""Buckets: whoever waits for what arrives in one hears of it, and whoever uses one finds it."""

from collections.abc import Iterator

from infra import iam
from infra.package.assertions.functions import called, refused
from infra.package.assertions.made import BUCKET, FUNCTION, RETRIES, ROLE, RULE, Made, World

NAME, URL = "PAIRLY_PHOTOS_BUCKET", "PAIRLY_PHOTOS_URL"


def faults(world: World) -> Iterator[str]:
    """Rules that hear of nothing, functions without their bucket, and failures that are lost."""
    buckets = {bucket.name: bucket for bucket in world.of(BUCKET)}
    for rule in world.of(RULE):
        yield from _unheard(rule, buckets)
    for function in world.of(FUNCTION):
        yield from _in_environment(function, buckets)
    for retries in world.of(RETRIES):
        yield from _lost(retries, world)


def _unheard(rule: Made, buckets: dict[str, Made]) -> Iterator[str]:
    pattern = rule.properties.get("EventPattern", {})
    if "aws.s3" not in pattern.get("source", []):
        return
    for name in pattern["detail"]["bucket"]["name"]:
        if name not in buckets:
            yield f"{rule} waits for the bucket {name}, which no stack makes"
            continue
        told = buckets[name].properties.get("NotificationConfiguration", {})
        if not told.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled"):
            yield f"{rule} waits for {buckets[name]}, which does not tell EventBridge"


def _in_environment(function: Made, buckets: dict[str, Made]) -> Iterator[str]:
    variables = function.properties.get("Environment", {}).get("Variables", {})
    name, url = variables.get(NAME), variables.get(URL, "")
    if name is not None and name not in buckets:
        yield f"{function} has {NAME}={name}, and no stack makes that bucket"
    if name is not None and not url.startswith(f"https://{name}.s3."):
        yield f"{function} has {URL}={url}, which is not where {name} is"


def _lost(retries: Made, world: World) -> Iterator[str]:
    """What is set aside when all tries failed, and whether the function's role may do that."""
    function = world.functions().get(called(retries.properties["FunctionName"])[0])
    failures = retries.properties.get("DestinationConfig", {}).get("OnFailure", {})
    kept = failures.get("Destination", "")
    if function is None or not kept:
        yield f"{retries} sets nothing aside: it has no function, or no place for what failed"
        return
    roles = {role.arn: role for role in world.of(ROLE)}
    role = roles.get(function.properties.get("Role", ""))
    if role is None or list(refused(role, iam.setting_aside(kept))):
        yield f"{retries} is to set aside in {kept}, and the role of {function} does not allow it"
