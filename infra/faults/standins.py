"""What else the app calls, stood in for in memory: mail, queues, open sockets, the keyring."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote

from botocore.awsrequest import AWSResponse

from infra.faults.answers import answer, said
from infra.faults.network import Call

KEYRING = {
    "active": "simulated",
    "simulated": "c2ltdWxhdGVkIGtleXMgb3BlbiBub3RoaW5nIGF0IGFsbA",
}
SENT = (
    b"<SendEmailResponse><SendEmailResult><MessageId>m</MessageId></SendEmailResult>"
    b"</SendEmailResponse>"
)


class Unforeseen(Exception):
    """The app calls something that nothing stands in for."""


@dataclass
class Mail:
    """A mail that was sent."""

    to: str
    text: str


@dataclass
class Letter:
    """A message in a queue. `message_id` stays the same however often it is delivered."""

    message_id: str
    body: str


@dataclass
class Outside:
    """Everything outside of the tables that a run leaves behind.

    queues  by physical name, oldest first
    frames  what each open socket was sent
    """

    mails: list[Mail] = field(default_factory=list)
    queues: dict[str, list[Letter]] = field(default_factory=dict)
    frames: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    letters_sent: int = 0

    def copy(self) -> "Outside":
        """As it is now."""
        return Outside(
            list(self.mails),
            {name: list(letters) for name, letters in self.queues.items()},
            {name: list(frames) for name, frames in self.frames.items()},
            self.letters_sent,
        )

    def answer(self, call: Call) -> AWSResponse:
        """Do what a service other than DynamoDB would."""
        match call.name:
            case "sqs.SendMessageBatch":
                return self._queue(call.asked)
            case "ses.SendEmail":
                return self._mail(call.request.body)
            case "apigatewaymanagementapi.PostToConnection":
                return self._post(call)
            case "apigatewaymanagementapi.DeleteConnection":
                return self._close(call)
            case "secrets-manager.GetSecretValue":
                return said(200, {"SecretString": json.dumps(KEYRING)})
        raise Unforeseen(call.name)

    def _queue(self, asked: dict[str, Any]) -> AWSResponse:
        letters = self.queues.setdefault(asked["QueueUrl"].rpartition("/")[2], [])
        taken = []
        for entry in asked["Entries"]:
            self.letters_sent += 1
            letter = Letter(f"letter-{self.letters_sent}", entry["MessageBody"])
            letters.append(letter)
            digest = hashlib.md5(letter.body.encode(), usedforsecurity=False).hexdigest()
            taken.append(
                {"Id": entry["Id"], "MessageId": letter.message_id, "MD5OfMessageBody": digest}
            )
        return said(200, {"Successful": taken, "Failed": []})

    def _mail(self, body: Any) -> AWSResponse:
        text = body.decode() if isinstance(body, bytes) else str(body)
        form = {name: values[0] for name, values in parse_qs(text).items()}
        self.mails.append(
            Mail(form["Destination.ToAddresses.member.1"], form["Message.Body.Text.Data"])
        )
        return answer(200, SENT, content_type="text/xml")

    def _post(self, call: Call) -> AWSResponse:
        frames = self.frames.get(_connection_of(call))
        if frames is None:
            return answer(410, b"{}", x_amzn_errortype="GoneException")
        frames.append(call.asked)
        return answer(200)

    def _close(self, call: Call) -> AWSResponse:
        if self.frames.pop(_connection_of(call), None) is None:
            return answer(410, b"{}", x_amzn_errortype="GoneException")
        return answer(204)


def _connection_of(call: Call) -> str:
    return unquote(call.request.url.rpartition("/@connections/")[2])
