"""moto, in this process, for what is neither DynamoDB, SQS nor S3: SES, Secrets Manager, SNS.

moto forgets everything at a restart. The keyring is therefore kept beside it, in a file only its
owner can read, and put back at each start: tokens stay valid.
"""

import base64
import json
import logging
import os
import secrets
import threading
from contextlib import suppress
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from infra.local.clock import StackClock
from infra.local.events import REGION
from infra.local.mail import MailTap
from infra.local.state import State

POLL_SECONDS = 0.05
"""How soon the server notices that it is to stop."""


class Aws:
    """moto's server, with the stack's seed in it."""

    def __init__(self, port: int, state: State, clock: StackClock) -> None:
        logging.getLogger("werkzeug").setLevel(logging.WARNING)
        app = MailTap(DomainDispatcherApplication(create_backend_app), state, clock)
        self._server: BaseWSGIServer = make_server("127.0.0.1", port, app, threaded=True)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), name="moto"
        )
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Answer calls."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def seed(self, *, keyring_file: Path, keyring_secret: str, mail_sender: str) -> None:
        """Put in what a deployed stage has: the keyring, and an address to send mail from."""
        keyring = json.dumps(kept_keyring(keyring_file))
        vault = boto3.client("secretsmanager", region_name=REGION, endpoint_url=self.endpoint)
        with suppress(vault.exceptions.ResourceExistsException):
            # moto is one for the whole process, so an earlier stack in it may have put one there.
            vault.create_secret(Name=keyring_secret, SecretString=keyring)
        _, address = parseaddr(mail_sender)
        post = boto3.client("ses", region_name=REGION, endpoint_url=self.endpoint)
        post.verify_email_identity(EmailAddress=address)


def kept_keyring(file: Path) -> dict[str, Any]:
    """The keyring of this data folder, made at the first call."""
    if not file.exists():
        kid = f"local-{secrets.token_hex(4)}"
        key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w") as kept:
            json.dump({"active": kid, kid: key}, kept)
    keyring: dict[str, Any] = json.loads(file.read_text())
    return keyring
