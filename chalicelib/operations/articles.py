"""What the page says of one route, one action of the socket, one event."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from chalicelib.operations import fields
from chalicelib.operations.markup import Html, el, joined, prose, table
from chalicelib.operations.refusals import GENERAL
from chalicelib.operations.shapes import Schema

Documented = dict[str, Any]

JSON = "application/json"
PROBLEM = "application/problem+json"
SPANS = {1: "second", 60: "minute", 3600: "hour", 86400: "day"}


@dataclass(frozen=True)
class Article:
    """One thing one can ask for, or be told."""

    feature: str
    verb: str
    address: str
    anchor: str
    html: Html


def routes(document: Documented) -> Iterator[Article]:
    """Of every REST route."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            body = joined(
                _parameters(operation, document),
                _body(operation, document),
                *_answers(operation, document),
                _refusals(_problems(operation, document)),
            )
            yield _article(operation, method, path, operation["operationId"], body)


def actions(document: Documented) -> Iterator[Article]:
    """Of everything a client may ask for over the socket."""
    for name, operation in document["operations"].items():
        if operation["action"] == "receive":
            body = joined(
                _data("Data", f"{name}.request", document),
                _data("Reply's data", f"{name}.reply", document),
                _refusals(operation["x-errors"]),
            )
            yield _article(operation, "send", name, f"send-{name}", body)


def events(document: Documented) -> Iterator[Article]:
    """Of everything a device may be told."""
    for name, operation in document["operations"].items():
        if operation["action"] == "send":
            body = _data("Data", f"{name}.event", document)
            yield _article(operation, "event", name, f"event-{name}", body)


def _article(operation: Documented, verb: str, address: str, anchor: str, body: Html) -> Article:
    tag = operation["tags"][0]
    feature = tag if isinstance(tag, str) else tag["name"]
    title = el(
        "h3",
        el("span", verb, class_=f"verb {verb}"),
        el("a", address, class_="address", href=f"#{anchor}"),
    )
    said = prose(" ".join((operation["summary"], operation.get("description", ""))))
    html = el("article", title, _chips(operation), said, body, id=anchor)
    return Article(feature, verb, address, anchor, html)


def _chips(operation: Documented) -> Html | None:
    chips = []
    if "x-permission" in operation:
        chips.append(f"permission: {operation['x-permission']}")
    if limit := operation.get("x-rate-limit"):
        span = SPANS.get(limit["seconds"], f"{limit['seconds']} seconds")
        chips.append(f"{limit['knocks']} per {span}, by {limit['by']}")
    return el("div", *(el("span", each, class_="chip") for each in chips), class_="chips")


def _parameters(operation: Documented, document: Documented) -> Html | None:
    known = document["components"]["parameters"]
    rows: list[tuple[str | None, ...]] = []
    for parameter in operation.get("parameters", ()):
        about = known[parameter["$ref"].rpartition("/")[2]] if "$ref" in parameter else parameter
        optional = None if about["required"] else el("span", "optional", class_="optional")
        kind = joined(f"{fields.type_of(about['schema'])}, in the {about['in']}", optional)
        said = el("span", about["description"]) if "description" in about else None
        rules = joined(said, fields.rules_of(about["schema"]))
        rows.append((el("code", about["name"]), kind, rules))
    if not rows:
        return None
    heads = ("Parameter", "Type", "Rules")
    return joined(el("h4", "Parameters"), table(heads, rows, class_="fields"))


def _body(operation: Documented, document: Documented) -> Html | None:
    if "requestBody" not in operation:
        return None
    return _shape("Body", operation["requestBody"]["content"][JSON]["schema"], document)


def _answers(operation: Documented, document: Documented) -> Iterator[Html]:
    for status, response in operation["responses"].items():
        if "$ref" in response:  # a refusal
            continue
        title = f"{status} {HTTPStatus(int(status)).phrase}"
        content = response.get("content", {})
        if JSON in content and "schema" in content[JSON]:
            yield _shape(title, content[JSON]["schema"], document)
        else:
            said = ", ".join(content) or "Nothing more."
            yield joined(el("h4", title), el("p", said, class_="quiet"))


def _problems(operation: Documented, document: Documented) -> list[Documented]:
    components = document["components"]
    codes = [
        code
        for response in operation["responses"].values()
        if "$ref" in response
        for code in _codes(components["responses"][response["$ref"].rpartition("/")[2]])
    ]
    told = [components["examples"][code]["value"] for code in codes]
    return sorted(told, key=lambda each: each["status"])


def _codes(response: Documented) -> list[str]:
    return list(response["content"][PROBLEM]["examples"])


def _data(title: str, message: str, document: Documented) -> Html:
    payload = document["components"]["messages"][message]["payload"]
    return _shape(title, payload["properties"]["data"], document)


def _shape(title: str, shape: Schema, document: Documented) -> Html:
    schemas = document["components"]["schemas"]
    heading = el("h4", title)
    return joined(heading, fields.about(shape, schemas), fields.table_of(shape, schemas))


def _refusals(told: list[Documented]) -> Html:
    own = [each["code"] for each in told if each["code"] not in GENERAL]
    others = f"{len(told) - len(own)} that many have"
    named = joined(*(el("code", code) for code in own), " and " if own else " ", others)
    return refused(joined("Refusals:", named), told)


def refused(summary: str, told: list[Documented]) -> Html:
    """A list of refusals, to be opened."""
    rows: list[tuple[str | None, ...]] = [
        (
            str(each["status"]),
            el("a", el("code", each["code"]), href=f"#refusal-{each['code']}"),
            each["title"],
        )
        for each in told
    ]
    listed = table(("Status", "Code", "Meaning"), rows, class_="refusals")
    return el("details", el("summary", summary), listed)
