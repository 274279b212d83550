"""What was packaged, told twice: `manifest.json` for programs, `summary.md` for people."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from infra.functions import (
    BucketSource,
    Function,
    QueueSource,
    Route,
    RouteKey,
    Schedule,
    StreamSource,
    Token,
    Trigger,
)
from infra.package import limits
from infra.package.bundles import MB, Bundle
from infra.package.naming import Template
from infra.package.output import rendered
from infra.package.stage import Stage
from infra.package.templates import Templates

HEAD = """\
# Pairly in stage {stage.name}

{functions} functions in {stacks} stacks of {resources} resources,
for {stage.runtime} on {stage.architecture} in {stage.region}.

## How to deploy

Once, make a private bucket in {stage.region}; then, after every `make package STAGE={stage.name}`:

    aws s3 sync {folder}/artifacts s3://BUCKET/pairly/ --region {stage.region}
    aws cloudformation deploy --region {stage.region} --stack-name pairly-{stage.name} \\
        --template-file {folder}/parent.json --s3-bucket BUCKET --s3-prefix pairly/parents \\
        --capabilities CAPABILITY_IAM --parameter-overrides ArtifactsBucket=BUCKET

Its outputs `RestUrl` and `SocketUrl` say where it is reached, and `curl RestUrl/v1/health/ready`
whether it works. Nothing in the bucket is overwritten: files are named by their content, so that
what runs keeps its own until the next takes over.
"""


@dataclass(frozen=True)
class Package:
    """Everything that one run made."""

    stage: Stage
    functions: Sequence[Function]
    bundles: Sequence[Bundle]
    templates: Templates

    @property
    def stacks(self) -> dict[str, Template]:
        """Every stack by name, the parent first."""
        return {"parent": self.templates.parent, **self.templates.nested}


def manifest(package: Package, folder: Path) -> dict[str, Any]:
    """What the package is made of, file by file."""
    stage = package.stage
    return {
        "stage": stage.name,
        "region": stage.region,
        "runtime": stage.runtime,
        "architecture": stage.architecture,
        "parent": "parent.json",
        "bundles": {
            bundle.name: {
                "file": f"artifacts/bundles/{bundle.file.name}",
                "bytes_zipped": bundle.bytes_zipped,
                "bytes_unpacked": bundle.bytes_unpacked,
            }
            for bundle in package.bundles
        },
        "functions": [
            {
                "name": each.name,
                "deployed": each.deployed(stage.name),
                "feature": each.feature,
                "bundle": each.bundle,
            }
            for each in package.functions
        ],
        "files": dict(_files(folder)),
    }


def summary(package: Package, shown_as: str) -> str:
    """The package for people; `shown_as` is its folder, as one types it."""
    stacks = package.stacks
    resources = sum(len(template["Resources"]) for template in stacks.values())
    head = HEAD.format(
        stage=package.stage,
        functions=len(package.functions),
        stacks=len(stacks),
        resources=f"{resources:,}",
        folder=shown_as,
    )
    return head + "".join(
        f"\n## {title}\n\n{_table(columns, rows)}"
        for title, columns, rows in (
            ("Settings", ("setting", "value"), _settings(package.stage)),
            ("Stacks, and how near they are to CloudFormation's limits", STACKS, _stacks(package)),
            ("Bundles", BUNDLES, _bundles(package)),
            ("Functions", FUNCTIONS, _functions(package)),
        )
    )


def _settings(stage: Stage) -> Iterator[Sequence[str]]:
    """Everything the stage says but what stands elsewhere."""
    for name, value in msgspec.structs.asdict(stage).items():
        if name not in ("name", "functions"):
            yield name, "API Gateway's own" if value is None else f"`{value}`"


STACKS = (
    "stack",
    f"resources of {limits.STACK_RESOURCES_MAX}",
    f"bytes of {limits.STACK_BYTES_MAX:,}",
    f"outputs of {limits.STACK_OUTPUTS_MAX}",
    f"parameters of {limits.STACK_PARAMETERS_MAX}",
)
BUNDLES = ("bundle", "functions", "MB zipped", "MB unpacked", "SHA-256")
FUNCTIONS = (
    "function", "deployed as", "runs for", "memory MB", "timeout s", "bundle",
    "reserved concurrency",
)  # fmt: skip


def _stacks(package: Package) -> Iterator[tuple[object, ...]]:
    for name, template in package.stacks.items():
        yield (
            name,
            len(template["Resources"]),
            f"{len(rendered(template)):,}",
            len(template.get("Outputs", {})),
            len(template.get("Parameters", {})),
        )


def _bundles(package: Package) -> Iterator[tuple[object, ...]]:
    for bundle in package.bundles:
        yield (
            bundle.name,
            sum(each.bundle == bundle.name for each in package.functions),
            f"{bundle.bytes_zipped / MB:.1f}",
            f"{bundle.bytes_unpacked / MB:.1f}",
            f"`{bundle.digest}`",
        )


def _functions(package: Package) -> Iterator[tuple[object, ...]]:
    for each in package.functions:
        reserved = package.stage.of(each.name).reserved_concurrency
        yield (
            each.name,
            f"`{each.deployed(package.stage.name)}`",
            told(each.trigger),
            each.memory_mb,
            each.timeout_seconds,
            each.bundle,
            "" if reserved is None else reserved,
        )


def told(trigger: Trigger) -> str:
    """What a function runs for, in a few words."""
    match trigger:
        case Route():
            said = f"`{trigger.method} {trigger.path}`"
        case RouteKey():
            said = f"frame `{trigger.key}`"
        case Schedule():
            said = f"`{trigger.expression}`"
        case QueueSource():
            said = f"queue `{trigger.queue}`"
        case StreamSource():
            said = f"stream of `{trigger.table}`"
        case BucketSource():
            said = f"`{trigger.prefix}` in bucket `{trigger.bucket}`"
        case Token():
            said = "access tokens"
    return said


def _files(folder: Path) -> Iterator[tuple[str, dict[str, object]]]:
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        content = file.read_bytes()
        found = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        yield file.relative_to(folder).as_posix(), found


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines: list[Sequence[object]] = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(str(cell) for cell in cells)} |\n" for cells in lines)
