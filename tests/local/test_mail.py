"""The outbox: what SES took, in full."""

from email.message import EmailMessage
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest

from infra.local import environment
from infra.local.mail import OUTBOX
from infra.local.stack import Stack
from infra.local.state import State

from .tiny import Tiny

TO = {"ToAddresses": ["alice@pairly.example", "bob@pairly.example"]}


def _client(shared: tuple[Stack, Tiny], service: str) -> Any:
    return boto3.client(service, "us-east-1", endpoint_url=shared[0].addresses.aws)


def test_a_mail_is_kept_whole(shared: tuple[Stack, Tiny], client: httpx.Client) -> None:
    body = {"Text": {"Data": "Your code is 1 & 2."}, "Html": {"Data": "<b>1 & 2</b>"}}
    _client(shared, "ses").send_email(
        Source=environment.MAIL_SENDER,
        Destination=TO,
        Message={"Subject": {"Data": "Grüße"}, "Body": body},
    )

    newest = client.get("/_local/outbox").json()[0]
    assert newest["to"] == TO["ToAddresses"]
    assert newest["subject"] == "Grüße"
    assert (newest["text"], newest["html"]) == ("Your code is 1 & 2.", "<b>1 & 2</b>")
    assert newest["sent_at"]


def test_a_raw_mail_is_read_with_its_headers(
    shared: tuple[Stack, Tiny], client: httpx.Client
) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = environment.MAIL_SENDER, "a@b.example", "Raw"
    mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content("plain")
    mail.add_alternative("<p>rich</p>", subtype="html")
    _client(shared, "ses").send_raw_email(RawMessage={"Data": mail.as_bytes()})

    newest = client.get("/_local/outbox").json()[0]
    assert (newest["to"], newest["subject"]) == (["a@b.example"], "Raw")
    assert (newest["text"].strip(), newest["html"].strip()) == ("plain", "<p>rich</p>")
    assert newest["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_second_version_of_the_api_is_understood_too(
    shared: tuple[Stack, Tiny], client: httpx.Client
) -> None:
    simple = {
        "Subject": {"Data": "Two"},
        "Body": {"Text": {"Data": "t"}, "Html": {"Data": "h"}},
        "Headers": [{"Name": "X-Kind", "Value": "code"}],
    }
    _client(shared, "sesv2").send_email(
        FromEmailAddress=environment.MAIL_SENDER, Destination=TO, Content={"Simple": simple}
    )

    newest = client.get("/_local/outbox").json()[0]
    assert (newest["subject"], newest["text"], newest["html"]) == ("Two", "t", "h")
    assert newest["headers"] == {"X-Kind": "code"}


def test_a_mail_that_ses_refuses_is_not_in_the_outbox(
    shared: tuple[Stack, Tiny], client: httpx.Client
) -> None:
    ses = _client(shared, "ses")
    before = client.get("/_local/outbox").json()
    with pytest.raises(ses.exceptions.MessageRejected):
        ses.send_email(
            Source="stranger@elsewhere.example",
            Destination=TO,
            Message={"Subject": {"Data": "Spam"}, "Body": {"Text": {"Data": "x"}}},
        )

    assert client.get("/_local/outbox").json() == before


def test_people_read_mail_without_running_it(
    shared: tuple[Stack, Tiny], client: httpx.Client
) -> None:
    body = {"Text": {"Data": "<script>1</script>"}, "Html": {"Data": '"><script>2</script>'}}
    _client(shared, "ses").send_email(
        Source=environment.MAIL_SENDER,
        Destination=TO,
        Message={"Subject": {"Data": "<script>3</script>"}, "Body": body},
    )

    page = client.get("/outbox")
    assert page.headers["content-type"].startswith("text/html")
    assert "&lt;script&gt;1" in page.text
    assert "<script>" not in page.text


def test_mail_survives_a_restart(tmp_path: Path) -> None:
    state = State(tmp_path / "stack.sqlite")
    state.append(OUTBOX, {"subject": "first"})
    state.append(OUTBOX, {"subject": "second"})
    state.close()

    again = State(tmp_path / "stack.sqlite")
    subjects = [mail["subject"] for mail in again.entries(OUTBOX)]
    again.close()
    assert subjects == ["second", "first"]
