"""Cut botocore's data as one may, the app's calls stay what they were."""

import ast
import gzip
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.loaders import Loader
from botocore.regions import EndpointResolver
from botocore.session import Session

from app import app
from infra import iam
from infra.inventory import inventory
from infra.package import trimming
from infra.package.bundles import ROOT
from infra.package.errors import NotPackaged

INSTALLED = Path(botocore.__file__).parent / "data"
REGIONS = ("us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1")
"""In each of the partitions aws, aws-cn and aws-us-gov."""
KEY = {"user_id": {"S": "usr_1"}}
WRITTEN = {"TableName": "t", "Key": KEY, "UpdateExpression": "ADD a :a"} | {
    "ExpressionAttributeValues": {":a": {"N": "1"}}
}
BUCKET = "pairly-dev-photos-1"
QUEUE = "https://sqs.eu-central-1.amazonaws.com/1/q"
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("dynamodb", "GetItem", {"TableName": "t", "Key": KEY, "ConsistentRead": True}),
    ("dynamodb", "BatchGetItem", {"RequestItems": {"t": {"Keys": [KEY]}}}),
    ("dynamodb", "Query", {"TableName": "t", "IndexName": "by_number", "Limit": 3}),
    ("dynamodb", "PutItem", {"TableName": "t", "Item": KEY | {"b": {"B": b"\0"}}}),
    ("dynamodb", "UpdateItem", WRITTEN),
    ("dynamodb", "DeleteItem", {"TableName": "t", "Key": KEY}),
    (
        "dynamodb",
        "TransactWriteItems",
        {"TransactItems": [{"Update": WRITTEN}], "ClientRequestToken": "one of our own"},
    ),
    ("sqs", "SendMessageBatch", {"QueueUrl": QUEUE, "Entries": [{"Id": "0", "MessageBody": "{}"}]}),
    (
        "ses",
        "SendEmail",
        {
            "Source": "Pairly <hello@pairly.example>",
            "Destination": {"ToAddresses": ["alice@example.com"]},
            "Message": {"Subject": {"Data": "é"}, "Body": {"Text": {"Data": "text"}}},
        },
    ),
    ("secretsmanager", "GetSecretValue", {"SecretId": "pairly/dev/keyring"}),
    ("s3", "GetObject", {"Bucket": BUCKET, "Key": "uploads/a"}),
    ("s3", "PutObject", {"Bucket": BUCKET, "Key": "a", "Body": b"\0", "IfNoneMatch": "*"}),
    ("s3", "DeleteObjects", {"Bucket": BUCKET, "Delete": {"Objects": [{"Key": "a"}]}}),
    ("apigatewaymanagementapi", "PostToConnection", {"ConnectionId": "a=", "Data": b"{}"}),
    ("apigatewaymanagementapi", "DeleteConnection", {"ConnectionId": "a="}),
]
"""Every call that the app makes."""
PASSING = re.compile(r"\d{8}T\d{6}Z|/\d{8}/|Signature=\w+")
"""What differs between two requests because time passes."""


@pytest.fixture(scope="module")
def trimmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """botocore's data as a bundle has it; one service that is not called stands for hundreds."""
    data = tmp_path_factory.mktemp("botocore") / "data"
    data.mkdir()
    for file in INSTALLED.glob("*.json"):
        shutil.copy(file, data)
    for service in (*trimming.SERVICES, "sts"):
        shutil.copytree(INSTALLED / service, data / service)
    trimming.trim(data)
    return data


@pytest.fixture(scope="module")
def sessions(trimmed: Path) -> tuple[Session, Session]:
    """One on what is left, one on everything."""
    return session_on(trimmed), session_on(INSTALLED)


def session_on(data: Path) -> Session:
    session = Session()
    loader = Loader([str(data)], include_default_search_paths=False)
    session.register_component("data_loader", loader)
    return session


def client(session: Session, service: str, region: str) -> Any:
    return session.create_client(
        service, region, aws_access_key_id="key", aws_secret_access_key="secret"
    )


def sent(session: Session, region: str, call: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    """The request that a call makes, and what its answer is read as."""
    service, operation, parameters = call
    requests: list[Any] = []

    def answer(request: Any, **_: object) -> AWSResponse:
        requests.append(request)
        return Answer(request.url, 200, HTTPHeaders(), io.BytesIO(b"streamed"))

    api = client(session, service, region)
    api.meta.events.register("before-send", answer)
    read = api._make_api_call(operation, dict(parameters))  # botocore puts things into it
    read = {name: part if name != "Body" else part.read() for name, part in read.items()}
    [request] = requests
    headers = {
        name: PASSING.sub("", text.decode() if isinstance(text, bytes) else str(text))
        for name, text in request.headers.items()
        if name != "amz-sdk-invocation-id"
    }
    return {"to": (request.method, request.url), "headers": headers} | {
        # An object is sent in chunks, with its checksum behind it.
        "body": request.body.read() if hasattr(request.body, "read") else request.body,
        "read": read,
    }


class Answer(AWSResponse):
    """200, with a body that both of XML and JSON services are content with."""

    @property
    def content(self) -> bytes:
        if ".amazonaws" in self.url and "email." in self.url:
            return b"<R><SendEmailResult><MessageId>m</MessageId></SendEmailResult></R>"
        if ".s3." in self.url:
            return b"<R><Deleted><Key>a</Key></Deleted></R>"
        return b'{"SecretString": "s", "Item": {"a": {"N": "1"}}, "Failed": []}'


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[1])
def test_a_call_sends_the_same_request_to_the_same_place(
    sessions: tuple[Session, Session], region: str, call: tuple[str, str, dict[str, Any]]
) -> None:
    trimmed, whole = sessions

    assert sent(trimmed, region, call) == sent(whole, region, call)


@pytest.mark.parametrize("service", trimming.SERVICES)
def test_a_service_is_described_the_same_but_for_its_prose(trimmed: Path, service: str) -> None:
    """As loaded anew: a client changes the description that it was made of."""
    left, whole = (
        {
            kind: session_on(data).get_component("data_loader").load_service_model(service, kind)
            for kind in ("service-2", "endpoint-rule-set-1", "paginators-1")
        }
        for data in (trimmed, INSTALLED)
    )

    assert left == trimming.without_documentation(whole)
    assert len(json.dumps(left)) < len(json.dumps(whole))


def test_every_region_of_every_partition_keeps_its_endpoints(
    sessions: tuple[Session, Session],
) -> None:
    trimmed, whole = (each.get_component("data_loader").load_data("endpoints") for each in sessions)
    left, all_of_it = EndpointResolver(trimmed), EndpointResolver(whole)
    prefixes = ("dynamodb", "sqs", "email", "secretsmanager", "execute-api", "s3")

    assert [each["partition"] for each in trimmed["partitions"]] == [
        each["partition"] for each in whole["partitions"]
    ]
    for partition in whole["partitions"]:
        for region in partition["regions"]:
            for prefix in prefixes:
                found = left.construct_endpoint(prefix, region)
                assert found == all_of_it.construct_endpoint(prefix, region), (prefix, region)


def test_every_service_that_the_code_makes_a_client_of_is_kept() -> None:
    made = {service for file in sorted((ROOT / "chalicelib").rglob("*.py")) for service in of(file)}

    assert made | {"dynamodb"} == set(trimming.SERVICES)


def of(file: Path) -> Iterator[str]:
    """The services that a source names in `client("…")`."""
    for node in ast.walk(ast.parse(file.read_text())):
        match node:
            case ast.Call(func=ast.Name(id="client"), args=[ast.Constant(value=str(service)), *_]):
                yield service


def test_every_action_that_a_function_needs_is_among_the_calls_that_are_compared() -> None:
    needed = {need.action for each in inventory(app) for need in each.needs}

    compared = {
        action
        for service, operation, parameters in CALLS
        for action, _ in iam.calls(service, operation, parameters, region="r", account="1")
    }
    assert needed - compared == {"s3:ListBucket"}, "S3 asks for it when it says what is missing"


def test_what_nobody_calls_is_gone(trimmed: Path) -> None:
    assert {each.name for each in trimmed.iterdir() if each.is_dir()} == set(trimming.SERVICES)
    assert [each.name for each in (trimmed / "dynamodb").iterdir()] == ["2012-08-10"]
    assert list(trimmed.rglob("examples*")) == []


def test_what_is_read_at_every_start_is_small_and_not_compressed(trimmed: Path) -> None:
    assert list(trimmed.rglob("*.gz")) == []
    assert (trimmed / "endpoints.json").stat().st_size < 50_000
    read_by_few = {"s3"}
    for folder in (each for each in trimmed.iterdir() if each.is_dir()):
        size = sum(each.stat().st_size for each in folder.rglob("*.json"))
        assert (size < 200_000) is (folder.name not in read_by_few), folder.name


def test_a_member_that_is_called_documentation_is_no_prose() -> None:
    described = {
        "documentation": "<p>prose</p>",
        "shapes": {
            "Page": {
                "members": {"documentation": {"shape": "Text", "documentation": "<p>prose</p>"}},
                "required": ["documentation"],
            }
        },
    }

    assert trimming.without_documentation(described) == {
        "shapes": {
            "Page": {
                "members": {"documentation": {"shape": "Text"}},
                "required": ["documentation"],
            }
        }
    }


def test_a_service_that_botocore_does_not_describe_is_told(tmp_path: Path) -> None:
    for service in trimming.SERVICES[:-1]:
        version = tmp_path / service / "2020-01-01"
        version.mkdir(parents=True)
        described = json.dumps({"metadata": {"endpointPrefix": service}}).encode()
        (version / "service-2.json.gz").write_bytes(gzip.compress(described))

    with pytest.raises(
        NotPackaged, match=f"botocore describes no service '{trimming.SERVICES[-1]}'"
    ):
        trimming.trim(tmp_path)
