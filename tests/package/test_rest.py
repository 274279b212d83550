"""The deployed REST API routes, guards, refuses and logs as the local one does."""

import re

import httpx
import msgspec
import pytest
from openapi_spec_validator import OpenAPIV30SpecValidator

from app import app
from chalicelib.core.access import Permission
from infra.functions import Function, Route, Token
from infra.inventory import inventory
from infra.local import events, gateway
from infra.local.stack import Stack
from infra.package import rest
from infra.package.naming import Resource, Resources
from infra.package.stage import Stage, read
from tests.people import Member

from .apigateway import ApiGateway, Invoked, arn_of, invoked, told

FUNCTIONS = inventory(app)
STAGE = read("dev", {})
PATHS = sorted({each.trigger.path for each in FUNCTIONS if isinstance(each.trigger, Route)})
FEATURES = ["WalletStack", "AccountsStack"]
PRIVATE = re.compile(r"\$context\.path|query|header|body|identity|message|principal|input", re.I)
"""Variables that hold a part of what somebody sent, or where from."""
METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")


def made(stage: Stage = STAGE, functions: list[Function] = FUNCTIONS) -> Resources:
    return rest.rest(stage, functions, app.api.binary_types, FEATURES)


def api(stage: Stage = STAGE, **context: str) -> ApiGateway:
    return ApiGateway(rest.body(stage, FUNCTIONS, app.api.binary_types), context)


def only(resources: Resources, kind: str) -> tuple[str, Resource]:
    ((name, found),) = [
        (name, each)
        for name, each in resources.items()
        if each["Type"] == f"AWS::ApiGateway::{kind}"
    ]
    return name, found


def concrete(path: str) -> str:
    return re.sub(r"{\w+}", "some-1", path)


def test_every_request_reaches_the_function_that_it_reaches_on_a_desk() -> None:
    local, deployed = gateway._routes(FUNCTIONS), api()

    for path in PATHS:
        match = local.match(concrete(path))
        assert match
        for method, function in match.found.methods.items():
            route = function.trigger
            assert isinstance(route, Route)
            asked = Invoked(arn_of(function, "dev"), route.authorizer)
            assert deployed.answer(method, concrete(path)) == asked


def test_no_function_is_left_out_and_none_is_reached_twice() -> None:
    body = api().body
    reached = [
        invoked(operation[rest.INTEGRATION]["uri"])
        for operations in body["paths"].values()
        for operation in operations.values()
        if "uri" in operation[rest.INTEGRATION]
    ]

    expected = [arn_of(each, "dev") for each in FUNCTIONS if each.kind == "rest"]
    assert sorted(reached) == sorted(expected)


def test_only_what_is_for_everybody_is_open() -> None:
    open_to_all = {each.name for each in FUNCTIONS if each.access is Permission.PUBLIC}
    body = api().body

    for function in FUNCTIONS:
        if isinstance(function.trigger, Route):
            operation = body["paths"][function.trigger.path][function.trigger.method.lower()]
            asked_for = operation.get("security")
            assert (asked_for is None) == (function.name in open_to_all), function.name
            assert asked_for is None or set(asked_for[0]) <= set(
                body["components"]["securitySchemes"]
            )


def test_an_authorizer_is_asked_about_the_header_and_kept_as_long_as_on_a_desk() -> None:
    (function,) = [each for each in FUNCTIONS if each.kind == "authorizer"]
    assert isinstance(function.trigger, Token)

    scheme = api().body["components"]["securitySchemes"][function.handler]

    authorizer = scheme["x-amazon-apigateway-authorizer"]
    assert (scheme["name"], scheme["in"], authorizer["type"]) == (
        "Authorization",
        "header",
        "token",
    )
    assert authorizer["authorizerResultTtlInSeconds"] == function.trigger.ttl_seconds
    assert invoked(authorizer["authorizerUri"]) == arn_of(function, "dev")


@pytest.mark.parametrize("path", PATHS)
def test_preflights_and_wrong_methods_are_answered_as_on_a_desk(stack: Stack, path: str) -> None:
    stage = msgspec.structs.replace(STAGE, public_url=stack.addresses.base_url)
    url = stack.addresses.base_url + concrete(path)
    taken = {each.trigger.method for each in FUNCTIONS if _at(each, path)}
    wrong = next(method for method in reversed(METHODS) if method not in taken)

    for method in ("OPTIONS", wrong):
        local = httpx.request(method, url)
        deployed = api(stage, requestId=local.headers["x-request-id"])
        assert deployed.answer(method, concrete(path)) == told(local)


@pytest.mark.parametrize(
    "path", ["/v1/nowhere", "/nowhere", "/v1/wallet/no/where", "/v1", "/v1/auth"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_what_is_nowhere_is_nowhere_for_a_member_too(
    stack: Stack, alice: Member, path: str, method: str
) -> None:
    stage = msgspec.structs.replace(STAGE, public_url=stack.addresses.base_url)

    local = httpx.request(method, stack.addresses.base_url + path, headers=alice.headers())

    assert local.status_code == 404
    assert api(stage, requestId=local.headers["x-request-id"]).answer(method, path) == told(local)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data"])
def test_a_wrong_method_is_told_so_whatever_a_browser_sends(kind: str) -> None:
    answer = api(requestId="r-1", domainName="it").answer("PATCH", "/v1/wallet", kind)

    assert (answer.status, answer.headers["allow"]) == (405, "GET,OPTIONS")


@pytest.mark.parametrize("kind", ["image/png", "application/xml"])
def test_any_other_kind_of_body_is_refused_and_breaks_nothing(kind: str) -> None:
    answer = api(requestId="r-1", domainName="it").answer("PATCH", "/v1/wallet", kind)

    assert answer.status == 415
    assert answer.said["code"] == "unsupported_media_type"


def test_nothing_that_is_sent_or_accepted_is_taken_for_binary_by_what_has_no_function() -> None:
    for operations in api().body["paths"].values():
        for operation in operations.values():
            integration = operation[rest.INTEGRATION]
            if integration["type"] == "mock":
                assert integration["contentHandling"] == "CONVERT_TO_TEXT"
                assert integration["responses"]["default"]["contentHandling"] == "CONVERT_TO_TEXT"


def test_the_definition_is_openapi() -> None:
    OpenAPIV30SpecValidator(api().body).validate()


def test_the_same_types_are_binary_as_on_a_desk() -> None:
    assert set(api().body["x-amazon-apigateway-binary-media-types"]) == set(app.api.binary_types)


def test_a_function_is_waited_for_as_long_as_on_a_desk() -> None:
    waits = {
        operation[rest.INTEGRATION]["timeoutInMillis"]
        for operations in api().body["paths"].values()
        for operation in operations.values()
        if operation[rest.INTEGRATION]["type"] == "aws_proxy"
    }

    assert waits == {gateway.INTEGRATION_SECONDS_MAX * 1000}


def test_another_definition_is_another_deployment_and_the_same_is_the_same() -> None:
    deployment, _ = only(made(), "Deployment")
    fewer, _ = only(
        made(functions=[each for each in FUNCTIONS if not _at(each, "/v1/wallet")]), "Deployment"
    )
    elsewhere = msgspec.structs.replace(STAGE, cors_origin="https://app.example")

    assert re.fullmatch(r"RestDeployment[0-9a-f]{10}", deployment)
    assert only(made(), "Deployment")[0] == deployment
    assert only(made(elsewhere), "Deployment")[0] != deployment
    assert fewer != deployment


def test_the_api_stays_in_its_region_when_its_definition_is_imported_again() -> None:
    properties = only(made(), "RestApi")[1]["Properties"]

    assert properties["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert properties["Parameters"] == {"endpointConfigurationTypes": "REGIONAL"}


def test_nothing_is_deployed_before_its_functions_are() -> None:
    deployment, found = only(made(), "Deployment")
    _, stage = only(made(), "Stage")

    assert found["DependsOn"] == FEATURES
    assert stage["Properties"]["DeploymentId"] == {"Ref": deployment}


def test_the_stage_lets_through_what_it_is_set_to_and_keeps_no_answers() -> None:
    stage = msgspec.structs.replace(STAGE, requests_per_second=7, requests_burst=9, tracing=True)

    _, found = only(made(stage), "Stage")

    properties = found["Properties"]
    (settings,) = properties["MethodSettings"]
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert (settings["ThrottlingRateLimit"], settings["ThrottlingBurstLimit"]) == (7, 9)
    assert (settings["CachingEnabled"], properties["CacheClusterEnabled"]) == (False, False)
    assert properties["TracingEnabled"] is True
    assert properties["StageName"] == "dev"


def test_the_log_says_who_asked_for_what_and_not_a_word_of_it(stack: Stack, alice: Member) -> None:
    _, found = only(made(), "Stage")
    setting = found["Properties"]["AccessLogSetting"]

    line = msgspec.json.decode(setting["Format"])

    assert not [each for each in line.values() if PRIVATE.search(each)]
    assert line["user_id"] == f"$context.authorizer.{_told_of(stack, alice)}"
    assert {"request_id", "route", "status", "latency_ms"} <= set(line)
    assert set(re.findall(r"\${(\w+)}", setting["DestinationArn"]["Fn::Sub"])) == {rest.LOGS}
    assert made()[rest.LOGS]["Properties"]["RetentionInDays"] == STAGE.log_retention_days


def test_every_part_of_a_path_counts_against_what_an_api_may_have() -> None:
    assert rest.nodes(["/v1/a/{b}", "/v1/c"]) == {"/", "/v1", "/v1/a", "/v1/a/{b}", "/v1/c"}


def _at(function: Function, path: str) -> bool:
    return isinstance(function.trigger, Route) and function.trigger.path == path


def _told_of(stack: Stack, member: Member) -> str:
    """The name under which the authorizer tells a member's id."""
    (function,) = [each for each in FUNCTIONS if each.kind == "authorizer"]
    arn = events.method_arn("dev", "GET", "/v1/wallet")
    event = events.authorization(member.headers()["Authorization"], arn)
    context = stack.lambdas.invoke(function, event)["context"]
    (name,) = [name for name, value in context.items() if value == member.user_id]
    return str(name)
