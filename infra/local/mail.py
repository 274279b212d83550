"""The outbox: every mail that the local SES accepted, kept and readable.

moto keeps only part of a mail (either text or HTML, no headers) and forgets it at a restart, so the
mail is read from the request itself, on its way to moto.
"""

import base64
import email
import email.policy
import io
import json
from collections.abc import Callable, Iterable
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from infra.local.state import State

OUTBOX = "outbox"
V2_SEND = "/v2/email/outbound-emails"
Mail = dict[str, Any]


class MailTap:
    """A WSGI app before moto's: notes each mail that moto then accepts."""

    def __init__(self, moto: WSGIApplication, state: State, clock: Callable[[], float]) -> None:
        self._moto = moto
        self._state = state
        self._clock = clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return self._moto(environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        mail = read_mail(environ["PATH_INFO"], body)

        def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            if mail and status.startswith("200"):
                self._state.append(OUTBOX, mail | {"sent_at": self._clock()})
            return start_response(status, headers, error)

        return self._moto(environ, start)


def read_mail(path: str, body: bytes) -> Mail | None:
    """The mail that a call to SES (either version of its API) wants sent, or None."""
    if path == V2_SEND:
        return _version_2(json.loads(body))
    if b"Action=Send" not in body:
        return None
    words = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    if words["Action"] == "SendRawEmail":
        return _parsed(base64.b64decode(words["RawMessage.Data"]))
    if words["Action"] == "SendEmail":
        return _version_1(words)
    return None


def _version_1(words: dict[str, str]) -> Mail:
    addressed = [words[name] for name in words if name.startswith("Destination.ToAddresses")]
    return _mail(
        addressed,
        words["Message.Subject.Data"],
        words.get("Message.Body.Text.Data"),
        words.get("Message.Body.Html.Data"),
    )


def _version_2(asked: dict[str, Any]) -> Mail:
    content = asked["Content"]
    if "Raw" in content:
        return _parsed(base64.b64decode(content["Raw"]["Data"]))
    simple = content["Simple"]
    body = {name.lower(): part["Data"] for name, part in simple["Body"].items()}
    headers = {header["Name"]: header["Value"] for header in simple.get("Headers", [])}
    to = asked["Destination"].get("ToAddresses", [])
    return _mail(to, simple["Subject"]["Data"], body.get("text"), body.get("html"), headers)


def _parsed(raw: bytes) -> Mail:
    message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    text = message.get_body(("plain",))
    html = message.get_body(("html",))
    return _mail(
        [address.strip() for address in str(message["To"]).split(",")],
        str(message["Subject"]),
        text.get_content() if text else None,
        html.get_content() if html else None,
        {name: str(value) for name, value in message.items()},
    )


def _mail(
    to: list[str],
    subject: str,
    text: str | None,
    html: str | None,
    headers: dict[str, str] | None = None,
) -> Mail:
    return {"to": to, "subject": subject, "text": text, "html": html, "headers": headers or {}}
