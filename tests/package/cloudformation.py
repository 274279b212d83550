"""CloudFormation, played on moto where moto's own does not go.

moto makes most resources of a template. The rest is made here by asking the service itself, with
the very properties of the template: both APIs, policies, the keyring, and nested stacks with their
arguments and outputs.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from graphlib import TopologicalSorter
from typing import Any

import boto3

from infra.package.bundles import BUNDLES
from infra.package.resolving import references, resolve
from infra.package.templates import Templates
from tests.package.packaged import bundle

REGION = "eu-west-1"
PREFIX = "pairly/"
INTEGRATION = "x-amazon-apigateway-integration"
SECRET = "AWS::SecretsManager::Secret"
STACK = "AWS::CloudFormation::Stack"

Resource = dict[str, Any]


class Aws:
    """moto, as an account that nothing else in this process uses."""

    def __init__(self, endpoint: str, account: str) -> None:
        self.account = account
        self.artifacts = f"artifacts-{account}"
        self._endpoint = endpoint
        self._session = boto3.Session("any", "any", region_name=REGION)
        self._session.events.register("before-sign.*.*", self._as_account)

    def __call__(self, service: str) -> Any:
        """A client of a service."""
        return self._session.client(service, endpoint_url=self._endpoint)  # type: ignore[call-overload]

    def listed(self, service: str, operation: str, key: str) -> list[Any]:
        """Every page of a list."""
        pages = self(service).get_paginator(operation).paginate()
        return [each for page in pages for each in page.get(key, [])]

    def _as_account(self, request: Any, **_: Any) -> None:
        request.headers["x-moto-account-id"] = self.account


@contextmanager
def deployed(templates: Templates, stage: str, aws: Aws) -> Iterator["Deployment"]:
    """A stage that is made, and deleted afterwards, in an account with a bundle to make it from."""
    store = aws("s3")
    here = {"LocationConstraint": REGION}
    store.create_bucket(Bucket=aws.artifacts, CreateBucketConfiguration=here)
    code_keys = [f"{PREFIX}bundles/{bundle(each).file.name}" for each in BUNDLES]
    for code_key in code_keys:
        store.put_object(Bucket=aws.artifacts, Key=code_key, Body=_tiny_zip())

    deployment = Deployment(templates, stage, aws)
    deployment.create()
    yield deployment
    deployment.delete()

    for code_key in code_keys:
        store.delete_object(Bucket=aws.artifacts, Key=code_key)
    store.delete_bucket(Bucket=aws.artifacts)


class Deployment:
    """A stage's stacks. `resources` are all that were made, with what they refer to looked up."""

    def __init__(self, templates: Templates, stage: str, aws: Aws) -> None:
        self._templates = templates
        self._name = f"pairly-{stage}"
        self._aws = aws
        self._stacks: list[str] = []
        self._pseudo = {
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::AccountId": aws.account,
            "AWS::URLSuffix": "amazonaws.com",
        }
        self.resources: list[Resource] = []

    def create(self) -> None:
        """Make every stack."""
        arguments = {"ArtifactsBucket": self._aws.artifacts, "ArtifactsPrefix": PREFIX}
        self._make(self._name, self._templates.parent, arguments)

    def delete(self) -> None:
        """Delete every stack, the last one made first, and what moto would leave behind."""
        for name in reversed(self._stacks):
            self._aws("cloudformation").delete_stack(StackName=name)
        for api in self._aws("apigateway").get_rest_apis()["items"]:
            self._aws("apigateway").delete_rest_api(restApiId=api["id"])
        for api in self._aws("apigatewayv2").get_apis()["Items"]:
            self._aws("apigatewayv2").delete_api(ApiId=api["ApiId"])
        for secret in self.resources:
            if secret["Type"] == SECRET and secret["DeletionPolicy"] == "Delete":
                self._aws("secretsmanager").delete_secret(
                    SecretId=secret["Properties"]["Name"], ForceDeleteWithoutRecovery=True
                )

    def of(self, type_: str) -> list[Resource]:
        """The properties of every resource of a type."""
        return [each["Properties"] for each in self.resources if each["Type"] == type_]

    def _make(self, name: str, template: Resource, arguments: Mapping[str, str]) -> dict[str, str]:
        """Make one stack, first what moto knows, and tell its outputs."""
        resources = template["Resources"]
        by_hand = {
            id_: each for id_, each in resources.items() if each["Type"] in BY_HAND | {STACK: None}
        }
        known = self._pseudo | arguments | self._by_moto(name, template, by_hand, arguments)
        for id_ in _in_order(by_hand):
            properties = resolve(by_hand[id_]["Properties"], known)
            if by_hand[id_]["Type"] == STACK:
                outputs = self._nest(id_, properties)
                known |= {f"{id_}.Outputs.{output}": text for output, text in outputs.items()}
            else:
                known[id_] = BY_HAND[by_hand[id_]["Type"]](self._aws, properties)
        self.resources += resolve(list(resources.values()), known)
        outputs = template.get("Outputs", {})
        return {output: resolve(each["Value"], known) for output, each in outputs.items()}

    def _nest(self, id_: str, properties: Resource) -> dict[str, str]:
        """Make the stack whose template was uploaded to where the parent looks for it."""
        uploaded = f"https://{self._aws.artifacts}.s3.{REGION}.amazonaws.com/{PREFIX}"
        file = properties["TemplateURL"].removeprefix(uploaded)
        template = json.loads(self._templates.files[file])
        return self._make(id_, template, properties.get("Parameters", {}))

    def _by_moto(
        self, name: str, template: Resource, by_hand: Resource, arguments: Mapping[str, str]
    ) -> dict[str, str]:
        """Let moto make the rest of a template, and tell what references to it have become."""
        rest = {id_: each for id_, each in template["Resources"].items() if id_ not in by_hand}
        wanted = references([template["Resources"], template.get("Outputs", {})])
        asked = sorted(each for each in wanted if each.partition(".")[0] in rest)
        body = template | {
            "Resources": {id_: _alone(each, rest) for id_, each in rest.items()},
            "Outputs": {f"Asked{n}": {"Value": _reference(each)} for n, each in enumerate(asked)},
        }
        formation = self._aws("cloudformation")
        given = [{"ParameterKey": key, "ParameterValue": text} for key, text in arguments.items()]
        formation.create_stack(StackName=name, TemplateBody=json.dumps(body), Parameters=given)
        self._stacks.append(name)
        (stack,) = formation.describe_stacks(StackName=name)["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        told = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
        return {each: told[f"Asked{n}"] for n, each in enumerate(asked)}


def _reference(name: str) -> Resource:
    id_, _, attribute = name.partition(".")
    return {"Fn::GetAtt": [id_, attribute]} if attribute else {"Ref": id_}


def _alone(resource: Resource, among: Resource) -> Resource:
    """A resource that waits only for what is made together with it."""
    awaited = [each for each in _awaited(resource) if each in among]
    alone = {name: each for name, each in resource.items() if name != "DependsOn"}
    if awaited:
        alone["DependsOn"] = awaited
    if alone.get("DeletionPolicy") == "RetainExceptOnCreate":
        alone["DeletionPolicy"] = "Retain"  # what it means once made; moto knows only this one
    return alone


def _awaited(resource: Resource) -> list[str]:
    named = resource.get("DependsOn", [])
    return [named] if isinstance(named, str) else named


def _in_order(resources: Resource) -> list[str]:
    """Logical ids, each after those that it refers to or waits for."""
    before = {
        id_: {each.partition(".")[0] for each in (*references(resource), *_awaited(resource))}
        & resources.keys()
        for id_, resource in resources.items()
    }
    return list(TopologicalSorter(before).static_order())


def _tiny_zip() -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as code:
        code.writestr("app.py", "")
    return raw.getvalue()


def _keyring(aws: Aws, properties: Resource) -> str:
    """What CloudFormation makes of `GenerateSecretString`."""
    vault, generated = aws("secretsmanager"), properties["GenerateSecretString"]
    password = vault.get_random_password(
        **{
            name: generated[name]
            for name in ("PasswordLength", "ExcludePunctuation", "RequireEachIncludedType")
        }
    )
    secret = json.loads(generated["SecretStringTemplate"])
    secret[generated["GenerateStringKey"]] = password["RandomPassword"]
    rest = {name: each for name, each in properties.items() if name != "GenerateSecretString"}
    return str(vault.create_secret(**rest, SecretString=json.dumps(secret))["ARN"])


def _queue_policy(aws: Aws, properties: Resource) -> str:
    policy = json.dumps(properties["PolicyDocument"])
    for url in properties["Queues"]:
        aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return "policy"


def _bucket_policy(aws: Aws, properties: Resource) -> str:
    policy = json.dumps(properties["PolicyDocument"])
    aws("s3").put_bucket_policy(Bucket=properties["Bucket"], Policy=policy)
    return "policy"


def _retries(aws: Aws, properties: Resource) -> str:
    aws("lambda").put_function_event_invoke_config(**properties)
    return "retries"


def _account(aws: Aws, properties: Resource) -> str:
    role = {"op": "replace", "path": "/cloudwatchRoleArn", "value": properties["CloudWatchRoleArn"]}
    aws("apigateway").update_account(patchOperations=[role])
    return "account"


def _rest_api(aws: Aws, properties: Resource) -> str:
    """moto makes an API of a template without its definition, and reads no mock integrations."""
    gateway = aws("apigateway")
    api = gateway.create_rest_api(
        name=properties["Name"],
        endpointConfiguration={"types": properties["EndpointConfiguration"]["Types"]},
        disableExecuteApiEndpoint=properties["DisableExecuteApiEndpoint"],
    )
    gateway.put_rest_api(
        restApiId=api["id"],
        mode="overwrite",
        failOnWarnings=True,
        body=json.dumps(_of_functions(properties["Body"])).encode(),
    )
    return str(api["id"])


def _of_functions(body: Resource) -> Resource:
    """The definition without what API Gateway answers by itself."""
    paths = {
        path: {method: each for method, each in operations.items() if "uri" in each[INTEGRATION]}
        for path, operations in body["paths"].items()
    }
    return body | {"paths": {path: each for path, each in paths.items() if each}}


def _rest_deployment(aws: Aws, properties: Resource) -> str:
    return str(aws("apigateway").create_deployment(restApiId=properties["RestApiId"])["id"])


def _rest_stage(aws: Aws, properties: Resource) -> str:
    stage = aws("apigateway").create_stage(
        restApiId=properties["RestApiId"],
        deploymentId=properties["DeploymentId"],
        stageName=properties["StageName"],
        tracingEnabled=properties["TracingEnabled"],
    )
    return str(stage["stageName"])


def _of_sockets(kind: str) -> Callable[[Aws, Resource], str]:
    """The properties of these types are the arguments of the service's own operations."""

    def create(aws: Aws, properties: Resource) -> str:
        made = getattr(aws("apigatewayv2"), f"create_{kind.lower()}")(**properties)
        return str(made[f"{kind}Name" if kind == "Stage" else f"{kind}Id"])

    return create


BY_HAND: dict[str, Callable[[Aws, Resource], str]] = {
    SECRET: _keyring,
    "AWS::SQS::QueuePolicy": _queue_policy,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::Lambda::EventInvokeConfig": _retries,
    "AWS::ApiGateway::Account": _account,
    "AWS::ApiGateway::RestApi": _rest_api,
    "AWS::ApiGateway::Deployment": _rest_deployment,
    "AWS::ApiGateway::Stage": _rest_stage,
    **{
        f"AWS::ApiGatewayV2::{kind}": _of_sockets(kind)
        for kind in ("Api", "Integration", "Route", "Stage")
    },
    "AWS::ApiGatewayV2::Deployment": lambda _, __: "unmade",
}
