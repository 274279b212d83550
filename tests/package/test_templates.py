"""All templates of a stage: named by their content, whole, and within what AWS takes."""

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from app import app
from infra.functions import Function, Route
from infra.inventory import inventory
from infra.package import limits, rest
from infra.package.bundles import Bundle
from infra.package.errors import NotPackaged
from infra.package.naming import Template
from infra.package.output import rendered
from infra.package.stage import read
from infra.package.templates import Templates, templates

FUNCTIONS = inventory(app)
STAGE = read("dev", {})
BUNDLES = [
    Bundle(name, Path(f"{name}-0123456789abcdef.zip"), "0123456789abcdef" * 4, 1, 2)
    for name in ("core", "photos")
]
PARENT: Template = {"Resources": {"RestApi": {"Type": "", "Properties": {"Body": {"paths": {}}}}}}


def made(functions: list[Function] = FUNCTIONS) -> Templates:
    return templates(STAGE, functions, BUNDLES)


def changed(name: str, **changes: Any) -> list[Function]:
    return [
        dataclasses.replace(each, **changes) if each.name == name else each for each in FUNCTIONS
    ]


def many(count: int, **each: Any) -> dict[str, Any]:
    return {f"R{number}": each for number in range(count)}


def with_body(*, paths: int = 0, filled: int = 0) -> Template:
    body = {"paths": {f"/p{number}": {} for number in range(paths)}, "info": "x" * filled}
    return {"Resources": {"RestApi": {"Type": "", "Properties": {"Body": body}}}}


def test_there_is_a_stack_for_what_is_kept_and_one_for_each_feature() -> None:
    assert set(made().nested) == {"data"} | {each.feature for each in FUNCTIONS}


def test_every_stack_that_the_parent_names_is_a_file_named_by_its_content() -> None:
    all_of_it = made()
    named = json.dumps(all_of_it.parent)

    for path, content in all_of_it.files.items():
        stack = Path(path).stem.rpartition("-")[0]
        assert path == f"stacks/{stack}-{hashlib.sha256(content).hexdigest()[:16]}.json"
        assert json.loads(content) == all_of_it.nested[stack]
        assert f"${{ArtifactsPrefix}}{path}" in named
    assert len(all_of_it.files) == len(all_of_it.nested) == named.count("}stacks/")


def test_the_same_functions_make_the_same_bytes() -> None:
    first, second = made(), made()

    assert first.files == second.files
    assert json.dumps(first.parent) == json.dumps(second.parent)


def test_a_change_of_one_function_touches_its_own_feature_only() -> None:
    after = made(changed("wallet-show", memory_mb=1024))

    assert [path.split("-")[0] for path in after.files.keys() - made().files.keys()] == [
        "stacks/wallet"
    ]


def test_nothing_is_handed_over_that_aws_would_not_take(monkeypatch: pytest.MonkeyPatch) -> None:
    assert made()

    monkeypatch.setattr(limits, "STACK_RESOURCES_MAX", 3)
    with pytest.raises(NotPackaged, match="Resources of stack data"):
        made()


@pytest.mark.parametrize(
    ("nested", "parent", "said"),
    [
        ({"Resources": many(501, Type="")}, PARENT, "Resources of stack wallet: 501,.* 500"),
        (
            {"Resources": {}, "Outputs": many(201)},
            PARENT,
            "Outputs of stack wallet: 201,.* 200",
        ),
        (
            {"Resources": {}, "Parameters": many(201)},
            PARENT,
            "Parameters of stack wallet: 201,.* 200",
        ),
        (
            {"Resources": {}, "Description": "x" * 1_000_000},
            PARENT,
            r"Bytes of stack wallet: 1,000,\d{3},.* 1,000,000",
        ),
        (
            {"Resources": {}},
            {"Resources": PARENT["Resources"] | many(301, Type="AWS::ApiGatewayV2::Route")},
            "Routes of the WebSocket API: 301,.* 300",
        ),
        ({"Resources": {}}, with_body(paths=300), "Resources of the REST API: 301,.* 300"),
        ({"Resources": {}}, with_body(filled=1_000_000), "Bytes of stack parent"),
    ],
    ids=["resources", "outputs", "parameters", "bytes", "routes", "nodes", "parent"],
)
def test_what_is_too_large_is_refused_with_the_figure_and_the_limit(
    nested: Template, parent: Template, said: str
) -> None:
    with pytest.raises(NotPackaged, match=said):
        limits.check(parent, {"wallet": nested})


def test_what_is_just_within_the_limits_is_taken() -> None:
    full = {
        "Resources": many(500, Type=""),
        "Outputs": many(200),
        "Parameters": many(200),
    }

    limits.check(with_body(paths=299), {"wallet": full})


def role(*sizes: int) -> Template:
    """A role with policies of these sizes, once their references are what they stand for."""
    policies = []
    for size in sizes:
        bare = {"Resource": ["${AWS::AccountId}", ""], "Sid": "a b"}
        written = len(json.dumps(bare, separators=(",", ":"))) - len("${AWS::AccountId} ") + 12
        filled = {"Resource": [{"Fn::Sub": "${AWS::AccountId}"}, "x" * (size - written)]}
        policies.append({"PolicyName": "needs", "PolicyDocument": filled | {"Sid": "a b"}})
    return {"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"Policies": policies}}}}


def lambda_with(size: int) -> Template:
    """A function with an environment of this size."""
    variables = {
        "A": {"Fn::Sub": "${AWS::Region}"},
        "B": "x" * (size - len('{"A":"","B":""}') - 14),
    }
    properties = {"Environment": {"Variables": variables}}
    return {"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": properties}}}


def test_a_role_with_too_long_policies_is_refused_by_name() -> None:
    limits.check(PARENT, {"wallet": role(10_240)})
    limits.check(PARENT, {"wallet": role(5_000, 5_240)})

    for sizes in ((10_241,), (5_000, 5_241)):
        with pytest.raises(NotPackaged, match=r"policies of R: 10,241, and AWS takes 10,240\. Let"):
            limits.check(PARENT, {"wallet": role(*sizes)})


def test_a_function_with_too_large_an_environment_is_refused_by_name() -> None:
    limits.check(PARENT, {"wallet": lambda_with(4_096)})

    with pytest.raises(NotPackaged, match=r"environment of F: 4,097, and AWS takes 4,096\. Let"):
        limits.check(PARENT, {"wallet": lambda_with(4_097)})


def test_what_is_deployed_has_no_needless_space() -> None:
    all_of_it = made()

    for content in (*all_of_it.files.values(), rendered(all_of_it.parent)):
        compact = json.dumps(json.loads(content), separators=(",", ":"), ensure_ascii=False)
        assert content.decode() == compact + "\n"


def test_a_parent_with_a_hundred_and_thirty_routes_is_within_the_limits() -> None:
    routes = [each for each in FUNCTIONS if isinstance(each.trigger, Route)]
    more = [
        dataclasses.replace(
            each,
            name=f"{each.name}-{number}",
            trigger=dataclasses.replace(each.trigger, path=f"{each.trigger.path}/more{number}"),
        )
        for number in range(130 // len(routes) + 1)
        for each in routes
        if isinstance(each.trigger, Route)
    ][: 130 - len(routes)]

    parent = made([*FUNCTIONS, *more]).parent

    operations = parent["Resources"]["RestApi"]["Properties"]["Body"]["paths"].values()
    kinds = [each[rest.INTEGRATION]["type"] for path in operations for each in path.values()]
    assert kinds.count("aws_proxy") == 130
    assert len(rendered(parent)) < 0.8 * limits.STACK_BYTES_MAX


def test_all_stacks_together_may_be_too_large() -> None:
    nested = {f"f{number}": {"Resources": many(500, Type="")} for number in range(5)}

    with pytest.raises(NotPackaged, match=r"all stacks together: 2,501, and AWS takes 2,500"):
        limits.check(PARENT, nested)


def test_a_refusal_says_what_to_do() -> None:
    with pytest.raises(NotPackaged, match=r"Split its feature in two"):
        limits.check(PARENT, {"wallet": {"Resources": many(501, Type="")}})
