"""The environment that the deployed code finds itself in here."""

from dataclasses import dataclass

from infra.local import s3, sqs
from infra.local.events import REGION, bucket_name
from infra.local.front import SOCKET_PATH

KEYRING_SECRET = "pairly/keyring"
MAIL_SENDER = "Pairly <hello@pairly.example>"


@dataclass(frozen=True)
class Addresses:
    """Where the parts of the stack answer."""

    base_url: str
    engine: str
    aws: str

    @property
    def websocket_url(self) -> str:
        """Where clients open sockets."""
        return self.base_url.replace("http", "ws", 1) + SOCKET_PATH

    @property
    def connections(self) -> str:
        """The management API that pushes to sockets."""
        return self.base_url + SOCKET_PATH

    @property
    def sqs(self) -> str:
        """The queues' endpoint."""
        return self.base_url + sqs.PREFIX

    @property
    def s3(self) -> str:
        """The buckets' endpoint."""
        return self.base_url + s3.PREFIX

    def listed(self) -> dict[str, str]:
        """Every address a person may want, by what is found there."""
        return {
            "REST API": self.base_url + "/v1",
            "Reference": self.base_url + "/v1/docs",
            "WebSocket": self.websocket_url,
            "Outbox (mail)": self.base_url + "/outbox",
            "Queues and dead letters": self.base_url + "/_local/queues",
            "Clock": self.base_url + "/_local/clock",
            "DynamoDB endpoint": self.engine,
            "SQS endpoint": self.sqs,
            "S3 endpoint": self.s3,
            "Endpoint of other AWS services": self.aws,
        }


def variables(addresses: Addresses, stage: str) -> dict[str, str]:
    """Every variable by which the app, and the AWS libraries under it, stay on this machine."""
    return reaching(addresses, stage) | {
        "PAIRLY_STAGE": stage,
        "PAIRLY_KEYRING_SECRET": KEYRING_SECRET,
        "PAIRLY_MAIL_SENDER": MAIL_SENDER,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
        "POWERTOOLS_METRICS_DISABLED": "true",
    }


def reaching(addresses: Addresses, stage: str) -> dict[str, str]:
    """Those by which the app reaches what is on this machine, in place of what is on AWS."""
    return {
        "PAIRLY_PUBLIC_URL": addresses.base_url,
        "PAIRLY_WEBSOCKET_URL": addresses.websocket_url,
        "PAIRLY_CONNECTIONS_ENDPOINT": addresses.connections,
        "PAIRLY_DYNAMODB_ENDPOINT": addresses.engine,
        "PAIRLY_AWS_ENDPOINT": addresses.aws,
        "PAIRLY_SQS_ENDPOINT": addresses.sqs,
        "PAIRLY_S3_ENDPOINT": addresses.s3,
        "PAIRLY_PHOTOS_BUCKET": bucket_name("photos", stage),
        "PAIRLY_PHOTOS_URL": f"{addresses.s3}/{bucket_name('photos', stage)}",
        "PAIRLY_QUEUE_URL_PREFIX": addresses.base_url + sqs.ACCOUNT_PATH,
    }
