"""What CloudFormation would make of the stacks: every resource, with its references looked up.

In place of what AWS makes up stands something of the same shape, such as an API's id.

Invariants:
- A reference that leads nowhere is a fault with words of its own, and everything else is looked up
  all the same.
- Two references to the same thing become the same text, whichever stack they stand in.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.package.naming import Template
from infra.package.resolving import references, resolve

PARENT = "parent"
STACK = "AWS::CloudFormation::Stack"
FUNCTION, ALIAS, VERSION = "AWS::Lambda::Function", "AWS::Lambda::Alias", "AWS::Lambda::Version"
PERMISSION, MAPPING = "AWS::Lambda::Permission", "AWS::Lambda::EventSourceMapping"
TABLE, QUEUE, BUCKET = "AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::S3::Bucket"
SECRET, LOG_GROUP = "AWS::SecretsManager::Secret", "AWS::Logs::LogGroup"
RETRIES = "AWS::Lambda::EventInvokeConfig"
ROLE, RULE = "AWS::IAM::Role", "AWS::Events::Rule"
REST_API, REST_STAGE = "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage"
REST_DEPLOYMENT = "AWS::ApiGateway::Deployment"
SOCKET_API, SOCKET_STAGE = "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage"
SOCKET_DEPLOYMENT = "AWS::ApiGatewayV2::Deployment"
INTEGRATION, ROUTE = "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route"

REGION, ACCOUNT, SUFFIX = "eu-west-1", "123456789012", "AbCdEf"
UNKNOWN = "¿"
"""Stands for what a reference that leads nowhere would have been: it is a fault only once."""
PLACE = f"{REGION}:{ACCOUNT}"
PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "pairly",
    "AWS::NoValue": "",
}

_NAMES = {
    FUNCTION: "FunctionName",
    TABLE: "TableName",
    QUEUE: "QueueName",
    BUCKET: "BucketName",
    SECRET: "Name",
    LOG_GROUP: "LogGroupName",
    ROLE: "RoleName",
    RULE: "Name",
    REST_STAGE: "StageName",
    SOCKET_STAGE: "StageName",
}
_ARNS = {
    FUNCTION: f"arn:aws:lambda:{PLACE}:function:{{}}",
    TABLE: f"arn:aws:dynamodb:{PLACE}:table/{{}}",
    QUEUE: f"arn:aws:sqs:{PLACE}:{{}}",
    BUCKET: "arn:aws:s3:::{}",
    SECRET: f"arn:aws:secretsmanager:{PLACE}:secret:{{}}-{SUFFIX}",
    LOG_GROUP: f"arn:aws:logs:{PLACE}:log-group:{{}}:*",
    ROLE: f"arn:aws:iam::{ACCOUNT}:role/{{}}",
    RULE: f"arn:aws:events:{PLACE}:rule/{{}}",
}
_TEMPLATE_FILE = re.compile(r"stacks/(?P<name>[^/]+)-[0-9a-f]{16}\.json\Z")


@dataclass(frozen=True)
class Made:
    """One resource. `needs` are the logical ids in its template that CloudFormation makes first."""

    stack: str
    id: str
    type: str
    name: str
    properties: dict[str, Any]
    needs: frozenset[str] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.stack}: {self.id}"

    @property
    def arn(self) -> str:
        """Its ARN, for what has a name in one."""
        return _ARNS[self.type].format(self.name)


class World:
    """All stacks of a stage. `faults` says which references led nowhere."""

    def __init__(self, parent: Template, nested: Mapping[str, Template]) -> None:
        self.faults: list[str] = []
        self.templates = {PARENT: parent, **nested}
        self.nodes: dict[str, str] = {}
        arguments = self._arguments(parent)
        self._scopes = {
            stack: _Scope(stack, template, arguments.get(stack, {}), self)
            for stack, template in self.templates.items()
        }
        self.resources = [made for scope in self._scopes.values() for made in scope.make()]

    def of(self, *types: str) -> list[Made]:
        """The resources of these types."""
        return [made for made in self.resources if made.type in types]

    def functions(self) -> dict[str, Made]:
        """The functions by name."""
        return {made.name: made for made in self.of(FUNCTION)}

    def output(self, node: str, name: str) -> str | None:
        """What the nested stack hands to its parent under this name."""
        stack = {node: stack for stack, node in self.nodes.items()}.get(node)
        outputs = self.templates[stack].get("Outputs", {}) if stack else {}
        if stack is None or name not in outputs:
            return None
        return str(resolve(outputs[name]["Value"], self._scopes[stack]))

    def _arguments(self, parent: Template) -> dict[str, Any]:
        """What the parent hands to each nested stack, which it names by its template's file."""
        arguments = {}
        for node, resource in parent["Resources"].items():
            if resource["Type"] == STACK:
                stack = template_name(resource)
                self.nodes[stack] = node
                arguments[stack] = resource["Properties"].get("Parameters", {})
        return arguments

    def argument(self, value: Any) -> str:
        """What an argument of a nested stack is in its parent."""
        return str(resolve(value, self._scopes[PARENT]))


def template_name(resource: Mapping[str, Any]) -> str:
    """Which template a nested stack is made of: "wallet" for …/stacks/wallet-<hash>.json."""
    url = resource["Properties"]["TemplateURL"]
    text = str(url.get("Fn::Sub", url)) if isinstance(url, dict) else url
    found = _TEMPLATE_FILE.search(text)
    return found["name"] if found else text


def texts(value: Any) -> Iterator[str]:
    """Every text in a value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield str(name)
            yield from texts(each)


class _Scope(Mapping[str, str]):
    """What references mean within one template."""

    def __init__(
        self, stack: str, template: Template, arguments: dict[str, Any], world: World
    ) -> None:
        self._stack = stack
        self._resources: dict[str, Any] = template["Resources"]
        self._parameters: dict[str, Any] = template.get("Parameters", {})
        self._arguments = arguments
        self._world = world
        self._found: dict[str, str] = {}

    def make(self) -> Iterator[Made]:
        """Every resource of the template."""
        for id_, resource in self._resources.items():
            properties = resource.get("Properties", {})
            depends_on = resource.get("DependsOn", [])
            named = {depends_on} if isinstance(depends_on, str) else set(depends_on)
            referred = {each.partition(".")[0] for each in references(properties)}
            yield Made(
                self._stack,
                id_,
                resource["Type"],
                self._name(id_),
                resolve(properties, self),
                frozenset(named | referred) & self._resources.keys(),
            )

    def __getitem__(self, name: str) -> str:
        if name not in self._found:
            self._found[name] = self._look_up(name)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def _look_up(self, name: str) -> str:
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self._parameters:
            return self._parameter(name)
        id_, _, attribute = name.partition(".")
        if id_ not in self._resources:
            return self._fault(f"{name} is referred to, and the template has no such thing")
        return self._attribute(id_, attribute) if attribute else self._reference(id_)

    def _parameter(self, name: str) -> str:
        if name in self._arguments:
            return self._world.argument(self._arguments[name])
        above = self._stack == PARENT
        return str(self._parameters[name].get("Default", name.lower() if above else UNKNOWN))

    def _reference(self, id_: str) -> str:
        """What `Ref` gives: by type a URL, an ARN or the name."""
        kind, name = self._resources[id_]["Type"], self._name(id_)
        if kind == QUEUE:
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"
        if kind == SECRET:
            return _ARNS[SECRET].format(name)
        if kind in (ALIAS, VERSION):
            return f"{self._function_of(id_)}:{name}"
        return name

    def _attribute(self, id_: str, attribute: str) -> str:
        resource = self._resources[id_]
        kind, name = resource["Type"], self._name(id_)
        if kind == STACK:
            output = attribute.removeprefix("Outputs.")
            handed = self._world.output(id_, output)
            if handed is None:
                stack = template_name(resource)
                return self._fault(f"{id_} is asked for {output}, no output of the {stack} stack")
            return handed
        if kind == TABLE and attribute == "StreamArn":
            if "StreamSpecification" not in resource["Properties"]:
                self._fault(f"{id_} is asked for its stream, and has none: StreamSpecification")
            return f"{_ARNS[TABLE].format(name)}/stream/{SUFFIX}"
        if kind in _ARNS and attribute == "Arn":
            return _ARNS[kind].format(name)
        return f"{id_}-{attribute}"

    def _name(self, id_: str) -> str:
        """The name it is given, or something in place of the one that AWS would make up."""
        resource = self._resources[id_]
        kind, properties = resource["Type"], resource.get("Properties", {})
        if kind == ALIAS:
            return str(resolve(properties["Name"], self))
        if kind in _NAMES and _NAMES[kind] in properties:
            return str(resolve(properties[_NAMES[kind]], self))
        return f"{self._stack}{id_}".lower()

    def _function_of(self, id_: str) -> str:
        named = str(resolve(self._resources[id_]["Properties"]["FunctionName"], self))
        return named if named.startswith("arn:") else _ARNS[FUNCTION].format(named)

    def _fault(self, words: str) -> str:
        self._world.faults.append(f"{self._stack}: {words}")
        return UNKNOWN
