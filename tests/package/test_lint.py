"""cfn-lint finds nothing in any template: no rule is ignored, and a hint counts like an error.

Its three experimental rules, which ask for a description of every resource for machines, are off as
they are by default.
"""

import copy
import json
from typing import Any

import pytest
from cfnlint.api import ManualArgs, lint

from tests.package.packaged import VARIANTS, packaged

REGIONS = ["us-east-1", "eu-west-1", "ap-south-1"]
EVERYTHING = ["E", "W", "I"]
CONFIG = ManualArgs(include_checks=EVERYTHING, mandatory_checks=EVERYTHING, regions=REGIONS)


def findings(template: dict[str, Any]) -> list[str]:
    """What cfn-lint has to say about a template."""
    found = lint(json.dumps(template, indent=1), config=CONFIG)
    return [f"{match.rule.id} {match.message} {match.path}" for match in found]


@pytest.mark.parametrize(("stage", "changes"), VARIANTS)
def test_cloudformation_would_take_every_template_in_every_region(
    stage: str, changes: dict[str, Any]
) -> None:
    templates = packaged(stage, **changes)
    said = {
        name: findings(template)
        for name, template in {"parent": templates.parent, **templates.nested}.items()
    }
    assert len(said) > 5
    assert {name: found for name, found in said.items() if found} == {}


def test_a_template_that_cannot_be_deployed_is_found() -> None:
    wallet = copy.deepcopy(packaged("dev").nested["wallet"])
    function = wallet["Resources"]["WalletShowFunction"]["Properties"]
    function["Runtime"] = "python3.1"
    function["Code"]["S3Key"] = {"Fn::Sub": "${ArtifactsPrefixx}bundles/core.zip"}

    found = findings(wallet)

    assert any("python3.1" in each for each in found)
    assert any("ArtifactsPrefixx" in each for each in found)


def test_a_hint_is_found() -> None:
    data = copy.deepcopy(packaged("dev").nested["data"])
    del data["Resources"]["WalletsTable"]["DeletionPolicy"]

    assert any(each.startswith("I3011") for each in findings(data))
