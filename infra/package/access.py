"""Whether each function's role is just what it needs: grants beside what a story saw them used for.

A story that is played on a package notes every call that each function makes of AWS. A call that no
grant covers is missing from the role; a grant that no call used has a written reason, or should not
be there.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra import iam
from infra.functions import Function
from infra.local.templates import Resource, Stacks
from infra.package import roles
from infra.package.stage import Stage

Call = tuple[str, str]
"""An action and the ARN that it was done to."""


@dataclass(frozen=True, order=True)
class Grant:
    """One action that a role allows on one resource; `reason` is why nobody may see it used."""

    function: str
    action: str
    arn: str
    seen: bool
    reason: str


@dataclass(frozen=True)
class Proof:
    """What roles grant, and what was called that they do not."""

    grants: list[Grant]
    missing: list[str]

    @property
    def unexplained(self) -> list[str]:
        """Grants that nobody saw used, without a reason."""
        unused = (each for each in self.grants if not each.seen and not each.reason)
        return [f"{each.function}: {each.action} on {each.arn}" for each in unused]


def prove(
    stacks: Stacks, functions: Iterable[Function], stage: Stage, calls: Mapping[str, set[Call]]
) -> Proof:
    """Compare the roles in a package's templates with the calls of each function, by its name."""
    granted: list[Grant] = []
    missing: list[str] = []
    found = {each.properties["FunctionName"]: each for each in stacks.of("AWS::Lambda::Function")}
    for function in functions:
        made = calls.get(function.name, set())
        role = _role(stacks, found[function.deployed(stage.name)])
        own = list(_grants(function, stage, role, made))
        granted += own
        missing += [
            f"{function.name}: {action} on {arn}"
            for action, arn in sorted(made)
            if not any(_covers(each.action, each.arn, (action, arn)) for each in own)
        ]
    return Proof(granted, missing)


def read_calls(file: Path) -> dict[str, set[Call]]:
    """The calls that a stack saw, by the function that made them."""
    calls: dict[str, set[Call]] = defaultdict(set)
    for line in file.read_text().splitlines():
        seen = json.loads(line)
        calls[seen["function"]].add((seen["action"], seen["arn"]))
    return calls


def report(proof: Proof) -> str:
    """Both side by side, function by function, as Markdown."""
    unused = [each for each in proof.grants if not each.seen]
    by_function: dict[str, list[Grant]] = defaultdict(list)
    for each in sorted(proof.grants):
        by_function[each.function].append(each)
    return "\n".join(
        [
            "# What each role grants, and what its function was seen to call",
            "",
            f"{len(by_function)} functions have {len(proof.grants)} grants. The story saw"
            f" {len(proof.grants) - len(unused)} of them used; of the other {len(unused)},"
            f" {len(unused) - len(proof.unexplained)} say why they are there.",
            "",
            *_listed("Called without a grant", proof.missing),
            *_listed("Granted without use or reason", proof.unexplained),
            *(line for name, grants in by_function.items() for line in _table(name, grants)),
        ]
    )


def _grants(function: Function, stage: Stage, role: Resource, made: set[Call]) -> Iterator[Grant]:
    reasons = {
        (each.action, role.resolved(each.resource)): each.unseen
        for each in roles.grants(function, stage)
    }
    for policy in role.properties["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            arn = statement["Resource"]
            for action in statement["Action"]:
                seen = any(_covers(action, arn, call) for call in made)
                yield Grant(function.name, action, arn, seen, reasons.get((action, arn), ""))


def _covers(action: str, arn: str, call: Call) -> bool:
    statement = {"Effect": "Allow", "Action": action, "Resource": arn}
    return iam.allows([statement], *call)


def _role(stacks: Stacks, function: Resource) -> Resource:
    (role,) = (
        each
        for each in stacks.of("AWS::IAM::Role")
        if each.arn == function.properties["Role"] and each.stack == function.stack
    )
    return role


def _listed(title: str, lines: list[str]) -> list[str]:
    return [f"## {title}", "", *(f"- {line}" for line in lines), ""] if lines else []


def _table(function: str, grants: list[Grant]) -> list[str]:
    rows = [
        f"| {each.action} | `{each.arn}` | {'seen' if each.seen else ''} | {each.reason} |"
        for each in grants
    ]
    head = ["| action | resource | in the story | why it may be unseen |", "| --- |" + " --- |" * 3]
    return [f"## {function}", "", *head, *rows, ""]
