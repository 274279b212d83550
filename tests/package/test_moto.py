"""The stacks of a stage are made on moto, looked at through each service, and deleted again.

`tests.package.cloudformation` plays what moto's CloudFormation lacks. What could not be checked is
what moto ignores, or what is played without it:

- of tables: expiry, point-in-time recovery and encryption; of buckets: privacy, versions,
  lifecycle, ownership, origins, and whether EventBridge is told; of dead-letter queues: which queue
  may bury in them
- of the REST API: what it answers by itself, its method settings and access log
- of the WebSocket API: its deployment
- DependsOn across stacks, roll-backs, changes of a stack that is there, and limits

`test_data`, `test_features`, `test_rest`, `test_sockets` and `test_assertions` hold these in the
templates.
"""

import ast
import base64
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest

from infra.functions import Schedule
from infra.local.stack import Stack
from infra.package.output import rendered
from infra.package.templates import Templates
from tests.package import samples
from tests.package.cloudformation import INTEGRATION, Aws, Deployment, deployed
from tests.package.packaged import packaged

ACCOUNT, OTHER_ACCOUNT, THIRD_ACCOUNT = (f"{os.getpid():011d}{n}" for n in range(3))
LAMBDA = "AWS::Lambda::"
TRAVELS = {
    "FunctionName", "Handler", "Runtime", "Timeout", "MemorySize", "Architectures", "Environment",
    "Role", "TracingConfig",
}  # fmt: skip
"""What moto tells of a function."""
NIGHTLY = samples.function("wallet-nightly", kind="schedule", trigger=Schedule("rate(1 day)"))
QUEUE_SETTINGS = ("VisibilityTimeout", "MessageRetentionPeriod", "SqsManagedSseEnabled")


@pytest.fixture(scope="module")
def aws(stack: Stack) -> Aws:
    """An account in which dev is deployed."""
    return Aws(stack.aws.endpoint, ACCOUNT)


@pytest.fixture(scope="module")
def dev(aws: Aws) -> Iterator[Deployment]:
    """All stacks of dev, and in that of the wallet a schedule: the app may have none."""
    with deployed(with_a_schedule(packaged("dev")), "dev", aws) as deployment:
        yield deployment


def with_a_schedule(templates: Templates) -> Templates:
    """A copy, with a function more."""
    (file,) = [each for each in templates.files if each.startswith("stacks/wallet-")]
    wallet = templates.nested["wallet"]
    more = {"Resources": wallet["Resources"] | samples.resources(samples.stage(), NIGHTLY)}
    nested = templates.nested | {"wallet": wallet | more}
    files = templates.files | {file: rendered(nested["wallet"])}
    return Templates(templates.parent, nested, files)


def covers(actual: Any, declared: Any) -> bool:
    """Whether everything that was declared is there, whatever else is."""
    if isinstance(declared, dict):
        return isinstance(actual, dict) and all(
            name in actual and covers(actual[name], each) for name, each in declared.items()
        )
    return bool(actual == declared)


def by(name: str, listed: list[Any]) -> dict[str, Any]:
    """Things by one of their properties."""
    found = {each[name]: each for each in listed}
    assert len(found) == len(listed)
    return found


def test_every_function_is_there_as_declared(dev: Deployment, aws: Aws) -> None:
    there = by("FunctionName", aws.listed("lambda", "list_functions", "Functions"))
    declared = by("FunctionName", dev.of(LAMBDA + "Function"))

    assert there.keys() == declared.keys()
    assert len(there) > 50
    for name, function in declared.items():
        wanted = {key: each for key, each in function.items() if key in TRAVELS}
        assert covers(there[name], wanted), name


def test_every_function_finds_the_apis_that_were_made(dev: Deployment, aws: Aws) -> None:
    (rest,) = aws("apigateway").get_rest_apis()["items"]
    (sockets,) = aws("apigatewayv2").get_apis()["Items"]

    for function in aws.listed("lambda", "list_functions", "Functions"):
        found = function["Environment"]["Variables"]
        host = "execute-api.eu-west-1.amazonaws.com/dev"
        assert found["PAIRLY_PUBLIC_URL"] == f"https://{rest['id']}.{host}"
        assert found["PAIRLY_CONNECTIONS_ENDPOINT"] == f"https://{sockets['ApiId']}.{host}"


def test_every_function_has_a_role_of_its_own_that_allows_what_was_declared(
    dev: Deployment, aws: Aws
) -> None:
    roles = by("Arn", aws.listed("iam", "list_roles", "Roles"))
    allowed = []
    for function in dev.of(LAMBDA + "Function"):
        role = roles[function["Role"]]["RoleName"]
        policy = aws("iam").get_role_policy(RoleName=role, PolicyName="needs")["PolicyDocument"]
        # moto keeps the policies of a template as Python spells them.
        allowed.append(json.dumps(ast.literal_eval(policy)))
        assert f":log-group:/aws/lambda/{function['FunctionName']}:*" in policy
    declared = [
        json.dumps(role["Policies"][0]["PolicyDocument"])
        for role in dev.of("AWS::IAM::Role")
        if "Policies" in role
    ]

    assert sorted(allowed) == sorted(declared)
    assert len(set(allowed)) == len(allowed)


def test_every_log_group_is_there_and_forgets_in_time(dev: Deployment, aws: Aws) -> None:
    there = by("logGroupName", aws.listed("logs", "describe_log_groups", "logGroups"))
    declared = by("LogGroupName", dev.of("AWS::Logs::LogGroup"))

    assert {name: each["retentionInDays"] for name, each in there.items()} == {
        name: each["RetentionInDays"] for name, each in declared.items()
    }


def test_every_function_lets_in_exactly_its_own_door(dev: Deployment, aws: Aws) -> None:
    declared = by("FunctionName", dev.of(LAMBDA + "Permission"))
    for name, permission in declared.items():
        policy = json.loads(aws("lambda").get_policy(FunctionName=name)["Policy"])
        (statement,) = policy["Statement"]

        assert statement["Principal"] == {"Service": permission["Principal"]}
        assert statement["Condition"]["ArnLike"] == {"AWS:SourceArn": permission["SourceArn"]}
        assert f":{aws.account}:" in permission["SourceArn"]


def test_every_source_is_read_as_declared(dev: Deployment, aws: Aws) -> None:
    there = by(
        "FunctionArn", aws.listed("lambda", "list_event_source_mappings", "EventSourceMappings")
    )
    declared = by("FunctionName", dev.of(LAMBDA + "EventSourceMapping"))
    prefix = f"arn:aws:lambda:eu-west-1:{aws.account}:function:"

    assert there.keys() == {prefix + name for name in declared}
    for name, source in declared.items():
        wanted = {key: each for key, each in source.items() if key not in ("FunctionName", "Tags")}
        assert covers(there[prefix + name], wanted), name


def test_every_rule_is_there_and_leads_to_its_function(dev: Deployment, aws: Aws) -> None:
    there = by("Name", aws.listed("events", "list_rules", "Rules"))
    declared = by("Name", dev.of("AWS::Events::Rule"))

    assert NIGHTLY.deployed("dev") in declared
    assert there.keys() == declared.keys()
    for name, rule in declared.items():
        assert there[name]["State"] == rule["State"]
        pattern = json.loads(there[name].get("EventPattern", "null"))
        assert pattern == rule.get("EventPattern")
        assert there[name].get("ScheduleExpression") == rule.get("ScheduleExpression")
        (target,) = aws("events").list_targets_by_rule(Rule=name)["Targets"]
        assert [target] == rule["Targets"]


def test_what_nobody_waits_for_is_tried_again_and_set_aside(dev: Deployment, aws: Aws) -> None:
    names = [each["BucketName"] for each in dev.of("AWS::S3::Bucket")]
    (failures,) = [name for name in names if "failures" in name]
    for retries in dev.of(LAMBDA + "EventInvokeConfig"):
        there = aws("lambda").get_function_event_invoke_config(FunctionName=retries["FunctionName"])

        assert there["MaximumRetryAttempts"] == 2
        assert there["DestinationConfig"]["OnFailure"] == {
            "Destination": f"arn:aws:s3:::{failures}"
        }


def test_every_table_is_there_with_its_keys_indexes_and_stream(dev: Deployment, aws: Aws) -> None:
    there = aws.listed("dynamodb", "list_tables", "TableNames")
    declared = by("TableName", dev.of("AWS::DynamoDB::Table"))

    assert set(there) == declared.keys()
    for name, table in declared.items():
        made = aws("dynamodb").describe_table(TableName=name)["Table"]
        assert made["BillingModeSummary"]["BillingMode"] == table["BillingMode"]
        assert made["DeletionProtectionEnabled"] is table["DeletionProtectionEnabled"]
        assert made["AttributeDefinitions"] == table["AttributeDefinitions"]
        assert made["KeySchema"] == table["KeySchema"]
        assert covers(made.get("StreamSpecification"), table.get("StreamSpecification"))
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            wanted = by("IndexName", table.get(kind, []))
            assert covers(by("IndexName", made.get(kind, [])), wanted), name


def test_every_queue_is_there_and_buries_in_its_dead_letters(dev: Deployment, aws: Aws) -> None:
    urls = aws.listed("sqs", "list_queues", "QueueUrls")
    there = {
        url.rpartition("/")[2]: aws("sqs").get_queue_attributes(
            QueueUrl=url, AttributeNames=["All"]
        )["Attributes"]
        for url in urls
    }
    declared = by("QueueName", dev.of("AWS::SQS::Queue"))

    assert there.keys() == declared.keys()
    for name, queue in declared.items():
        for setting in set(QUEUE_SETTINGS) & queue.keys():
            assert there[name][setting] == str(queue[setting]).lower(), name
        redrive = queue.get("RedrivePolicy")
        assert json.loads(there[name].get("RedrivePolicy", "null")) == redrive
        assert '"aws:SecureTransport": "false"' in there[name]["Policy"]


def test_every_bucket_is_there_encrypted_and_guarded(dev: Deployment, aws: Aws) -> None:
    names = [each["BucketName"] for each in dev.of("AWS::S3::Bucket")]
    there = [each["Name"] for each in aws("s3").list_buckets()["Buckets"]]

    assert sorted(there) == sorted([*names, aws.artifacts])
    for name in names:
        encryption = aws("s3").get_bucket_encryption(Bucket=name)
        (rule,) = encryption["ServerSideEncryptionConfiguration"]["Rules"]
        assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
        policy = aws("s3").get_bucket_policy(Bucket=name)["Policy"]
        assert '"aws:SecureTransport": "false"' in policy


def test_the_keyring_that_was_made_has_a_key_of_32_bytes(dev: Deployment, aws: Aws) -> None:
    secret = aws("secretsmanager").get_secret_value(SecretId="pairly/dev/keyring")
    kept = json.loads(secret["SecretString"])

    encoded = kept[kept["active"]]

    assert len(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))) == 32


def test_every_rest_route_is_there_and_leads_to_its_function(dev: Deployment, aws: Aws) -> None:
    (api,) = aws("apigateway").get_rest_apis()["items"]
    resources = aws("apigateway").get_resources(restApiId=api["id"], limit=500)["items"]
    there = {
        (each["path"], method.lower()): found["methodIntegration"]["uri"]
        for each in resources
        for method, found in each.get("resourceMethods", {}).items()
    }
    (declared,) = dev.of("AWS::ApiGateway::RestApi")
    (stage,) = aws("apigateway").get_stages(restApiId=api["id"])["item"]

    assert there == {
        (path, method): operation[INTEGRATION]["uri"]
        for path, operations in declared["Body"]["paths"].items()
        for method, operation in operations.items()
        if "uri" in operation[INTEGRATION]
    }
    assert stage["stageName"] == "dev"


def test_every_socket_route_is_there_and_leads_to_its_function(dev: Deployment, aws: Aws) -> None:
    (api,) = aws("apigatewayv2").get_apis()["Items"]
    routes = aws("apigatewayv2").get_routes(ApiId=api["ApiId"])["Items"]
    integrations = aws("apigatewayv2").get_integrations(ApiId=api["ApiId"])["Items"]
    uris = {
        f"integrations/{each['IntegrationId']}": each["IntegrationUri"] for each in integrations
    }
    functions = by("FunctionName", dev.of(LAMBDA + "Function"))

    for route in routes:
        name = uris[route["Target"]].rpartition(":")[2].removesuffix("/invocations")
        assert name in functions
        assert name.endswith("-socket-" + route["RouteKey"].replace(".", "-").lstrip("$"))
    assert len(routes) == len(integrations) == len(dev.of("AWS::ApiGatewayV2::Route"))


def left(aws: Aws) -> dict[str, list[str]]:
    """The names of everything that is in an account, by service."""
    services = {
        "functions": by("FunctionName", aws.listed("lambda", "list_functions", "Functions")),
        "sources": by(
            "UUID", aws.listed("lambda", "list_event_source_mappings", "EventSourceMappings")
        ),
        "roles": by("RoleName", aws.listed("iam", "list_roles", "Roles")),
        "logs": by("logGroupName", aws.listed("logs", "describe_log_groups", "logGroups")),
        "rules": by("Name", aws.listed("events", "list_rules", "Rules")),
        "tables": aws.listed("dynamodb", "list_tables", "TableNames"),
        "queues": aws.listed("sqs", "list_queues", "QueueUrls"),
        "buckets": by("Name", aws("s3").list_buckets()["Buckets"]),
        "secrets": by("Name", aws.listed("secretsmanager", "list_secrets", "SecretList")),
        "apis": aws("apigateway").get_rest_apis()["items"],
        "sockets": aws("apigatewayv2").get_apis()["Items"],
    }
    return {service: sorted(names) for service, names in services.items() if names}


def test_deleting_dev_leaves_nothing_but_the_role_of_the_region(stack: Stack) -> None:
    aws = Aws(stack.aws.endpoint, OTHER_ACCOUNT)
    with deployed(packaged("dev"), "dev", aws):
        assert len(left(aws)) > 8

    there = left(aws)

    assert there.keys() == {"roles"}
    assert [name.split("-")[2] for name in there["roles"]] == ["ApiGatewayLogsRole"]


def test_deleting_prod_leaves_all_that_is_kept(stack: Stack) -> None:
    aws = Aws(stack.aws.endpoint, THIRD_ACCOUNT)
    with deployed(packaged("prod"), "prod", aws) as prod:
        before = left(aws)

    there = left(aws)

    kept = ("tables", "queues", "secrets")
    assert there.keys() == {*kept, "roles", "buckets"}
    assert {name: there[name] for name in kept} == {name: before[name] for name in kept}
    assert len(there["tables"]) == len(prod.of("AWS::DynamoDB::Table"))
    assert there["buckets"] == [
        f"pairly-prod-{each}-{THIRD_ACCOUNT}-eu-west-1" for each in ("failures", "photos")
    ]
