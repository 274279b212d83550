"""The two mails that signing up can cause, sent through SES."""

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.accounts.addresses import mailable
from chalicelib.accounts.errors import MailUnavailable
from chalicelib.core.aws import client
from chalicelib.core.needs import Need, Needs
from chalicelib.core.settings import settings
from chalicelib.core.telemetry import count

MAILS = Needs([Need("ses:SendEmail", "mail")])
MINUTES = settings().mailed_code_seconds // 60


def send_code(email: str, code: str) -> None:
    """The code that proves the address."""
    _send(
        email,
        subject=f"{code} is your Pairly code",
        text=f"Your code is {code}. It is good for {MINUTES} minutes and for one use.\n\n"
        "If you did not ask for it, you need do nothing: without it nobody can join "
        "with your address.\n",
    )


def send_already_a_member(email: str) -> None:
    """For an address that has an account: only its owner is told so."""
    _send(
        email,
        subject="You already have a Pairly account",
        text="Somebody, perhaps you, asked to join Pairly with this address. It has an account "
        "already: sign in with your password.\n\n"
        "If it was not you, you need do nothing.\n",
    )


def _send(email: str, *, subject: str, text: str) -> None:
    try:
        client("ses").send_email(
            Source=settings().mail_sender,
            Destination={"ToAddresses": [mailable(email)]},
            Message={
                "Subject": {"Data": subject, "Charset": "UTF-8"},
                "Body": {"Text": {"Data": text, "Charset": "UTF-8"}},
            },
        )
    except (BotoCoreError, ClientError) as failure:
        count("MailFailed")
        raise MailUnavailable() from failure
