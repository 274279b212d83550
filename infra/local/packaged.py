"""A package as the stack runs it: what ships, and nothing of what it was made from.

    with packaged_stack(read(Path("build/dev")), scratch_folder()) as stack:
        …

Functions, routes, tables and queues are those of the templates, and each function runs from the
unpacked bundle in its own environment and role. Only the addresses of this machine's own services
stand in place of AWS's.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import iam
from infra.functions import Function
from infra.local import environment, permissions, tables, templates, triggers, unpacking
from infra.local.clock import StackClock
from infra.local.errors import Lacking, NotStarted
from infra.local.runtime import Rest
from infra.local.sandbox import Shipped
from infra.local.sandboxes import Sandboxes
from infra.local.stack import Deployed, Stack
from infra.local.templates import Resource, Stacks
from infra.local.triggers import Invoked
from infra.local.wire import Wire
from infra.package.resolving import NotKnown

FUNCTION, ROLE = "AWS::Lambda::Function", "AWS::IAM::Role"
TABLE, QUEUE = "AWS::DynamoDB::Table", "AWS::SQS::Queue"
SHARED = ("PAIRLY_STAGE", "PAIRLY_KEYRING_SECRET", "PAIRLY_MAIL_SENDER", "PAIRLY_CORS_ORIGIN")
"""Settings that the services of this machine have in common with the functions."""


@dataclass(frozen=True)
class Package:
    """What a package's templates say."""

    folder: Path
    stage: str
    runtime: str
    settings: dict[str, str]
    functions: list[Function]
    rest: Rest
    stacks: Stacks

    def deployed(
        self, clock: StackClock, addresses: environment.Addresses, data_folder: Path
    ) -> Deployed:
        """It in a stack. Raises NotStarted where its bundles cannot run on this machine."""
        shipped = {each.name: each for each in self._shipped(addresses, data_folder)}
        unpacking.forget_others({each.bundle for each in shipped.values()}, data_folder)
        return Deployed(
            runner=Sandboxes(shipped, stage=self.stage, clock=clock, folder=data_folder),
            functions=self.functions,
            rest=self.rest,
            create_tables=self._create_tables,
            queues=self._queues(),
        )

    def _shipped(self, addresses: environment.Addresses, data_folder: Path) -> Iterator[Shipped]:
        granted = _granted(self.stacks)
        for function in self.stacks.of(FUNCTION):
            said = function.properties
            bundle = self.stacks.artifact(said["Code"]["S3Key"])
            yield Shipped(
                name=_name(said["FunctionName"], self.stage),
                deployed=said["FunctionName"],
                entry=said["Handler"],
                runtime=said["Runtime"],
                memory_mb=said["MemorySize"],
                timeout_seconds=said["Timeout"],
                environment=_variables(function) | environment.reaching(addresses, self.stage),
                statements=_of_role(function, granted),
                bundle=unpacking.unpacked(bundle, data_folder),
            )

    def _create_tables(self, wire: Wire) -> None:
        tables.create_declared((each.properties for each in self.stacks.of(TABLE)), wire)

    def _queues(self) -> dict[str, int]:
        """How often a message of each queue is received; dead letters are received by hand."""
        said = [queue.properties for queue in self.stacks.of(QUEUE)]
        return {
            queue["QueueName"]: queue["RedrivePolicy"]["maxReceiveCount"]
            for queue in said
            if "RedrivePolicy" in queue
        }


def read(folder: Path) -> Package:
    """The package in a folder. Raises NotStarted where there is none that this machine can run."""
    try:
        return _read(templates.read(folder))
    except (Lacking, NotKnown, iam.NotUnderstood) as failure:
        raise NotStarted(
            f"{folder} cannot be run: {failure}. If it is older than the sources here, make it"
            " anew."
        ) from failure


def packaged_stack(package: Package, folder: Path, **about: Any) -> Stack:
    """A stack that runs a package."""

    def load(clock: StackClock) -> Deployed:
        return package.deployed(clock, stack.addresses, folder)

    stack = Stack(folder, load, stage=package.stage, settings=package.settings, **about)
    return stack


def _read(stacks: Stacks) -> Package:
    deployed = list(stacks.of(FUNCTION))
    if not deployed:
        raise Lacking("no template has a function")
    for each in deployed:
        said = each.properties
        unpacking.check_machine(stacks.folder, said["Runtime"], *said["Architectures"])
    variables = _variables(deployed[0])
    stage = variables["PAIRLY_STAGE"]
    return Package(
        folder=stacks.folder,
        stage=stage,
        runtime=deployed[0].properties["Runtime"],
        settings={name: variables[name] for name in SHARED if name in variables},
        functions=list(_functions(stacks, stage)),
        rest=triggers.rest(stacks),
        stacks=stacks,
    )


def _functions(stacks: Stacks, stage: str) -> Iterator[Function]:
    """Each function once for everything that invokes it; what no template makes is not here."""
    granted = _granted(stacks)
    invoked: dict[str, list[Invoked]] = defaultdict(list)
    for each in triggers.triggers(stacks, stage):
        invoked[each.deployed].append(each)
    for function in stacks.of(FUNCTION):
        said = function.properties
        for each in invoked[said["FunctionName"]]:
            _check_reads(each, _of_role(function, granted))
            permissions.check(each, stacks)
            yield Function(
                name=_name(said["FunctionName"], stage),
                kind=each.kind,
                feature=function.stack,
                handler=each.known_as or said["Handler"].rpartition(".")[2],
                trigger=each.trigger,
                doors=_variables(function).get("PAIRLY_FEATURE"),
                memory_mb=said["MemorySize"],
                timeout_seconds=said["Timeout"],
            )


def _check_reads(invoked: Invoked, statements: list[Any]) -> None:
    """Lambda sets up no trigger that the function's role does not let it read."""
    for action, arn in invoked.reads:
        if not iam.allows(statements, action, arn):
            raise NotStarted(
                f"The role of {invoked.deployed} does not grant {action} on {arn}, which Lambda"
                " needs to read it. Mend its role in infra/package/roles.py."
            )


def _of_role(function: Resource, granted: dict[str, list[Any]]) -> list[Any]:
    role = function.properties["Role"]
    if role not in granted:
        raise Lacking(f"{function} has the role {role}, which no template makes")
    return granted[role]


def _granted(stacks: Stacks) -> dict[str, list[Any]]:
    """The statements of every role, by its ARN."""
    return {
        role.arn: [
            statement
            for policy in role.properties.get("Policies", [])
            for statement in policy["PolicyDocument"]["Statement"]
        ]
        for role in stacks.of(ROLE)
    }


def _variables(function: Resource) -> dict[str, str]:
    variables: dict[str, str] = function.properties["Environment"]["Variables"]
    return variables


def _name(deployed: str, stage: str) -> str:
    return deployed.removeprefix(f"pairly-{stage}-")
