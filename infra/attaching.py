"""Commands beside a running Pairly: which one they speak to.

With `PAIRLY_STAGE` in the environment it is that deployed stage; otherwise the local stack of
`DATA_DIR`, by the `stack.json` that it keeps there while it runs.
"""

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from botocore.session import get_session

from infra.local import environment

LOCAL_STAGE = "dev"
ANSWER_SECONDS_MAX = 2.0
UNUSED = {
    "PAIRLY_QUEUE_URL_PREFIX": "unused:",
    "PAIRLY_CONNECTIONS_ENDPOINT": "unused:",
    "PAIRLY_WEBSOCKET_URL": "unused:",
    "PAIRLY_PUBLIC_URL": "unused:",
    "PAIRLY_PHOTOS_BUCKET": "unused",
    "PAIRLY_PHOTOS_URL": "unused:",
}
"""Required settings that a command over tables alone has no use for."""


class NotRunning(Exception):
    """There is no Pairly to speak to; the message says where it was looked for."""


def variables(environ: Mapping[str, str]) -> dict[str, str]:
    """What the app's environment must be to reach it. Raises NotRunning."""
    if "PAIRLY_STAGE" in environ:
        _check_aws(environ)
        return UNUSED | dict(environ)
    ready_file = Path(environ.get("DATA_DIR", ".data")) / "stack.json"
    if not ready_file.exists():
        raise NotRunning(f"No stack is running: there is no {ready_file}. Start it with: make run")
    stack = json.loads(ready_file.read_text())
    _reach(stack["engine_endpoint"], ready_file)
    addresses = environment.Addresses(
        base_url=stack["base_url"],
        engine=stack["engine_endpoint"],
        aws=stack.get("aws_endpoint", stack["base_url"]),
    )
    return environment.variables(addresses, stack.get("stage", LOCAL_STAGE))


def _check_aws(environ: Mapping[str, str]) -> None:
    """A deployed stage is asked for in one region, by somebody."""
    named = f"PAIRLY_STAGE={environ['PAIRLY_STAGE']} is a deployed stage"
    if not (environ.get("AWS_REGION") or environ.get("AWS_DEFAULT_REGION")):
        raise NotRunning(f"{named}: say its region with AWS_REGION.")
    if get_session().get_credentials() is None:
        raise NotRunning(f"{named}, and there are no AWS credentials. Set AWS_PROFILE, or sign in.")


def _reach(endpoint: str, ready_file: Path) -> None:
    address = urlsplit(endpoint)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        socket.create_connection((address.hostname, port), ANSWER_SECONDS_MAX).close()
    except OSError as failure:
        raise NotRunning(
            f"No stack is running: {ready_file} is left from one that was killed, and nothing"
            f" answers at {endpoint}. Start it with: make run"
        ) from failure
