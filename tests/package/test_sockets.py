"""The deployed WebSocket API routes each frame as the local one does, and logs none."""

import dataclasses
import json
import re

import msgspec
import pytest

from app import app
from infra.functions import Function, RouteKey
from infra.inventory import inventory
from infra.package import sockets
from infra.package.errors import NotPackaged
from infra.package.naming import Resource, Resources
from infra.package.resolving import references, resolve
from infra.package.stage import Stage, read

from .apigateway import AWS, arn_of, invoked

FUNCTIONS = [each for each in inventory(app) if isinstance(each.trigger, RouteKey)]
STAGE = read("dev", {})
FEATURES = ["RealtimeStack", "MessagingStack"]
PRIVATE = re.compile(r"query|header|body|identity|message|input", re.I)


def made(stage: Stage = STAGE, functions: list[Function] = FUNCTIONS) -> Resources:
    return sockets.sockets(stage, functions, FEATURES)


def of(resources: Resources, kind: str) -> Resources:
    found = resources.items()
    return {name: each for name, each in found if each["Type"] == f"AWS::ApiGatewayV2::{kind}"}


def only(resources: Resources, kind: str) -> tuple[str, Resource]:
    ((name, found),) = of(resources, kind).items()
    return name, found


def key_of(function: Function) -> str:
    assert isinstance(function.trigger, RouteKey)
    return function.trigger.key


def test_every_action_leads_to_its_function_and_there_is_no_other_route() -> None:
    resources = made()
    known = AWS | {name: name for name in resources}

    reached = {}
    for route in of(resources, "Route").values():
        target = resolve(route["Properties"]["Target"], known)
        integration = resources[target.removeprefix("integrations/")]["Properties"]
        key = route["Properties"]["RouteKey"]
        reached[key] = invoked(resolve(integration["IntegrationUri"], known))

    assert reached == {key_of(each): arn_of(each, "dev") for each in FUNCTIONS}
    assert {"$connect", "$disconnect", "$default"} < set(reached)
    assert len(of(resources, "Integration")) == len(FUNCTIONS)


def test_a_frame_is_routed_by_what_the_local_gateway_reads_of_it() -> None:
    _, api = only(made(), "Api")

    assert api["Properties"]["RouteSelectionExpression"] == "$request.body.action"
    assert api["Properties"]["ProtocolType"] == "WEBSOCKET"


def test_everybody_may_knock_because_the_ticket_is_the_functions_to_judge() -> None:
    asked = {each["Properties"]["AuthorizationType"] for each in of(made(), "Route").values()}

    assert asked == {"NONE"}


def test_no_two_actions_share_a_route() -> None:
    spelled_alike = [
        dataclasses.replace(FUNCTIONS[0], trigger=RouteKey(key))
        for key in ("typing.start", "typing_start")
    ]

    with pytest.raises(NotPackaged, match=r"SocketTypingStartRoute.*'typing_start'"):
        made(functions=spelled_alike)


def test_another_route_is_another_deployment_and_the_same_are_the_same() -> None:
    deployment, _ = only(made(), "Deployment")
    moved = dataclasses.replace(FUNCTIONS[-1], name="elsewhere-socket-message-send")

    assert re.fullmatch(r"SocketDeployment[0-9a-f]{10}", deployment)
    assert only(made(), "Deployment")[0] == deployment
    assert only(made(functions=FUNCTIONS[:-1]), "Deployment")[0] != deployment
    assert only(made(functions=[*FUNCTIONS[:-1], moved]), "Deployment")[0] != deployment


def test_nothing_is_deployed_before_all_routes_and_their_functions_are() -> None:
    resources = made()
    deployment, found = only(resources, "Deployment")

    assert set(found["DependsOn"]) == {*of(resources, "Route"), *FEATURES}
    stage = only(resources, "Stage")[1]
    assert stage["Properties"]["DeploymentId"] == {"Ref": deployment}


def test_the_stage_lets_through_what_it_is_set_to() -> None:
    stage = msgspec.structs.replace(STAGE, frames_per_second=7, frames_burst=9)

    properties = only(made(stage), "Stage")[1]["Properties"]

    settings = properties["DefaultRouteSettings"]
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (7, 9)
    assert properties["StageName"] == "dev"


def test_the_log_names_the_connection_and_holds_neither_ticket_nor_frame() -> None:
    resources = made()
    properties = only(resources, "Stage")[1]["Properties"]

    line = json.loads(properties["AccessLogSettings"]["Format"])

    assert not [each for each in line.values() if PRIVATE.search(each)]
    assert {"request_id", "route", "status", "connection_id"} <= set(line)
    assert properties["DefaultRouteSettings"]["DataTraceEnabled"] is False
    destination = properties["AccessLogSettings"]["DestinationArn"]
    assert references(destination) - AWS.keys() == {sockets.LOGS}
    assert resources[sockets.LOGS]["Properties"]["RetentionInDays"] == STAGE.log_retention_days
