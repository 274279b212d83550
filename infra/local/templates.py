"""The templates of a package, read as CloudFormation would fill them in, had it made them here.

    stacks = read(Path("build/dev"))
    for table in stacks.of("AWS::DynamoDB::Table"):
        table.properties["TableName"]

Everything is in one region of one account, and named so that an ARN says which resource it is.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from infra.local.errors import Lacking, NotStarted
from infra.local.events import ACCOUNT, REGION, REST_API, SOCKET_API
from infra.package.resolving import NotKnown, resolve

Known = dict[str, str]
Properties = dict[str, Any]

PARENT, ARTIFACTS = "parent.json", "artifacts"
NESTED, ALIAS = "AWS::CloudFormation::Stack", "AWS::Lambda::Alias"
HERE: Known = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::URLSuffix": "amazonaws.com",
    "ArtifactsBucket": ARTIFACTS,
    "ArtifactsPrefix": "",
}
"""What CloudFormation itself knows, and the parent's parameters: the package is the bucket."""
APIS = {"AWS::ApiGateway::RestApi": REST_API, "AWS::ApiGatewayV2::Api": SOCKET_API}


class Said(Properties):
    """Part of a template. A name that it is asked for and lacks is Lacking, not a bug of ours."""

    def __init__(self, where: str, members: Properties) -> None:
        super().__init__({name: _said(f"{where} {name}", each) for name, each in members.items()})
        self._where = where

    def __missing__(self, name: str) -> NoReturn:
        raise Lacking(f"{self._where} has no {name}")


def _said(where: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_said(where, each) for each in value]
    return Said(where, value) if isinstance(value, dict) else value


@dataclass(frozen=True)
class Resource:
    """One resource of a stack."""

    stack: str
    id: str
    kind: str
    _given: Properties
    _known: Known

    @cached_property
    def properties(self) -> Properties:
        """Its properties, with every reference replaced; NotKnown for one that is not known."""
        return Said(str(self), resolve(self._given, self._known))

    def __str__(self) -> str:
        return f"{self.stack}: {self.id}"

    def resolved(self, value: Any) -> Any:
        """What a value would mean in its stack's template."""
        return resolve(value, self._known)

    @property
    def arn(self) -> str:
        """The name that AWS would give it."""
        return self._known[f"{self.id}.Arn"]


@dataclass(frozen=True)
class Stacks:
    """All resources of a package. `folder` is where it is."""

    folder: Path
    resources: list[Resource]

    def of(self, kind: str) -> Iterator[Resource]:
        """Those of a type, such as `AWS::SQS::Queue`."""
        return (each for each in self.resources if each.kind == kind)

    def artifact(self, path: str) -> Path:
        """A file that a template asks for."""
        return self.folder / ARTIFACTS / path


def read(folder: Path) -> Stacks:
    """Every stack of a package. Raises NotStarted where there is none that can be read."""
    parent = folder / PARENT
    if not folder.is_dir():
        raise NotStarted(f"There is no folder {folder}. Make one with: make package STAGE=dev")
    if not parent.exists():
        raise NotStarted(
            f"{folder} is not a package: there is no {PARENT} in it."
            " Make one with: make package STAGE=dev"
        )
    stacks = Stacks(folder, [])
    resources = _template(parent)["Resources"]
    known = HERE | _all_made(resources)
    stacks.resources.extend(_resources("parent", resources, known))
    _read_nested(stacks, known)
    return stacks


def _read_nested(stacks: Stacks, known: Known) -> None:
    """Add the stacks below the parent, each once what it is given is known."""
    waiting = list(stacks.of(NESTED))
    while waiting:
        below = next((each for each in waiting if _can_be_made(each)), None)
        if below is None:
            named = ", ".join(each.id for each in waiting)
            raise NotStarted(f"{stacks.folder}: what {named} should be given, no stack puts out.")
        waiting.remove(below)
        file = stacks.artifact(urlsplit(below.properties["TemplateURL"]).path.lstrip("/"))
        template = _template(file)
        given = HERE | below.properties.get("Parameters", {}) | _all_made(template["Resources"])
        stacks.resources.extend(
            _resources(file.stem.rpartition("-")[0], template["Resources"], given)
        )
        for name, output in template.get("Outputs", {}).items():
            known[f"{below.id}.Outputs.{name}"] = resolve(output["Value"], given)


def _can_be_made(stack: Resource) -> bool:
    try:
        return bool(stack.properties)
    except NotKnown:
        return False


def _template(file: Path) -> Said:
    try:
        read = json.loads(file.read_text())
        if not isinstance(read, dict):
            raise ValueError("it is no template")
        return Said(file.name, read)
    except (OSError, ValueError) as failure:
        raise NotStarted(f"{file} cannot be read: {failure}. Make the package anew.") from failure


def _resources(stack: str, resources: Properties, known: Known) -> Iterator[Resource]:
    for name, resource in resources.items():
        yield Resource(stack, name, resource["Type"], resource.get("Properties", {}), known)


def _all_made(resources: Properties) -> Known:
    known: Known = {}
    for name, resource in resources.items():
        known |= _made(name, resource["Type"], resource.get("Properties", {}))
    for name, resource in resources.items():
        if resource["Type"] == ALIAS:
            function = resolve(resource["Properties"]["FunctionName"], known)
            alias = resource["Properties"]["Name"]
            known[name] = _arn("lambda", f"function:{function}:{alias}")
    return known


def _made(name: str, kind: str, properties: Properties) -> Known:
    """What AWS would say of a resource: what Ref means, and the attributes that are asked for."""
    if kind in APIS:
        return {name: APIS[kind]}
    if kind not in NAMED:
        return {name: name, f"{name}.Arn": _arn("iam", f"role/{name}")}
    property_name, arn = NAMED[kind]
    called = resolve(properties.get(property_name, name), HERE)
    whole = arn(called)
    return {name: called, f"{name}.Arn": whole, f"{name}.StreamArn": f"{whole}/stream/latest"}


def _arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


NAMED: dict[str, tuple[str, Callable[[str], str]]] = {
    "AWS::DynamoDB::Table": ("TableName", lambda name: _arn("dynamodb", f"table/{name}")),
    "AWS::SQS::Queue": ("QueueName", lambda name: _arn("sqs", name)),
    "AWS::Lambda::Function": ("FunctionName", lambda name: _arn("lambda", f"function:{name}")),
    "AWS::Events::Rule": ("Name", lambda name: _arn("events", f"rule/{name}")),
    "AWS::S3::Bucket": ("BucketName", lambda name: f"arn:aws:s3:::{name}"),
}
"""The property that names a resource of each kind, and the ARN that it has then."""
