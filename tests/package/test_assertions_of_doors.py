"""Every kind of fault in what calls functions, and in the order of stacks, is found.

Each test damages the templates of `dev` in one way, and sees what that leads to and nothing else.
"""

import copy

import pytest

from infra.package.assertions import faults
from infra.package.templates import Templates
from tests.package.damaging import Resource, arn, body, intact, only, properties

ACCOUNT = "eu-west-1:123456789012"


@pytest.fixture
def good() -> Templates:
    """The templates of dev, to be damaged."""
    return intact()


# Doors


def test_a_function_that_does_not_let_its_route_in_is_found(good: Templates) -> None:
    del good.nested["wallet"]["Resources"]["WalletShowPermission"]

    assert faults(good) == [
        "parent: RestApi, GET /v1/wallet, calls pairly-dev-wallet-show, and no permission lets it:"
        " one is needed for apigateway.amazonaws.com from"
        f" arn:aws:execute-api:{ACCOUNT}:parentrestapi/dev/GET/v1/wallet"
    ]


def test_a_function_that_does_not_let_its_socket_route_in_is_found(good: Templates) -> None:
    del good.nested["messaging"]["Resources"]["MessagingSocketSyncPermission"]

    assert faults(good) == [
        "parent: SocketSyncRoute calls pairly-dev-messaging-socket-sync, and no permission lets it:"
        " one is needed for apigateway.amazonaws.com from"
        f" arn:aws:execute-api:{ACCOUNT}:parentsocketapi/dev/sync"
    ]


def test_an_authorizer_that_does_not_let_the_api_in_is_found(good: Templates) -> None:
    permission = properties(good.nested["accounts"], "AccountsAuthorizerPermission")
    permission["Principal"] = "events.amazonaws.com"

    first, second = faults(good)

    assert first.startswith("parent: RestApi, authorizer authorizer, calls pairly-dev-accounts-")
    assert second.startswith("accounts: AccountsAuthorizerPermission lets calls in from ")


def test_a_rule_that_its_function_does_not_let_in_is_found(good: Templates) -> None:
    target = {"Id": "it", "Arn": {"Fn::GetAtt": ["WalletShowFunction", "Arn"]}}
    good.nested["wallet"]["Resources"]["NightlyRule"] = {
        "Type": "AWS::Events::Rule",
        "Properties": {"Name": "nightly", "Targets": [target]},
    }
    assert faults(good) == [
        "wallet: NightlyRule calls pairly-dev-wallet-show, and no permission lets it: one is needed"
        f" for events.amazonaws.com from arn:aws:events:{ACCOUNT}:rule/nightly"
    ]


def test_a_permission_for_no_route_is_found(good: Templates) -> None:
    resources = good.nested["wallet"]["Resources"]
    resources["NewPermission"] = copy.deepcopy(resources["WalletShowPermission"])
    resources["NewPermission"]["Properties"]["SourceArn"]["Fn::Sub"] += "/gifts"

    assert faults(good) == [
        f"wallet: NewPermission lets calls in from arn:aws:execute-api:{ACCOUNT}:parentrestapi/dev"
        "/GET/v1/wallet/gifts, and no door there calls the function"
    ]


def test_a_function_that_nothing_calls_is_found(good: Templates) -> None:
    del good.nested["wallet"]["Resources"]["WalletWelcomeSource"]

    assert faults(good) == [
        "wallet: WalletWelcomeFunction is called by nothing: no route, rule, queue or stream leads"
        " to it"
    ]


def test_a_function_left_behind_by_its_route_is_found(good: Templates) -> None:
    del body(good)["paths"]["/v1/wallet"]["get"]

    first, second = faults(good)

    assert first.startswith("wallet: WalletShowPermission lets calls in from ")
    assert second.startswith("wallet: WalletShowFunction is called by nothing")


# Routes


def test_two_socket_routes_with_one_key_are_found(good: Templates) -> None:
    resources = good.parent["Resources"]
    resources["SocketSyncTooRoute"] = copy.deepcopy(resources["SocketSyncRoute"])
    deployment = only(good.parent, "AWS::ApiGatewayV2::Deployment")
    resources[deployment]["DependsOn"].append("SocketSyncTooRoute")

    assert faults(good) == ["2 socket routes have the key sync: API Gateway refuses the second"]


def test_a_socket_route_that_leads_nowhere_is_found(good: Templates) -> None:
    target = {"Fn::Sub": "integrations/${RestApi}"}
    properties(good.parent, "SocketSyncRoute")["Target"] = target

    assert (
        "parent: SocketSyncRoute leads to integrations/parentrestapi, which is no integration of"
        " its API"
    ) in faults(good)


def test_a_deployment_that_may_leave_out_a_route_is_found(good: Templates) -> None:
    deployment = only(good.parent, "AWS::ApiGatewayV2::Deployment")
    good.parent["Resources"][deployment]["DependsOn"].remove("SocketSyncRoute")

    assert faults(good) == [
        f"parent: {deployment} may be made before parent: SocketSyncRoute, and would leave it out:"
        " DependsOn"
    ]


def test_a_route_with_an_unknown_authorizer_is_found(good: Templates) -> None:
    body(good)["paths"]["/v1/wallet"]["get"]["security"] = [{"member": []}]

    assert faults(good) == [
        "parent: RestApi, GET /v1/wallet, asks the authorizer member, which it has not"
    ]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/v1/conversations/{other}", "{conversation_id} and {other} below /v1/conversations"),
        ("/{all+}", "{all+} and {unknown+} below /"),
    ],
)
def test_two_variables_at_one_place_are_found(good: Templates, path: str, said: str) -> None:
    body(good)["paths"][path] = {}

    assert faults(good) == [
        f"parent: RestApi has {said}: API Gateway takes one variable at a place"
    ]


# Order


def test_stacks_that_wait_for_each_other_are_found(good: Templates) -> None:
    good.parent["Resources"]["DataStack"]["DependsOn"] = ["WalletStack"]

    assert faults(good) == [
        "parent: DataStack → WalletStack → DataStack: these wait for each other, so none can be"
        " made"
    ]


def name_what_was_handed(templates: Templates) -> Resource:
    """Let the messaging stack get its ARNs as text, so that it waits for nothing."""
    stack: Resource = templates.parent["Resources"]["MessagingStack"]
    bucket = "pairly-dev-failures-${AWS::AccountId}-${AWS::Region}"
    stack["Properties"]["Parameters"] |= {
        "MessagesTableStreamArn": {
            "Fn::Sub": arn("dynamodb", "table/pairly-dev-messages/stream/AbCdEf")
        },
        "FailuresBucketArn": {"Fn::Sub": f"arn:${{AWS::Partition}}:s3:::{bucket}"},
    }
    return stack


def test_a_stack_that_does_not_wait_for_what_it_names_is_found(good: Templates) -> None:
    name_what_was_handed(good)

    assert faults(good) == [
        "messaging: MessagingStreamMessagesSource needs data: MessagesTable to be there, and"
        " MessagingStack does not wait for DataStack: DependsOn"
    ]


def test_a_stack_that_waits_in_vain_for_what_it_names_is_found(good: Templates) -> None:
    name_what_was_handed(good)
    good.parent["Resources"]["DataStack"]["DependsOn"] = "MessagingStack"

    assert faults(good) == [
        "messaging: MessagingStreamMessagesSource needs data: MessagesTable to be there, and"
        " DataStack waits for MessagingStack: turn that round"
    ]


def test_an_api_that_opens_before_its_functions_are_there_is_found(good: Templates) -> None:
    deployment = only(good.parent, "AWS::ApiGateway::Deployment")
    good.parent["Resources"][deployment]["DependsOn"].remove("WalletStack")

    (fault,) = faults(good)

    assert fault.startswith("parent: RestStage needs wallet: Wallet")
    assert fault.endswith("to be there, and RestStage does not wait for WalletStack: DependsOn")
