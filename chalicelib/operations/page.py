"""One page for people, made from the two documents and nothing else: it needs no network."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from chalicelib.operations import asyncapi, openapi
from chalicelib.operations.articles import Article, actions, events, refused, routes
from chalicelib.operations.look import SCRIPT, STYLE
from chalicelib.operations.markup import Html, el, inline, joined, prose, table

Documented = dict[str, Any]

FRAMES = """\
→ {"action": "typing.start", "ref": "7", "data": {"conversation_id": "cnv_…"}}
← {"ref": "7", "data": {"conversation_id": "cnv_…"}}
← {"event": "typing.updated", "data": {…}, "at": "2025-03-01T18:04:05Z"}"""


@cache
def text() -> str:
    """The page of the published documents, made once in a process."""
    return render(msgspec.json.decode(openapi.text()), msgspec.json.decode(asyncapi.text()))


def render(rest: Documented, sockets: Documented) -> str:
    """The page of any two documents."""
    articles = [*routes(rest), *actions(sockets), *events(sockets)]
    described = {tag["name"]: tag for tag in [*rest["tags"], *sockets["info"]["tags"]]}
    features = [
        (tag, [article for article in articles if article.feature == name])
        for name, tag in described.items()
    ]
    main = el(
        "main",
        _opening(rest, sockets),
        *(_feature(tag, mine) for tag, mine in features),
        _sockets(sockets),
        _refusals(rest, sockets),
    )
    body = el("body", _navigation(features), main, el("script", Html(SCRIPT)))
    return "<!doctype html>\n" + el("html", _head(rest), body, lang="en")


def _head(rest: Documented) -> Html:
    policy = (
        f"default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src '{_digest(STYLE)}'; script-src '{_digest(SCRIPT)}'"
    )
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", f"{rest['info']['title']} API"),
        el("link", rel="icon", href="data:,"),
        el("style", Html(STYLE)),
    )


def _digest(inlined: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(inlined.encode()).digest()).decode()


def _navigation(features: list[tuple[Documented, list[Article]]]) -> Html:
    find = el("input", type="search", placeholder="Filter  /", aria_label="Filter", hidden="hidden")
    links = [
        joined(
            el("h2", el("a", tag["name"], href=f"#{tag['name']}")),
            el("ul", *(_link(article) for article in articles)),
        )
        for tag, articles in features
    ]
    ends = joined(
        el("h2", el("a", "The socket", href="#the-socket")),
        el("h2", el("a", "Refusals", href="#refusals")),
    )
    name = el("a", el("i", "♥ "), "Pairly", class_="name", href="#top")
    return el("nav", name, find, *links, ends, aria_label="Contents")


def _link(article: Article) -> Html:
    verb = el("span", article.verb, class_=f"verb {article.verb}")
    short = re.sub(r"{\w+}", "{…}", article.address.removeprefix("/v1"))
    address = el("span", short, class_="address", title=article.address)
    return el("li", el("a", verb, address, href=f"#{article.anchor}"))


def _opening(rest: Documented, sockets: Documented) -> Html:
    server = sockets["servers"]["sockets"]
    at = f"{server['protocol']}://{server['host']}{server.get('pathname', '')}"
    facts = {
        "Version": rest["info"]["version"],
        "REST": el("code", rest["servers"][0]["url"]),
        "Socket": el("code", at),
        "For machines": joined(
            el("a", "openapi.json", href="openapi.json"),
            " · ",
            el("a", "asyncapi.json", href="asyncapi.json"),
        ),
    }
    return el(
        "header",
        el("h1", f"{rest['info']['title']} API"),
        el("dl", *(_fact(name, said) for name, said in facts.items()), class_="facts"),
        prose(rest["info"]["description"]),
        id="top",
    )


def _fact(name: str, said: str) -> Html:
    return el("div", el("dt", name), el("dd", said))


def _feature(tag: Documented, articles: list[Article]) -> Html:
    name = tag["name"]
    lead = el("p", inline(tag.get("description", "")), class_="lead")
    shown = (article.html for article in articles)
    return el("section", el("h2", name), lead, *shown, id=name, data_feature=name)


def _sockets(sockets: Documented) -> Html:
    channel = sockets["channels"]["socket"]
    unread = sockets["components"]["messages"]["refusal"]
    return el(
        "section",
        el("h2", channel["title"]),
        prose(sockets["info"]["description"]),
        prose(channel["description"]),
        el("pre", el("code", FRAMES)),
        refused("Refused when opening:", channel["x-errors"]),
        refused("Refused before the action is known:", unread["x-errors"]),
        id="the-socket",
    )


def _refusals(rest: Documented, sockets: Documented) -> Html:
    examples = rest["components"]["examples"]
    usual = rest["components"]["schemas"]["Problem"]["properties"]
    told = {each["code"]: (each, each["facts"]) for each in _told_by(sockets)} | {
        code: (each["value"], [name for name in each["value"] if name not in usual])
        for code, each in examples.items()
    }
    rows: list[tuple[str | None, ...]] = [
        (
            str(said["status"]),
            el("code", code, id=f"refusal-{code}"),
            joined(said["title"], *(el("span", el("code", fact), class_="rule") for fact in facts)),
        )
        for code, (said, facts) in sorted(told.items(), key=lambda each: _rank(each[1][0]))
    ]
    shown = json.dumps(examples["invalid_request"]["value"], indent=2, ensure_ascii=False)
    return el(
        "section",
        el("h2", "Refusals"),
        el(
            "p",
            "Every code there is, over HTTP and over the socket, and what it tells beside.",
            class_="lead",
        ),
        el("pre", el("code", shown)),
        table(("Status", "Code", "Meaning"), rows, class_="refusals"),
        id="refusals",
    )


def _rank(said: Documented) -> tuple[int, str]:
    return said["status"], said["code"]


def _told_by(sockets: Documented) -> Iterator[Documented]:
    yield from sockets["channels"]["socket"]["x-errors"]
    yield from sockets["components"]["messages"]["refusal"]["x-errors"]
    for operation in sockets["operations"].values():
        yield from operation.get("x-errors", ())
