"""Every kind of fault that cfn-lint lets pass is found, and named so that one knows what to do.

Each test damages the templates of `dev` in one way, and sees what that leads to and nothing else.
"""

import copy
from typing import Any

import pytest

from infra.package.assertions import faults
from infra.package.templates import Templates
from tests.package.damaging import arn, body, grant, intact, properties
from tests.package.packaged import SNAPPING, packaged

ACCOUNT = "eu-west-1:123456789012"
MISSING = (
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/arn:"
    "${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:pairly-dev-wallet-shwo"
    "/invocations"
)
"""A function of which the name is misspelled."""


@pytest.fixture
def good() -> Templates:
    """The templates of dev, to be damaged."""
    return intact()


@pytest.fixture
def snapping() -> Templates:
    """The same where functions start from snapshots, to be damaged."""
    return intact(**SNAPPING)


def test_what_is_deployed_has_no_faults() -> None:
    assert faults(packaged("dev")) == []
    assert faults(packaged("prod")) == []
    assert faults(packaged("dev", **SNAPPING)) == []


def test_looking_for_faults_changes_nothing(good: Templates) -> None:
    faults(good)

    assert good == packaged("dev")


# What is named


def test_a_route_to_a_missing_function_is_found(good: Templates) -> None:
    integration = {"type": "aws_proxy", "uri": {"Fn::Sub": MISSING}}
    body(good)["paths"]["/v1/new"] = {"get": {"x-amazon-apigateway-integration": integration}}

    assert faults(good) == [
        "parent: RestApi names the function pairly-dev-wallet-shwo, which no stack makes"
    ]


def test_an_authorizer_with_a_missing_function_is_found(good: Templates) -> None:
    authorizer = {"x-amazon-apigateway-authorizer": {"authorizerUri": {"Fn::Sub": MISSING}}}
    body(good)["components"]["securitySchemes"]["other"] = authorizer

    assert faults(good) == [
        "parent: RestApi names the function pairly-dev-wallet-shwo, which no stack makes"
    ]


def test_a_socket_route_to_a_missing_function_is_found(good: Templates) -> None:
    good.parent["Resources"]["NewIntegration"] = {
        "Type": "AWS::ApiGatewayV2::Integration",
        "Properties": {"ApiId": {"Ref": "SocketApi"}, "IntegrationUri": {"Fn::Sub": MISSING}},
    }
    assert faults(good) == [
        "parent: NewIntegration names the function pairly-dev-wallet-shwo, which no stack makes"
    ]


def test_a_permission_for_a_missing_function_is_found(good: Templates) -> None:
    resources = good.nested["wallet"]["Resources"]
    resources["NewPermission"] = copy.deepcopy(resources["WalletShowPermission"])
    resources["NewPermission"]["Properties"]["FunctionName"] = "pairly-dev-wallet-shwo"

    assert faults(good) == [
        "wallet: NewPermission is for the function pairly-dev-wallet-shwo, which no stack makes"
    ]


def test_an_alias_that_is_not_there_is_found(snapping: Templates) -> None:
    integration = body(snapping)["paths"]["/v1/wallet"]["get"]["x-amazon-apigateway-integration"]
    integration["uri"]["Fn::Sub"] = integration["uri"]["Fn::Sub"].replace(":live/", ":lively/")

    said = faults(snapping)

    assert said[0] == (
        "parent: RestApi names the function pairly-dev-wallet-show, which has no version lively"
    )
    assert said[1].startswith("parent: RestApi, GET /v1/wallet, calls pairly-dev-wallet-show, and")
    assert said[2].startswith("wallet: WalletShowPermission lets calls in from ")
    assert len(said) == 3


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (arn("dynamodb", "table/pairly-dev-walets"), "the table pairly-dev-walets, which no stack"),
        (
            arn("dynamodb", "table/pairly-dev-entries/index/by_nubmer"),
            "the table pairly-dev-entries, which has no index by_nubmer",
        ),
        (arn("sqs", "pairly-dev-walet-welcome"), "the queue pairly-dev-walet-welcome, which no"),
        (
            arn("secretsmanager", "secret:pairly/dev/keyrings-??????"),
            "the secret pairly/dev/keyrings-??????, which no stack makes",
        ),
        (
            arn("secretsmanager", "secret:pairly/dev/keyring"),
            "the secret pairly/dev/keyring, which no stack makes",
        ),
        (
            "arn:${AWS::Partition}:s3:::pairly-dev-photos/*",
            "the bucket pairly-dev-photos, which no",
        ),
        (
            arn("logs", "log-group:/aws/lambda/pairly-dev-wallet-shwo:*"),
            "the log group /aws/lambda/pairly-dev-wallet-shwo, which no stack makes",
        ),
        (arn("events", "rule/pairly-dev-nightly"), "the rule pairly-dev-nightly, which no stack"),
        (
            arn("execute-api", "${SocketApiId}/prod/POST/@connections/*"),
            "the API parentsocketapi, which has no stage prod",
        ),
        (arn("execute-api", "abc123/dev/GET/*"), "the API abc123, which no stack makes"),
    ],
)
def test_a_role_for_what_nothing_declares_is_found(good: Templates, named: str, said: str) -> None:
    grant(good.nested["messaging"], "MessagingSendRole", named)

    (fault,) = faults(good)

    assert fault.startswith(f"messaging: MessagingSendRole names {said}")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("PAIRLY_KEYRING_SECRET", "pairly/prod/keyring", "and no stack makes that secret"),
        (
            "PAIRLY_QUEUE_URL_PREFIX",
            {"Fn::Sub": "https://sqs.${AWS::Region}.${AWS::URLSuffix}/"},
            f"and queues are at https://sqs.{ACCOUNT.replace(':', '.amazonaws.com/')}/",
        ),
        (
            "PAIRLY_CONNECTIONS_ENDPOINT",
            {"Fn::Sub": "https://${SocketApiId}.execute-api.${AWS::Region}.${AWS::URLSuffix}/live"},
            "names the API parentsocketapi, which has no stage live",
        ),
    ],
)
def test_an_environment_with_what_nothing_declares_is_found(
    good: Templates, variable: str, value: Any, said: str
) -> None:
    function = properties(good.nested["wallet"], "WalletShowFunction")
    function["Environment"]["Variables"][variable] = value

    (fault,) = faults(good)

    assert fault.startswith("wallet: WalletShowFunction ")
    assert fault.endswith(said)


# How stacks are nested


def test_the_stream_of_a_table_without_one_is_found(good: Templates) -> None:
    del properties(good.nested["data"], "MessagesTable")["StreamSpecification"]

    assert faults(good) == [
        "data: MessagesTable is asked for its stream, and has none: StreamSpecification"
    ]


def test_an_output_that_is_not_there_is_found(good: Templates) -> None:
    del good.nested["data"]["Outputs"]["MessagesTableStreamArn"]

    assert faults(good) == [
        "parent: DataStack is asked for MessagesTableStreamArn, no output of the data stack"
    ]


def test_a_parameter_that_a_nested_stack_does_not_get_is_found(good: Templates) -> None:
    del properties(good.parent, "RealtimeStack")["Parameters"]["SocketApiId"]

    assert faults(good) == [
        "parent: RealtimeStack does not get SocketApiId, which the realtime stack asks for"
    ]


def test_a_parameter_that_a_nested_stack_does_not_know_is_found(good: Templates) -> None:
    properties(good.parent, "WalletStack")["Parameters"]["Colour"] = "blue"

    assert faults(good) == [
        "parent: WalletStack gets Colour, which is no parameter of the wallet stack"
    ]


def test_a_stack_whose_template_is_not_packaged_is_found(good: Templates) -> None:
    good.parent["Resources"]["PhotosStack"] = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": "https://example.com/stacks/photos-0123456789abcdef.json"},
    }
    assert faults(good) == [
        "parent: PhotosStack is made of photos, and no such template is packaged"
    ]


def test_a_template_that_no_stack_is_made_of_is_found(good: Templates) -> None:
    good.nested["photos"] = {"Resources": {}}

    assert faults(good) == ["parent: 0 of its stacks are made of photos; make it one"]


# What a function needs


def test_a_function_without_a_role_is_found(good: Templates) -> None:
    function = properties(good.nested["wallet"], "WalletShowFunction")
    function["Role"] = "arn:aws:iam::123456789012:role/somebody"

    assert faults(good) == [
        "wallet: WalletShowFunction has no role that Lambda may take on",
    ]


def test_a_role_that_lambda_may_not_take_on_is_found(good: Templates) -> None:
    role = properties(good.nested["wallet"], "WalletShowRole")
    role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"] = "ec2.amazonaws.com"

    assert faults(good) == ["wallet: WalletShowFunction has no role that Lambda may take on"]


def test_a_function_without_a_log_group_is_found(good: Templates) -> None:
    wallet = good.nested["wallet"]
    properties(wallet, "WalletShowLogGroup")["LogGroupName"] = "/pairly/elsewhere"
    del properties(wallet, "WalletShowFunction")["LoggingConfig"]
    log = "/aws/lambda/pairly-dev-wallet-show"

    assert faults(good) == [
        f"wallet: WalletShowRole names the log group {log}, which no stack makes",
        f"wallet: WalletShowFunction writes to the log group {log}, which no stack makes",
    ]


def test_a_log_group_of_no_function_is_found(good: Templates) -> None:
    good.nested["wallet"]["Resources"]["NewLogGroup"] = {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {"LogGroupName": "/aws/lambda/pairly-dev-wallet-shwo"},
    }
    assert faults(good) == [
        "wallet: NewLogGroup is the log of the function pairly-dev-wallet-shwo, which no stack"
        " makes"
    ]


def test_a_role_that_may_not_write_the_log_is_found(good: Templates) -> None:
    (policy,) = properties(good.nested["wallet"], "WalletShowRole")["Policies"]
    for statement in policy["PolicyDocument"]["Statement"]:
        if "logs:PutLogEvents" in statement["Action"]:
            statement["Action"].remove("logs:PutLogEvents")

    assert faults(good) == [
        "wallet: WalletShowFunction may not write to its log group"
        " /aws/lambda/pairly-dev-wallet-show: wallet: WalletShowRole does not allow it"
    ]


def test_a_role_that_may_not_read_its_source_is_found(good: Templates) -> None:
    (policy,) = properties(good.nested["wallet"], "WalletWelcomeRole")["Policies"]
    for statement in policy["PolicyDocument"]["Statement"]:
        if "sqs:DeleteMessage" in statement["Action"]:
            statement["Action"].remove("sqs:DeleteMessage")

    assert faults(good) == [
        f"wallet: WalletWelcomeSource needs sqs:DeleteMessage on arn:aws:sqs:{ACCOUNT}:"
        "pairly-dev-wallet-welcome: wallet: WalletWelcomeRole does not allow it"
    ]


def test_a_denial_is_found(good: Templates) -> None:
    (policy,) = properties(good.nested["wallet"], "WalletWelcomeRole")["Policies"]
    denied = {"Effect": "Deny", "Action": "sqs:ReceiveMessage", "Resource": "*"}
    policy["PolicyDocument"]["Statement"].append(denied)

    (fault,) = faults(good)

    assert fault.startswith("wallet: WalletWelcomeSource needs sqs:ReceiveMessage on ")


@pytest.mark.parametrize("action", ["s3:PutObject", "s3:ListBucket", "dynamodb:ListStreams"])
def test_a_role_of_a_stream_that_may_not_do_what_lambda_does_is_found(
    good: Templates, action: str
) -> None:
    (policy,) = properties(good.nested["messaging"], "MessagingStreamMessagesRole")["Policies"]
    for statement in policy["PolicyDocument"]["Statement"]:
        if action in statement["Action"]:
            statement["Action"].remove(action)

    (fault,) = faults(good)

    assert fault.startswith(f"messaging: MessagingStreamMessagesSource needs {action} on ")
    assert fault.endswith(": messaging: MessagingStreamMessagesRole does not allow it")


def test_a_role_that_may_set_aside_elsewhere_only_is_found(good: Templates) -> None:
    (policy,) = properties(good.nested["messaging"], "MessagingStreamMessagesRole")["Policies"]
    for statement in policy["PolicyDocument"]["Statement"]:
        if "s3:PutObject" in statement["Action"]:
            statement["Resource"]["Fn::Sub"] = "${FailuresBucketArn}/elsewhere/*"

    (fault,) = faults(good)

    assert "MessagingStreamMessagesSource needs s3:PutObject on arn:aws:s3:::pairly-dev-" in fault


@pytest.mark.parametrize(
    ("feature", "source"),
    [("wallet", "WalletWelcomeSource"), ("messaging", "MessagingStreamMessagesSource")],
)
def test_a_source_that_passes_over_what_its_function_reports_is_found(
    good: Templates, feature: str, source: str
) -> None:
    del properties(good.nested[feature], source)["FunctionResponseTypes"]

    assert faults(good) == [
        f"{feature}: {source} loses what its function says it did not manage:"
        " FunctionResponseTypes [ReportBatchItemFailures]"
    ]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BisectBatchOnFunctionError", None, "holds or drops a whole batch for one bad record"),
        ("BisectBatchOnFunctionError", False, "holds or drops a whole batch for one bad record"),
        ("MaximumRecordAgeInSeconds", None, "tries a bad record until the stream forgets it"),
        ("MaximumRecordAgeInSeconds", -1, "tries a bad record until the stream forgets it"),
        ("DestinationConfig", None, "keeps nothing of a record that it gives up"),
        ("DestinationConfig", {"OnFailure": {}}, "keeps nothing of a record that it gives up"),
    ],
)
def test_a_stream_that_loses_or_holds_up_what_fails_is_found(
    good: Templates, name: str, value: Any, said: str
) -> None:
    reading = properties(good.nested["messaging"], "MessagingStreamMessagesSource")
    assert reading.pop(name)
    reading |= {} if value is None else {name: value}

    (fault,) = faults(good)

    assert fault.startswith(f"messaging: MessagingStreamMessagesSource {said}")
    assert name in fault


def test_a_queue_that_shows_a_message_while_it_is_handled_is_found(good: Templates) -> None:
    properties(good.nested["data"], "WalletWelcomeQueue")["VisibilityTimeout"] = 20

    assert faults(good) == [
        "data: WalletWelcomeQueue hides a message for 20 s, and wallet: WalletWelcomeFunction"
        " may run for 30 s: Lambda refuses to read it"
    ]
