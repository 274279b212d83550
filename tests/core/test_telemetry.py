"""Logs: what happened and to whom by id, never what was said, nor anything that opens a door."""

import io
import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from aws_lambda_powertools.logging.filters import SuppressFilter

from chalicelib.core.telemetry import MASK, SECRET_FIELDS, invocation, logger, masked
from infra.local.stack import Stack
from tests import people
from tests.outages import at_the_wire, refusing
from tests.people import Member, at_once, draft

BODY = "meet me at the third lamp post"
OPERATIONS = (
    "GetItem",
    "BatchGetItem",
    "Query",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "TransactWriteItems",
)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Every line that would leave a function: ours, and what libraries warn of."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(logger.registered_formatter)
    library = logging.StreamHandler(lines)
    library.setLevel(logging.WARNING)
    library.addFilter(SuppressFilter(logger.service))  # as it does with Lambda's own handler
    logger.addHandler(handler)
    logging.getLogger().addHandler(library)
    yield lines
    logging.getLogger().removeHandler(library)
    logger._logger.removeHandler(handler)


@pytest.mark.parametrize("name", sorted(SECRET_FIELDS))
def test_a_secret_is_masked_at_any_depth_and_in_any_case(name: str) -> None:
    said = {"kept": 1, "list": [{name: "s"}, ({name.upper(): {"deep": "s"}},)], name.title(): ["s"]}

    shown = masked(said)

    assert shown == {
        "kept": 1,
        "list": [{name: MASK}, [{name.upper(): MASK}]],
        name.title(): MASK,
    }


def test_a_careless_call_does_not_leak(log: io.StringIO) -> None:
    logger.error("careless", extra={"email": "alice@example.com", "sent": [{"Token": "t0k3n"}]})

    line = json.loads(log.getvalue())
    assert line["message"] == "careless"
    assert (line["email"], line["sent"]) == (MASK, [{"Token": MASK}])


def test_a_line_says_which_code_wrote_it_and_never_where_a_member_is(log: io.StringIO) -> None:
    logger.error("lost", extra={"location": "52.52,13.40"})

    line = json.loads(log.getvalue())
    assert "52.52" not in log.getvalue()
    assert line["caller"].startswith("test_telemetry.test_a_line_says")


def test_of_two_requests_at_the_same_moment_each_line_bears_its_own_id(log: io.StringIO) -> None:
    meet = threading.Barrier(2)

    def request(number: int) -> None:
        with invocation(request_id=f"request-{number}"):
            meet.wait(10)
            logger.info(f"in {number}")
            meet.wait(10)

    at_once(lambda: request(1), lambda: request(2))
    logger.info("after")

    lines = {line["message"]: line for line in map(json.loads, log.getvalue().splitlines())}
    assert lines["in 1"]["request_id"] == "request-1"
    assert lines["in 2"]["request_id"] == "request-2"
    assert "request_id" not in lines["after"]


def failing_first(act: Callable[[], Any]) -> Any:
    """Do it with a database that refuses everything, which fills the log, and then do it well."""
    with ExitStack() as faults:
        for operation in OPERATIONS:
            faults.enter_context(at_the_wire(operation, refusing("ValidationException")))
        act()
    return act()


def join(stack: Stack, http: Any, email: str) -> tuple[Member, list[str]]:
    """Join as clumsily as one can; the member, and what nobody but her may ever read."""
    wanted = {"email": email, "password": people.PASSWORD, "birthdate": "1994-04-17"}
    asked = failing_first(lambda: http.post("/v1/auth/register", json=wanted)).json()
    code = people.mailed_code(stack, email)
    proof = {"registration_id": asked["registration_id"], "code": code}
    http.post("/v1/auth/verify-email", json=proof | {"code": "000000"})
    joined = failing_first(lambda: http.post("/v1/auth/verify-email", json=proof)).json()
    stack.settle()
    return people.member_of(stack, "mallory", email, joined, http), [code]


def test_no_line_of_a_whole_story_tells_a_secret(
    stack: Stack, bob: Member, log: io.StringIO
) -> None:
    with people.client(stack) as http:
        email = "very.private@example.com"
        member, secrets = join(stack, http, email)
        login = {"email": email, "password": people.PASSWORD}
        failing_first(lambda: http.post("/v1/auth/login", json=login))
        http.post("/v1/auth/login", json=login | {"password": "not my password"})
        refresh = {"refresh_token": member.refresh_token}
        again = failing_first(lambda: http.post("/v1/auth/refresh", json=refresh)).json()
        ticket = failing_first(lambda: member.post("/v1/realtime/tickets")).json()
        conversation = people.match(member, bob)
        socket = people.Socket(stack, ticket["url"])
        wanted = draft(BODY) | {"conversation_id": conversation}
        sent = failing_first(lambda: socket.ask("message.send", wanted))
        failing_first(lambda: member.get(f"/v1/conversations/{conversation}/messages"))
        failing_first(lambda: member.delete(f"/v1/messages/{sent['data']['message_id']}"))
        stack.settle()
        socket.close()

    secrets += [email, "very.private", people.PASSWORD, "not my password", "1994-04-17", BODY]
    secrets += [member.access_token, member.refresh_token, ticket["ticket"]]
    secrets += [again["access_token"], again["refresh_token"]]
    told = log.getvalue()
    assert told.count('"unexpected"') >= 7
    assert [secret for secret in secrets if secret in told] == []
    assert all(
        "request_id" in json.loads(line) for line in told.splitlines() if "unexpected" in line
    )
