"""What each function said that it needs, and which of its calls go beyond that."""

import threading
from functools import cache
from typing import Any

import app
from chalicelib.core.aws import client
from chalicelib.core.db import connection
from chalicelib.core.needs import Need
from chalicelib.core.settings import settings
from infra import iam
from infra.functions import Function
from infra.inventory import inventory
from infra.local.events import ACCOUNT, REGION
from infra.local.lambdas import running


@cache
def functions() -> dict[str, Function]:
    """Every function, by name."""
    return {function.name: function for function in inventory(app.app)}


class Overstepping:
    """Notes each call that a function makes of AWS and did not declare: its role would refuse."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._noted: set[str] = set()

    def attach(self) -> None:
        """Listen to every client of this process from now on."""
        others = [
            client("sqs", settings().sqs_endpoint),
            client("s3", settings().s3_endpoint),
            client("apigatewaymanagementapi", settings().connections_endpoint),
            client("secretsmanager"),
            client("ses"),
        ]
        for each in (connection().client, *others):
            each.meta.events.register("before-parameter-build.*.*", self._note)

    def taken(self) -> list[str]:
        """What was noted since it was last asked, in words."""
        with self._lock:
            noted, self._noted = sorted(self._noted), set()
        return noted

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        running_now = running.get()
        function = functions().get(running_now.name) if running_now else None
        if function is None:
            return
        service = str(model.service_model.service_name)
        for action, arn in iam.calls(service, model.name, params, region=REGION, account=ACCOUNT):
            if Need(action, _short(arn)) not in function.needs:
                with self._lock:
                    self._noted.add(f"{function.name}: {action} on {arn}")


def _short(arn: str) -> str:
    """A resource by the name that needs know it by."""
    service, resource = arn.split(":", 5)[2::3]
    match service:
        case "dynamodb":
            return resource.replace(settings().physical(""), "")
        case "sqs":
            return "queue/" + resource.removeprefix(settings().physical(""))
        case "s3":
            bucket, folder, *_ = resource.split("/")
            short = bucket.removeprefix(settings().physical("")).removesuffix(
                f"-{ACCOUNT}-{REGION}"
            )
            return f"bucket/{short}/{folder}"
        case "secretsmanager":
            return "secret/keyring"
        case "ses":
            return "mail"
        case _:
            return "sockets/" + resource.split("/")[2]
