"""API Gateway as its documentation has it: what a definition makes it answer to a request."""

import json
import re
from dataclasses import dataclass
from typing import Any

import httpx

from infra.functions import Function
from infra.local.routing import Routes
from infra.package.resolving import resolve
from infra.package.rest import ANY, INTEGRATION, UNKNOWN, nodes

AWS = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::AccountId": "123456789012",
    "AWS::URLSuffix": "amazonaws.com",
}
TRANSPORT = {"date", "server", "content-length", "connection"}
VARIABLE = re.compile(r"\$context\.(?P<name>\w+)")
INVOKED = re.compile(r".*:lambda:path/2015-03-31/functions/(?P<arn>[^/]+)/invocations")


@dataclass(frozen=True)
class Told:
    """An answer: header names in lower case, and the body as read from its JSON."""

    status: int
    headers: dict[str, str]
    said: Any


@dataclass(frozen=True)
class Invoked:
    """A function that was asked instead, and the authorizer that was asked before it."""

    arn: str
    authorizer: str | None


class ApiGateway:
    """One deployed REST API; `context` is what its templates may name of a request."""

    def __init__(self, body: dict[str, Any], context: dict[str, str]) -> None:
        self.body = resolve(body, AWS)
        self._context = context
        self._routes: Routes[str] = Routes()
        for path in nodes(self.body["paths"]) - {UNKNOWN}:
            self._routes.add(path, path)

    def answer(self, method: str, path: str, kind: str = "application/json") -> Told | Invoked:
        """What a request with a body of some kind is answered with."""
        match = self._routes.match(path)
        # At a part of a path that has no method, it would look for an AWS signature.
        operations = self.body["paths"][match.found if match else UNKNOWN]
        operation = operations.get(method.lower()) or operations[ANY]
        integration = operation[INTEGRATION]
        if integration["type"] == "aws_proxy":
            (authorizer,) = [*operation.get("security", []), {None: []}][:1]
            return Invoked(invoked(integration["uri"]), next(iter(authorizer)))
        return self._mocked(operation, kind)

    def refused(self, response_type: str) -> Told:
        """The gateway response of a type."""
        found = self.body["x-amazon-apigateway-gateway-responses"][response_type]
        headers = self._headers(found["responseParameters"], "gatewayresponse.header.")
        return Told(int(found["statusCode"]), headers, self._said(found["responseTemplates"]))

    def _mocked(self, operation: dict[str, Any], kind: str) -> Told:
        integration = operation[INTEGRATION]
        template = integration["requestTemplates"].get(kind)
        if template is None:
            assert integration["passthroughBehavior"] == "never"
            return self.refused("UNSUPPORTED_MEDIA_TYPE")
        (answer,) = integration["responses"].values()
        assert str(json.loads(template)["statusCode"]) == answer["statusCode"]
        headers = self._headers(answer["responseParameters"], "method.response.header.")
        declared = operation["responses"][answer["statusCode"]]["headers"]
        assert {name.lower() for name in declared} == set(headers)
        said = self._said(answer["responseTemplates"]) if "responseTemplates" in answer else None
        return Told(int(answer["statusCode"]), headers, said)

    def _headers(self, mapped: dict[str, str], prefix: str) -> dict[str, str]:
        return {
            name.removeprefix(prefix).lower(): self._value(expression)
            for name, expression in mapped.items()
        }

    def _value(self, expression: str) -> str:
        if expression.startswith("'"):
            assert expression.endswith("'")
            return expression[1:-1]
        return self._context[expression.removeprefix("context.")]

    def _said(self, templates: dict[str, str]) -> Any:
        (template,) = templates.values()
        assert "#" not in template
        filled = VARIABLE.sub(lambda found: self._context[found["name"]], template)
        assert "$" not in filled
        return json.loads(filled)


def invoked(uri: str) -> str:
    """The function in an integration's URI."""
    found = INVOKED.fullmatch(uri)
    assert found, uri
    return found["arn"]


def arn_of(function: Function, stage: str) -> str:
    """A function as the account and region of these tests have it."""
    return f"arn:aws:lambda:eu-west-1:123456789012:function:{function.deployed(stage)}"


def told(response: httpx.Response) -> Told:
    """The same of an answer from a running stack."""
    headers = {name: value for name, value in response.headers.items() if name not in TRANSPORT}
    return Told(response.status_code, headers, response.json() if response.content else None)
