"""What is named by ARN, URL or environment, and whether any stack makes it.

Names are spelled out rather than referred to, because one stack would otherwise have to hand
hundreds of them to another; so nothing but this notices one that is misspelled.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from infra.package.assertions.made import (
    ACCOUNT,
    ALIAS,
    BUCKET,
    FUNCTION,
    LOG_GROUP,
    PLACE,
    QUEUE,
    REGION,
    REST_API,
    REST_STAGE,
    RULE,
    SECRET,
    SOCKET_API,
    SOCKET_STAGE,
    SUFFIX,
    TABLE,
    UNKNOWN,
    Made,
    World,
    texts,
)

API = "API"
WORDS = {
    FUNCTION: ("function", "version"),
    TABLE: ("table", "index"),
    QUEUE: ("queue", ""),
    BUCKET: ("bucket", ""),
    SECRET: ("secret", ""),
    LOG_GROUP: ("log group", ""),
    RULE: ("rule", ""),
    API: ("API", "stage"),
}
_PATTERNS = [
    (FUNCTION, rf"arn:aws:lambda:{PLACE}:function:(?P<name>[\w*-]+)(:(?P<part>[\w$-]+))?"),
    (TABLE, rf"arn:aws:dynamodb:{PLACE}:table/(?P<name>[\w.*-]+)(/index/(?P<part>[\w.*-]+))?"),
    (QUEUE, rf"arn:aws:sqs:{PLACE}:(?P<name>[\w.*-]+)"),
    (QUEUE, rf"https://sqs\.{REGION}\.amazonaws\.com/{ACCOUNT}/(?P<name>[\w.*-]+)"),
    (BUCKET, r"arn:aws:s3:::(?P<name>[a-z0-9.*-]+)"),
    (SECRET, rf"arn:aws:secretsmanager:{PLACE}:secret:(?P<name>[\w/+=.@*?-]+)"),
    (LOG_GROUP, rf"arn:aws:logs:{PLACE}:log-group:(?P<name>[\w/.*-]+)"),
    (RULE, rf"arn:aws:events:{PLACE}:rule/(?P<name>[\w/.*-]+)"),
    (API, rf"arn:aws:execute-api:{PLACE}:(?P<name>[\w*]+)(/(?P<part>[\w*-]+))?"),
    (API, rf"//(?P<name>\w+)\.execute-api\.{REGION}\.amazonaws\.com(/(?P<part>[\w-]+))?"),
]
PATTERNS = [(kind, re.compile(pattern)) for kind, pattern in _PATTERNS]
SECRET_VARIABLE, QUEUES_VARIABLE = "PAIRLY_KEYRING_SECRET", "PAIRLY_QUEUE_URL_PREFIX"
AUTHORIZERS = "authorizers"
"""Stands where a stage would, in the ARN by which API Gateway calls an authorizer."""


@dataclass
class _Known:
    """What there is of a kind: names, and the parts that each has."""

    parts: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def has(self, pattern: str, part: str | None) -> bool:
        """Whether a name, in which `*` stands for anything, is there with that part."""
        return any(
            fnmatchcase(name, pattern)
            and (part is None or any(fnmatchcase(each, part) for each in parts))
            for name, parts in self.parts.items()
        )


def faults(world: World) -> Iterator[str]:
    """Every name of something that nothing makes."""
    known = _known(world)
    for made in world.resources:
        for kind, name, part in sorted(set(_named(made.properties)), key=str):
            word, word_of_part = WORDS[kind]
            if not known[kind].has(name, None):
                yield f"{made} names the {word} {name}, which no stack makes"
            elif not known[kind].has(name, part):
                yield f"{made} names the {word} {name}, which has no {word_of_part} {part}"
    for made in world.of(FUNCTION):
        yield from _in_environment(made, known)


def _named(properties: Mapping[str, Any]) -> Iterator[tuple[str, str, str | None]]:
    for text in texts(dict(properties)):
        if UNKNOWN in text:
            continue
        for kind, pattern in PATTERNS:
            for found in pattern.finditer(text):
                part = found["part"] if "part" in pattern.groupindex else None
                yield kind, found["name"], part


def _in_environment(made: Made, known: Mapping[str, _Known]) -> Iterator[str]:
    variables = made.properties.get("Environment", {}).get("Variables", {})
    secret = variables.get(SECRET_VARIABLE)
    if secret is not None and not known[SECRET].has(f"{secret}-{SUFFIX}", None):
        yield f"{made} has {SECRET_VARIABLE}={secret}, and no stack makes that secret"
    prefix = variables.get(QUEUES_VARIABLE)
    home = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/"
    if prefix is not None and prefix != home:
        yield f"{made} has {QUEUES_VARIABLE}={prefix}, and queues are at {home}"


def _known(world: World) -> dict[str, _Known]:
    known = {kind: _Known() for kind in WORDS}
    for made in world.resources:
        if made.type == SECRET:
            known[SECRET].parts[f"{made.name}-{SUFFIX}"] = set()
        elif made.type in known:
            known[made.type].parts[made.name].update(_indexes(made))
        elif made.type in (REST_API, SOCKET_API):
            known[API].parts[made.name].add(AUTHORIZERS)
        elif made.type == ALIAS:
            function = made.properties["FunctionName"].rpartition(":")[2]
            known[FUNCTION].parts[function].add(made.name)
    for made in world.of(REST_STAGE, SOCKET_STAGE):
        api = made.properties["RestApiId" if made.type == REST_STAGE else "ApiId"]
        known[API].parts[api].add(made.name)
    return known


def _indexes(made: Made) -> Iterator[str]:
    for listed in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        for index in made.properties.get(listed, []):
            yield index["IndexName"]
