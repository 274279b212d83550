"""The parent gives each stack what it asks for, and nothing goes live before what is behind it."""

from typing import Any

import msgspec
import pytest

from app import app
from infra.inventory import inventory
from infra.package.errors import NotPackaged
from infra.package.naming import Template
from infra.package.parent import parent
from infra.package.resolving import references, resolve
from infra.package.stage import Stage, read

from .apigateway import AWS

FUNCTIONS = inventory(app)
STAGE = read("dev", {})
FILES = {"data": "stacks/data-1.json", "wallet": "stacks/wallet-2.json", "me": "stacks/me-3.json"}
NESTED: dict[str, Template] = {
    "data": {"Resources": {}, "Outputs": {"EntriesTableStreamArn": {}, "FailuresBucketArn": {}}},
    "wallet": {
        "Resources": {},
        "Parameters": {"ArtifactsBucket": {}, "RestApiId": {}, "EntriesTableStreamArn": {}},
    },
    "me": {
        "Resources": {},
        "Parameters": {"ArtifactsBucket": {}, "ArtifactsPrefix": {}, "SocketApiId": {}},
    },
}


def made(stage: Stage = STAGE, nested: dict[str, Template] = NESTED) -> Template:
    return parent(stage, FUNCTIONS, [], nested=nested, files=FILES)


def before(resources: dict[str, Any], name: str) -> set[str]:
    """Everything that CloudFormation makes before this."""
    resource = resources[name]
    asked = {each.split(".")[0] for each in references(resource["Properties"])}
    direct = (asked | set(resource.get("DependsOn", []))) & resources.keys()
    return direct | {each for one in direct for each in before(resources, one)}


def the(resources: dict[str, Any], start: str) -> str:
    (name,) = [each for each in resources if each.startswith(start)]
    return name


def test_each_stack_is_given_what_it_asks_for_and_no_more() -> None:
    resources = made()["Resources"]

    given = {
        name: resources[name]["Properties"]["Parameters"] for name in ("WalletStack", "MeStack")
    }

    assert given == {
        "WalletStack": {
            "ArtifactsBucket": {"Ref": "ArtifactsBucket"},
            "RestApiId": {"Ref": "RestApi"},
            "EntriesTableStreamArn": {"Fn::GetAtt": ["DataStack", "Outputs.EntriesTableStreamArn"]},
        },
        "MeStack": {
            "ArtifactsBucket": {"Ref": "ArtifactsBucket"},
            "ArtifactsPrefix": {"Ref": "ArtifactsPrefix"},
            "SocketApiId": {"Ref": "SocketApi"},
        },
    }
    assert "Parameters" not in resources["DataStack"]["Properties"]


def test_what_nobody_hands_on_is_refused_by_name() -> None:
    asking = NESTED | {"wallet": {"Resources": {}, "Parameters": {"LikesTableStreamArn": {}}}}

    with pytest.raises(NotPackaged, match=r"Stack wallet asks for LikesTableStreamArn"):
        made(nested=asking)


def test_a_stack_is_read_from_where_the_artifacts_were_copied_to() -> None:
    places = AWS | {"ArtifactsBucket": "ours", "ArtifactsPrefix": "a/b/"}

    url = made()["Resources"]["WalletStack"]["Properties"]["TemplateURL"]

    expected = "https://ours.s3.eu-west-1.amazonaws.com/a/b/stacks/wallet-2.json"
    assert resolve(url, places) == expected


def test_functions_are_made_after_what_is_kept_and_before_they_are_called() -> None:
    resources = made()["Resources"]

    for feature in ("WalletStack", "MeStack"):
        assert "DataStack" in before(resources, feature)
        for stage in ("RestStage", "SocketStage"):
            assert feature in before(resources, stage)


def test_apis_log_by_a_role_that_is_there_first_and_outlives_them() -> None:
    resources = made()["Resources"]

    for stage in ("RestStage", "SocketStage"):
        assert {"ApiGatewayAccount", "ApiGatewayLogsRole"} <= before(resources, stage)
    for kept in ("ApiGatewayAccount", "ApiGatewayLogsRole"):
        assert resources[kept]["DeletionPolicy"] == "Retain"


def test_a_stage_that_does_not_set_the_regions_role_leaves_it_alone() -> None:
    without = made(msgspec.structs.replace(STAGE, sets_account_role=False))["Resources"]

    types = {each["Type"] for each in without.values()}
    assert types.isdisjoint({"AWS::ApiGateway::Account", "AWS::IAM::Role"})
    assert all(before(without, name) <= without.keys() for name in without)
    assert "DependsOn" not in without["RestStage"]


def test_it_says_where_both_apis_are_reached() -> None:
    known = AWS | {"RestApi": "rest1", "SocketApi": "sock1"}

    said = {name: resolve(each["Value"], known) for name, each in made()["Outputs"].items()}

    assert said == {
        "RestUrl": "https://rest1.execute-api.eu-west-1.amazonaws.com/dev",
        "SocketUrl": "wss://sock1.execute-api.eu-west-1.amazonaws.com/dev",
    }


def test_whoever_deploys_says_where_the_artifacts_are() -> None:
    parameters = made()["Parameters"]

    assert set(parameters) == {"ArtifactsBucket", "ArtifactsPrefix"}
    assert parameters["ArtifactsPrefix"]["Default"] == "pairly/"
    assert the(made()["Resources"], "RestDeployment")
