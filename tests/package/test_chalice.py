"""Chalice knows the app's doors by itself: what it would deploy is what we deploy.

It would put every REST route behind one function, and every socket action behind another. So what
is compared is not the number of functions but the doors: which route, rule, queue or stream leads
to which handler.
"""

import copy
import json
from dataclasses import dataclass
from typing import Any

import pytest
from chalice.app import Chalice, CloudWatchEvent, Cron, Rate, S3EventConfig

from app import app
from chalicelib.core import needs
from chalicelib.core.socket import ACTIONS
from infra.inventory import inventory
from infra.package.assertions.doors import behind, operations
from infra.package.assertions.functions import called
from infra.package.assertions.made import (
    BUCKET,
    INTEGRATION,
    MAPPING,
    QUEUE,
    REST_API,
    ROUTE,
    RULE,
    TABLE,
    World,
)
from infra.package.features import features
from tests.package.oracle import deployed_by_chalice, expanded
from tests.package.packaged import VARIANTS, packaged
from tests.package.samples import BUNDLES, stage


@dataclass
class Doors:
    """The doors of some templates, each with the handler behind it."""

    world: World

    def handler(self, function: str) -> str:
        return str(self.world.functions()[function].properties["Handler"])

    @property
    def rest(self) -> set[tuple[str, str, str, str]]:
        """Method, path, authorizer and handler."""
        (api,) = self.world.of(REST_API)
        return {
            (method, path, _authorizer(operation), self.handler(behind(integration["uri"])[0]))
            for method, path, operation in operations(api.properties["Body"])
            if "uri" in (integration := operation["x-amazon-apigateway-integration"])
        }

    @property
    def authorizers(self) -> dict[str, tuple[str, int]]:
        """By name, the handler and for how many seconds its verdict is kept."""
        (api,) = self.world.of(REST_API)
        body = api.properties["Body"]
        schemes = body.get("securityDefinitions") or body["components"]["securitySchemes"]
        found = {name: each["x-amazon-apigateway-authorizer"] for name, each in schemes.items()}
        return {
            name: (
                self.handler(behind(each["authorizerUri"])[0]),
                each["authorizerResultTtlInSeconds"],
            )
            for name, each in found.items()
        }

    @property
    def sockets(self) -> dict[str, str]:
        """The handler by route key."""
        integrations = {
            f"integrations/{each.name}": each.properties["IntegrationUri"]
            for each in self.world.of(INTEGRATION)
        }
        routes = [each.properties for each in self.world.of(ROUTE)]
        return {
            each["RouteKey"]: self.handler(behind(integrations[each["Target"]])[0])
            for each in routes
        }

    @property
    def sources(self) -> set[tuple[str, str, int]]:
        """What is read, as `app.py` names it, by which handler, and how much at once."""
        known = {queue.arn: f"arn:ref:{queue.id}" for queue in self.world.of(QUEUE)}
        known |= {table.arn: f"arn:ref:{table.id}.StreamArn" for table in self.world.of(TABLE)}
        mappings = [each.properties for each in self.world.of(MAPPING)]
        return {
            (
                known.get(arn := each["EventSourceArn"].partition("/stream/")[0], arn),
                self.handler(called(each["FunctionName"])[0]),
                each["BatchSize"],
            )
            for each in mappings
        }

    @property
    def schedules(self) -> set[tuple[str, str]]:
        """When, and which handler."""
        return {
            (rule.properties["ScheduleExpression"], self.handler(called(target["Arn"])[0]))
            for rule in self.world.of(RULE)
            if "ScheduleExpression" in rule.properties
            for target in rule.properties["Targets"]
        }

    @property
    def arrivals(self) -> set[tuple[str, str, str]]:
        """Which bucket, as `app.py` names it, which folder, and which handler."""
        known = {bucket.name: f"arn:ref:{bucket.id}" for bucket in self.world.of(BUCKET)}
        return {
            (known[name], key["prefix"], self.handler(called(target["Arn"])[0]))
            for rule in self.world.of(RULE)
            if (pattern := rule.properties.get("EventPattern"))
            for name in pattern["detail"]["bucket"]["name"]
            for key in pattern["detail"]["object"]["key"]
            for target in rule.properties["Targets"]
        }


def _authorizer(operation: dict[str, Any]) -> str:
    return " ".join(name for scheme in operation.get("security", []) for name in scheme)


@pytest.fixture(scope="module")
def theirs() -> Doors:
    """The doors that Chalice would deploy."""
    return Doors(World(deployed_by_chalice(app, "dev"), {}))


@pytest.fixture(scope="module")
def ours() -> Doors:
    """The doors that we deploy."""
    dev = packaged("dev")
    return Doors(World(dev.parent, dev.nested))


def test_rest_routes_are_those_that_chalice_would_deploy(theirs: Doors, ours: Doors) -> None:
    assert ours.rest == theirs.rest
    assert ("GET", "/v1/wallet", "authorizer", "app.app") in ours.rest


def test_authorizers_are_those_that_chalice_would_deploy(theirs: Doors, ours: Doors) -> None:
    assert ours.authorizers == theirs.authorizers
    assert ours.authorizers["authorizer"][0] == "app.authorizer"


def test_sources_are_those_that_chalice_would_deploy(theirs: Doors, ours: Doors) -> None:
    assert ours.sources == theirs.sources
    assert ("arn:ref:WalletWelcomeQueue", "app.wallet_welcome", 10) in ours.sources


def test_schedules_are_those_that_chalice_would_deploy(theirs: Doors, ours: Doors) -> None:
    assert ours.schedules == theirs.schedules


def test_a_schedule_of_either_kind_is_what_chalice_would_deploy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = Chalice("scheduled")
    made.schedule(Rate(1, unit=Rate.DAYS))(wallet_daily)
    made.schedule(Cron(0, 10, "?", "*", "MON-FRI", "*"))(wallet_working)
    made.schedule("rate(5 minutes)")(wallet_often)
    monkeypatch.setattr(needs, "_declared", {each.name: () for each in made.event_sources})
    stacks = features(stage(), inventory(made), BUNDLES)

    theirs = Doors(World(deployed_by_chalice(made, "dev"), {}))
    ours = Doors(World({"Resources": {}}, stacks))

    assert ours.schedules == theirs.schedules
    assert ours.schedules == {
        ("rate(1 day)", "app.wallet_daily"),
        ("cron(0 10 ? * MON-FRI *)", "app.wallet_working"),
        ("rate(5 minutes)", "app.wallet_often"),
    }


def wallet_daily(_: CloudWatchEvent) -> None:
    """Runs every day."""


def wallet_working(_: CloudWatchEvent) -> None:
    """Runs on the days on which people work."""


def wallet_often(_: CloudWatchEvent) -> None:
    """Runs all the time."""


def test_what_arrives_in_buckets_is_told_to_whom_chalice_would_tell_it(ours: Doors) -> None:
    """Chalice's own template has no such thing: it changes buckets only where it deploys itself."""
    declared = [each for each in app.event_sources if isinstance(each, S3EventConfig)]

    assert ours.arrivals == {(each.bucket, each.prefix, each.handler_string) for each in declared}
    assert ("arn:ref:PhotosBucket", "uploads/", "app.profiles_check_photo") in ours.arrivals


def test_socket_routes_are_those_that_chalice_would_deploy_and_one_for_each_action(
    theirs: Doors, ours: Doors
) -> None:
    every_action = dict.fromkeys((each.name for each in ACTIONS.values()), "app.ws_message")

    assert ours.sockets == theirs.sockets | every_action
    assert theirs.sockets.keys() == {"$connect", "$disconnect", "$default"}


def test_no_handler_is_deployed_that_chalice_does_not_know(theirs: Doors, ours: Doors) -> None:
    def handlers(doors: Doors) -> set[str]:
        return {each.properties["Handler"] for each in doors.world.functions().values()}

    assert handlers(ours) == handlers(theirs)


@pytest.mark.parametrize(("stage", "changes"), VARIANTS)
def test_every_template_is_plain_cloudformation_to_the_serverless_transform(
    stage: str, changes: dict[str, Any]
) -> None:
    templates = packaged(stage, **changes)
    for template in (templates.parent, *templates.nested.values()):
        after = expanded(copy.deepcopy(template))

        assert json.dumps(after) == json.dumps(template)
